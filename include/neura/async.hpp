/*
 * Calls without blocking, for a program with an event loop: with a function that is called at the
 * end (C++17), or with co_await (C++20).
 *
 *     neura::Queue queue;
 *     queue.chat(client, request, [](neura::Completion done) { use(done.response()); });
 *
 *     Task ask(neura::Queue &queue, const neura::Client &client) {
 *       neura::Response reply = co_await client.chat_async(queue, request);
 *     }
 *
 *     while (queue.pending() > 0) {
 *       poll({queue.fd(), POLLIN});  // as any other descriptor of the loop
 *       queue.dispatch();            // calls the functions and resumes the coroutines
 *     }
 *
 * The library waits on threads of its own. Functions and coroutines run in `dispatch`, on its
 * caller's thread. Calls that await and dispatch must be on the same thread. With -fno-exceptions
 * this header declares nothing: use the queue of neura.h.
 */
#ifndef NEURA_ASYNC_HPP
#define NEURA_ASYNC_HPP

#include "../neura.hpp"
#ifdef NEURA_CPP17
#if NEURA_HAS_EXCEPTIONS

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#ifdef NEURA_HAS_COROUTINES
#include <coroutine>
#endif

namespace neura {
inline namespace NEURA_MODE {

namespace detail {

/// Runs a call of neura.h that returns only its status, and throws if it fails.
template <typename Call>
neura_status checked(Call &&call) {
  neura_error *error = nullptr;
  const neura_status status = call(&error);
  if (status == NEURA_ERROR) fail(Error(error));
  return status;
}

}  // namespace detail

/// How a call ended, and what it gave.
class Completion {
 public:
  /// Takes ownership of a completion of neura.h.
  explicit Completion(neura_completion *completion)
      : completion_(completion, neura_completion_free) {}
  Completion(Completion &&) noexcept = default;
  Completion &operator=(Completion &&) noexcept = default;
  Completion(const Completion &) = delete;
  Completion &operator=(const Completion &) = delete;

  /// Whether the call succeeded; also true at the end of a stream.
  bool ok() const noexcept { return neura_completion_error(completion_.get()) == nullptr; }
  /// Throws the error of a call that failed.
  void check() const {
    const neura_error *error = neura_completion_error(completion_.get());
    if (error != nullptr) {
      throw Error(std::shared_ptr<neura_error>(completion_, const_cast<neura_error *>(error)));
    }
  }
  /// The reply, once. Throws the call's error if it failed.
  Response response() { return take<Response>(neura_completion_response(checked())); }
  /// The stream, once. Throws the call's error if it failed.
  Stream stream() { return take<Stream>(neura_completion_stream(checked())); }
  /// The event of a stream, borrowed until the completion is destroyed; absent when the stream is
  /// complete. Throws the stream's error.
  std::optional<Event> event() const {
    const neura_event *event = neura_completion_event(checked());
    if (event == nullptr) return std::nullopt;
    return Event(event);
  }
  /// The JSON text of a check, borrowed until the completion is destroyed.
  std::string_view json() const { return detail::present(neura_completion_json(checked())); }

 private:
  neura_completion *checked() const {
    check();
    return completion_.get();
  }
  template <typename Object>
  static Object take(typename Object::Handle *object) {
    if (object == nullptr) {
      throw Error(NEURA_KIND_INVALID_ARGUMENT, "the completion does not have this, or not any more");
    }
    return Object(object);
  }

  /// Shared with the errors that were thrown.
  std::shared_ptr<neura_completion> completion_;
};

/// Calls without blocking. Any thread may begin calls; the functions run in `dispatch`.
class Queue {
 public:
  /// Called once, with how the call ended. Not called for calls that the destructor ends.
  using Callback = std::function<void(Completion)>;

  Queue() {
    neura_queue *queue = nullptr;
    detail::checked([&](neura_error **error) { return neura_queue_new(&queue, error); });
    queue_.reset(queue);
  }
  Queue(Queue &&) noexcept = default;
  Queue &operator=(Queue &&) = delete;
  /// Cancels the calls, and destroys their functions without a call: `close` and `dispatch` first
  /// if they must run.
  ~Queue() {
    if (queue_ == nullptr) return;
    neura_queue_close(queue_.get());
    // What a call borrows stays allocated if it does not end: see neura_queue_free.
    while (neura_queue_pending(queue_.get()) > 0 &&
           neura_queue_wait(queue_.get(), 5000, nullptr) == NEURA_OK) {
      while (next() != nullptr) {
      }
    }
  }

  /// The descriptor to watch for reading; -1 on Windows.
  int fd() const noexcept { return neura_queue_fd(queue_.get()); }
  /// The event to wait for on Windows; null elsewhere.
  void *event() const noexcept { return neura_queue_event(queue_.get()); }
  /// How many calls have not ended, or not been dispatched.
  std::size_t pending() const noexcept {
    const std::int64_t pending = neura_queue_pending(queue_.get());
    return pending < 0 ? 0 : static_cast<std::size_t>(pending);
  }
  /// Calls the functions of all calls that have ended, without waiting; returns how many. If one
  /// throws, the others stay for the next `dispatch`, and so do the calls that they begin, beyond
  /// the number of calls that were pending: the loop has its turn in between.
  std::size_t dispatch() {
    const std::size_t most = pending();
    std::size_t count = 0;
    while (count < most) {
      const std::unique_ptr<Call> call = next();
      if (call == nullptr) break;
      ++count;
      call->callback(std::move(*call->completion));
    }
    return count;
  }
  /// Waits until a call has ended, for a program without an event loop; false if the time is over.
  bool wait(std::optional<std::chrono::milliseconds> timeout = std::nullopt) const {
    return detail::checked([&](neura_error **error) {
             return neura_queue_wait(queue_.get(), timeout ? timeout->count() : -1, error);
           }) == NEURA_OK;
  }
  /// Cancels all calls and refuses new ones. `dispatch` calls the functions of all.
  void close() noexcept { neura_queue_close(queue_.get()); }

  void request(const Client &client, const Text &method, const Text &path,
               std::string body, Callback callback, const RequestOptions &options = {}) {
    submit_body(neura_submit_request, client, method, path, std::move(body), std::move(callback),
                options);
  }
  void stream(const Client &client, const Text &method, const Text &path,
              std::string body, Callback callback, const RequestOptions &options = {}) {
    submit_body(neura_submit_stream, client, method, path, std::move(body), std::move(callback),
                options);
  }
  void chat(const Client &client, const Text &request_json, Callback callback,
            const RequestOptions &options = {}) {
    submit_text(neura_submit_chat, client, request_json, std::move(callback), options);
  }
  void chat_stream(const Client &client, const Text &request_json, Callback callback,
                   const RequestOptions &options = {}) {
    submit_text(neura_submit_chat_stream, client, request_json, std::move(callback), options);
  }
  void models(const Client &client, Callback callback, const RequestOptions &options = {}) {
    submit(std::move(callback), {}, neura_submit_models, client.get(), options);
  }
  void model(const Client &client, const Text &id, Callback callback,
             const RequestOptions &options = {}) {
    submit_text(neura_submit_model, client, id, std::move(callback), options);
  }
  void embeddings(const Client &client, const Text &request_json, Callback callback,
                  const RequestOptions &options = {}) {
    submit_text(neura_submit_embeddings, client, request_json, std::move(callback), options);
  }
  void check(const Client &client, Callback callback, const RequestOptions &options = {}) {
    submit(std::move(callback), {}, neura_submit_check, client.get(), options);
  }
  /// Reads the next event of a stream.
  void next(const Stream &stream, Callback callback) {
    submit(std::move(callback), {}, neura_submit_stream_next, stream.get());
  }

 private:
  struct Call {
    Callback callback;
    /// Lent to the library until the call has ended.
    std::string body;
    std::optional<Completion> completion;
  };

  /// A call that has ended; null if none has.
  std::unique_ptr<Call> next() {
    neura_completion *completion = nullptr;
    neura_queue_next(queue_.get(), &completion, nullptr);
    if (completion == nullptr) return nullptr;
    std::unique_ptr<Call> call(static_cast<Call *>(neura_completion_user_data(completion)));
    call->completion.emplace(completion);
    return call;
  }
  template <typename Function, typename... Arguments>
  void submit(Callback callback, std::string body, Function function,
              const Arguments &...arguments) {
    auto call = std::make_unique<Call>(Call{std::move(callback), std::move(body), std::nullopt});
    submit_call(std::move(call), function, arguments...);
  }
  template <typename Function, typename... Arguments>
  void submit_call(std::unique_ptr<Call> call, Function function, const Arguments &...arguments) {
    std::optional<Error> problem;
    ((problem = problem ? std::move(problem) : detail::problem_of(arguments)), ...);
    if (problem) detail::fail(*std::move(problem));
    detail::checked([&](neura_error **error) {
      return function(queue_.get(), detail::raw(arguments)..., call.get(), error);
    });
    call.release();  // NOLINT: the completion has it
  }
  template <typename Function>
  void submit_text(Function function, const Client &client, const Text &text, Callback callback,
                   const RequestOptions &options) {
    submit(std::move(callback), {}, function, client.get(), text, options);
  }
  template <typename Function>
  void submit_body(Function function, const Client &client, const Text &method, const Text &path,
                   std::string body, Callback callback, const RequestOptions &options) {
    auto call = std::make_unique<Call>(Call{std::move(callback), std::move(body), std::nullopt});
    const std::string &lent = call->body;
    submit_call(std::move(call), function, client.get(), method, path,
                static_cast<const void *>(lent.data()), lent.size(), options);
  }

  detail::Owned<neura_queue, neura_queue_free> queue_;
};

#ifdef NEURA_HAS_COROUTINES

/// An event that stays valid after its stream goes on.
class OwnedEvent : public Event {
 public:
  /// The event of a completion, which must have one.
  explicit OwnedEvent(Completion completion)
      : Event(*completion.event()), completion_(std::move(completion)) {}

 private:
  Completion completion_;
};

namespace detail {

inline void result(Completion &completion, std::optional<Response> &value) {
  value.emplace(completion.response());
}
inline void result(Completion &completion, std::optional<Stream> &value) {
  value.emplace(completion.stream());
}
inline void result(Completion &completion, std::optional<std::string> &value) {
  value.emplace(completion.json());
}
inline void result(Completion &completion, std::optional<std::optional<OwnedEvent>> &value) {
  value.emplace();
  if (completion.event()) value->emplace(std::move(completion));
}

}  // namespace detail

/// A call that has begun: `co_await` gives its result or throws its error. One that is destroyed
/// earlier goes on, and its result is dropped.
template <typename T>
class [[nodiscard]] Awaitable {
 public:
  /// Begins a call; `begin` gets the function to call at its end.
  template <typename Begin>
  explicit Awaitable(Begin begin) : state_(std::make_shared<State>()) {
    begin([state = state_](Completion completion) {
      state->completion.emplace(std::move(completion));
      if (state->waiting) std::exchange(state->waiting, nullptr).resume();
    });
  }
  Awaitable(Awaitable &&) noexcept = default;
  Awaitable &operator=(Awaitable &&) = delete;
  ~Awaitable() {
    if (state_ != nullptr) state_->waiting = nullptr;
  }

  bool await_ready() const noexcept { return state_->completion.has_value(); }
  void await_suspend(std::coroutine_handle<> coroutine) noexcept { state_->waiting = coroutine; }
  T await_resume() {
    std::optional<T> value;
    detail::result(*state_->completion, value);
    return std::move(*value);
  }

 private:
  struct State {
    std::optional<Completion> completion;
    std::coroutine_handle<> waiting;
  };
  std::shared_ptr<State> state_;
};

inline Awaitable<Response> Client::request_async(Queue &queue, const Text &method,
                                                 const Text &path, std::string body,
                                                 const RequestOptions &options) const {
  return Awaitable<Response>([&](Queue::Callback done) {
    queue.request(*this, method, path, std::move(body), std::move(done), options);
  });
}
inline Awaitable<Stream> Client::stream_async(Queue &queue, const Text &method,
                                              const Text &path, std::string body,
                                              const RequestOptions &options) const {
  return Awaitable<Stream>([&](Queue::Callback done) {
    queue.stream(*this, method, path, std::move(body), std::move(done), options);
  });
}
inline Awaitable<Response> Client::chat_async(Queue &queue, const Text &request_json,
                                              const RequestOptions &options) const {
  return Awaitable<Response>([&](Queue::Callback done) {
    queue.chat(*this, request_json, std::move(done), options);
  });
}
inline Awaitable<Stream> Client::chat_stream_async(Queue &queue, const Text &request_json,
                                                   const RequestOptions &options) const {
  return Awaitable<Stream>([&](Queue::Callback done) {
    queue.chat_stream(*this, request_json, std::move(done), options);
  });
}
inline Awaitable<Response> Client::models_async(Queue &queue,
                                                const RequestOptions &options) const {
  return Awaitable<Response>(
      [&](Queue::Callback done) { queue.models(*this, std::move(done), options); });
}
inline Awaitable<Response> Client::model_async(Queue &queue, const Text &id,
                                               const RequestOptions &options) const {
  return Awaitable<Response>(
      [&](Queue::Callback done) { queue.model(*this, id, std::move(done), options); });
}
inline Awaitable<Response> Client::embeddings_async(Queue &queue, const Text &request_json,
                                                    const RequestOptions &options) const {
  return Awaitable<Response>([&](Queue::Callback done) {
    queue.embeddings(*this, request_json, std::move(done), options);
  });
}
inline Awaitable<std::string> Client::check_async(Queue &queue,
                                                  const RequestOptions &options) const {
  return Awaitable<std::string>(
      [&](Queue::Callback done) { queue.check(*this, std::move(done), options); });
}
inline Awaitable<std::optional<OwnedEvent>> Stream::next_async(Queue &queue) {
  return Awaitable<std::optional<OwnedEvent>>(
      [&](Queue::Callback done) { queue.next(*this, std::move(done)); });
}

#endif  // NEURA_HAS_COROUTINES

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_HAS_EXCEPTIONS
#endif  // NEURA_CPP17
#endif  // NEURA_ASYNC_HPP

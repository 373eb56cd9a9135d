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
 * there is the queue with its `try_` calls, and nothing to await.
 */
#ifndef NEURA_ASYNC_HPP
#define NEURA_ASYNC_HPP

#include "completion.hpp"
#include "queue.hpp"
#ifdef NEURA_CPP17
#if defined(NEURA_HAS_COROUTINES) && NEURA_HAS_EXCEPTIONS

#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace neura {
inline namespace NEURA_MODE {

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

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_HAS_COROUTINES and NEURA_HAS_EXCEPTIONS
#endif  // NEURA_CPP17
#endif  // NEURA_ASYNC_HPP

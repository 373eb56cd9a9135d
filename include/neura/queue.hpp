/* Calls without blocking, with a function that is called at the end: see async.hpp. */
#ifndef NEURA_QUEUE_HPP
#define NEURA_QUEUE_HPP

#include "completion.hpp"
#ifdef NEURA_CPP17

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace neura {
inline namespace NEURA_MODE {

/// Calls without blocking. Any thread may begin calls; the functions run in `dispatch`. A call
/// that cannot begin, because an argument is wrong or the queue closed, is an error at once.
class Queue {
 public:
  /// Called once, with how the call ended. Not called for calls that the destructor ends.
  using Callback = std::function<void(Completion)>;

  [[nodiscard]] static Result<Queue> try_new() {
    return detail::produce<Queue, neura_queue>([](neura_queue *made) { return Queue(made); },
                                               neura_queue_new);
  }
  Queue(Queue &&) noexcept = default;
  Queue &operator=(Queue &&) = delete;
  /// Cancels the calls, and destroys their functions without a call: `close` and `dispatch` first
  /// if they must run. A coroutine that waits for one of them is never resumed.
  ~Queue() {
    if (queue_ == nullptr) return;
    neura_queue_close(queue_.get());
    // What a call borrows stays allocated if it does not end: see neura_queue_free.
    while (neura_queue_pending(queue_.get()) > 0 &&
           neura_queue_wait(queue_.get(), 5000, nullptr) == NEURA_OK) {
      while (Call::ended(queue_.get()) != nullptr) {
      }
    }
  }

  /// The descriptor to watch for reading; -1 on Windows.
  [[nodiscard]] int fd() const noexcept { return neura_queue_fd(queue_.get()); }
  /// The event to wait for on Windows; null elsewhere.
  [[nodiscard]] void *event() const noexcept { return neura_queue_event(queue_.get()); }
  /// How many calls have not ended, or not been dispatched.
  [[nodiscard]] std::size_t pending() const noexcept {
    const std::int64_t pending = neura_queue_pending(queue_.get());
    return pending < 0 ? 0 : static_cast<std::size_t>(pending);
  }
  /// Calls the functions of all calls that have ended, without waiting; returns how many. If one
  /// throws, the others stay for the next `dispatch`, and so do the calls that they begin, beyond
  /// the number of calls that were pending: the loop has its turn in between. A function must not
  /// destroy the queue.
  std::size_t dispatch() {
    const std::size_t most = pending();
    std::size_t count = 0;
    while (count < most) {
      const std::unique_ptr<Call> call = Call::ended(queue_.get());
      if (call == nullptr) break;
      ++count;
      call->callback(std::move(*call->completion));
    }
    return count;
  }
  /// Waits until a call has ended, for a program without an event loop; false if the time is over,
  /// as it is for a time of 0 or less, or if the queue is closed and has no calls left. Without a
  /// time there is no limit.
  [[nodiscard]] Result<bool> try_wait(
      std::optional<std::chrono::milliseconds> timeout = std::nullopt) const {
    neura_error *error = nullptr;
    const std::int64_t most = timeout ? std::max<std::int64_t>(timeout->count(), 0) : -1;
    const neura_status status = neura_queue_wait(queue_.get(), most, &error);
    if (status == NEURA_ERROR) return Unexpected(Error(error));
    return status == NEURA_OK;
  }
  /// Cancels all calls and refuses new ones. `dispatch` calls the functions of all.
  void close() noexcept { neura_queue_close(queue_.get()); }

  [[nodiscard]] Result<void> try_request(const Client &client, const Text &method, const Text &path,
                                         std::string body, Callback callback,
                                         const RequestOptions &options = {}) {
    return submit_body(neura_submit_request, client, method, path, std::move(body),
                       std::move(callback), options);
  }
  [[nodiscard]] Result<void> try_stream(const Client &client, const Text &method, const Text &path,
                                        std::string body, Callback callback,
                                        const RequestOptions &options = {}) {
    return submit_body(neura_submit_stream, client, method, path, std::move(body),
                       std::move(callback), options);
  }
  [[nodiscard]] Result<void> try_chat(const Client &client, const Text &request_json,
                                      Callback callback, const RequestOptions &options = {}) {
    return submit_to(client, options, std::move(callback), neura_submit_chat, request_json);
  }
  [[nodiscard]] Result<void> try_chat_stream(const Client &client, const Text &request_json,
                                             Callback callback,
                                             const RequestOptions &options = {}) {
    return submit_to(client, options, std::move(callback), neura_submit_chat_stream, request_json);
  }
  [[nodiscard]] Result<void> try_model(const Client &client, const Text &id, Callback callback,
                                       const RequestOptions &options = {}) {
    return submit_to(client, options, std::move(callback), neura_submit_model, id);
  }
  [[nodiscard]] Result<void> try_embeddings(const Client &client, const Text &request_json,
                                            Callback callback, const RequestOptions &options = {}) {
    return submit_to(client, options, std::move(callback), neura_submit_embeddings, request_json);
  }
  [[nodiscard]] Result<void> try_models(const Client &client, Callback callback,
                                        const RequestOptions &options = {}) {
    return submit_to(client, options, std::move(callback), neura_submit_models);
  }
  [[nodiscard]] Result<void> try_check(const Client &client, Callback callback,
                                       const RequestOptions &options = {}) {
    return submit_to(client, options, std::move(callback), neura_submit_check);
  }
  /// Reads the next event of a stream.
  [[nodiscard]] Result<void> try_next(const Stream &stream, Callback callback) {
    return submit(std::move(callback), neura_submit_stream_next, stream.get());
  }
#if NEURA_HAS_EXCEPTIONS
  Queue() : Queue(detail::value(try_new())) {}
  /// As `try_wait`.
  bool wait(std::optional<std::chrono::milliseconds> timeout = std::nullopt) const {
    return detail::value(try_wait(timeout));
  }
  void request(const Client &client, const Text &method, const Text &path, std::string body,
               Callback callback, const RequestOptions &options = {}) {
    detail::value(try_request(client, method, path, std::move(body), std::move(callback), options));
  }
  void stream(const Client &client, const Text &method, const Text &path, std::string body,
              Callback callback, const RequestOptions &options = {}) {
    detail::value(try_stream(client, method, path, std::move(body), std::move(callback), options));
  }
  void chat(const Client &client, const Text &request_json, Callback callback,
            const RequestOptions &options = {}) {
    detail::value(try_chat(client, request_json, std::move(callback), options));
  }
  void chat_stream(const Client &client, const Text &request_json, Callback callback,
                   const RequestOptions &options = {}) {
    detail::value(try_chat_stream(client, request_json, std::move(callback), options));
  }
  void model(const Client &client, const Text &id, Callback callback,
             const RequestOptions &options = {}) {
    detail::value(try_model(client, id, std::move(callback), options));
  }
  void embeddings(const Client &client, const Text &request_json, Callback callback,
                  const RequestOptions &options = {}) {
    detail::value(try_embeddings(client, request_json, std::move(callback), options));
  }
  void models(const Client &client, Callback callback, const RequestOptions &options = {}) {
    detail::value(try_models(client, std::move(callback), options));
  }
  void check(const Client &client, Callback callback, const RequestOptions &options = {}) {
    detail::value(try_check(client, std::move(callback), options));
  }
  /// Reads the next event of a stream.
  void next(const Stream &stream, Callback callback) {
    detail::value(try_next(stream, std::move(callback)));
  }
#endif

 private:
  using Call = detail::QueuedCall;

  explicit Queue(neura_queue *queue) noexcept : queue_(queue) {}

  template <typename Function, typename... Arguments>
  Result<void> submit(Callback callback, Function function, const Arguments &...arguments) {
    auto call = std::make_unique<Call>(Call{std::move(callback), {}, {}, std::nullopt});
    return Call::begin(queue_.get(), std::move(call), function, arguments...);
  }
  /// The call goes on if the client is destroyed.
  template <typename Function, typename... Arguments>
  Result<void> submit_to(const Client &client, const RequestOptions &options, Callback callback,
                         Function function, const Arguments &...arguments) {
    auto call = std::make_unique<Call>(
        Call{std::move(callback), {}, client.shared(), std::nullopt});
    return Call::begin(queue_.get(), std::move(call), function, client.get(), arguments...,
                       options);
  }
  template <typename Function>
  Result<void> submit_body(Function function, const Client &client, const Text &method,
                           const Text &path, std::string body, Callback callback,
                           const RequestOptions &options) {
    auto call = std::make_unique<Call>(
        Call{std::move(callback), std::move(body), client.shared(), std::nullopt});
    const std::string &lent = call->body;
    return Call::begin(queue_.get(), std::move(call), function, client.get(), method, path,
                       static_cast<const void *>(lent.data()), lent.size(), options);
  }
  detail::Owned<neura_queue, neura_queue_free> queue_;
};

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_QUEUE_HPP

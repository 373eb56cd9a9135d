/* How a call of a queue ended. */
#ifndef NEURA_COMPLETION_HPP
#define NEURA_COMPLETION_HPP

#include "../neura.hpp"
#ifdef NEURA_CPP17

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace neura {
inline namespace NEURA_MODE {

/// How a call ended, and what it gave. Errors are shared: they outlive the completion.
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
  [[nodiscard]] bool ok() const noexcept {
    return neura_completion_error(completion_.get()) == nullptr;
  }
  /// The error of a call that failed.
  [[nodiscard]] Result<void> try_check() const {
    const neura_error *error = neura_completion_error(completion_.get());
    if (error == nullptr) return {};
    return Unexpected(
        Error(std::shared_ptr<neura_error>(completion_, const_cast<neura_error *>(error))));
  }
  /// The reply, once; or the call's error.
  [[nodiscard]] Result<Response> try_response() {
    return take<Response>(neura_completion_response);
  }
  /// The stream, once; or the call's error.
  [[nodiscard]] Result<Stream> try_stream() { return take<Stream>(neura_completion_stream); }
  /// The event of a stream, borrowed until the completion is destroyed; absent when the stream is
  /// complete; or the stream's error.
  [[nodiscard]] Result<std::optional<Event>> try_event() const & {
    if (auto failed = try_check(); !failed) return Unexpected(std::move(failed).error());
    const neura_event *event = neura_completion_event(completion_.get());
    return event == nullptr ? std::optional<Event>() : Event(event);
  }
  Result<std::optional<Event>> try_event() const && = delete;
  /// The JSON text of a check, borrowed until the completion is destroyed.
  [[nodiscard]] Result<std::string_view> try_json() const & {
    if (auto failed = try_check(); !failed) return Unexpected(std::move(failed).error());
    return detail::present(neura_completion_json(completion_.get()));
  }
  Result<std::string_view> try_json() const && = delete;

#if NEURA_HAS_EXCEPTIONS
  /// Throws the error of a call that failed.
  void check() const { detail::value(try_check()); }
  /// The reply, once.
  [[nodiscard]] Response response() { return detail::value(try_response()); }
  /// The stream, once.
  [[nodiscard]] Stream stream() { return detail::value(try_stream()); }
  /// The event of a stream, borrowed until the completion is destroyed; absent when the stream is
  /// complete.
  [[nodiscard]] std::optional<Event> event() const & { return detail::value(try_event()); }
  std::optional<Event> event() const && = delete;
  /// The JSON text of a check, borrowed until the completion is destroyed.
  [[nodiscard]] std::string_view json() const & { return detail::value(try_json()); }
  std::string_view json() const && = delete;
#endif

 private:
  template <typename Object>
  Result<Object> take(typename Object::Handle *(*from)(neura_completion *)) {
    if (auto failed = try_check(); !failed) return Unexpected(std::move(failed).error());
    typename Object::Handle *object = from(completion_.get());
    if (object != nullptr) return Object(object);
    return Unexpected(
        detail::invalid_argument("the completion does not have this, or not any more"));
  }

  /// Shared with the errors that were given away.
  std::shared_ptr<neura_completion> completion_;
};

namespace detail {

/// A call of a queue, which neura.h keeps as the user_data of its completion.
struct QueuedCall {
  std::function<void(Completion)> callback;
  /// Lent to the library until the call has ended.
  std::string body;
  /// The functions of its client.
  std::shared_ptr<const void> functions;
  std::optional<Completion> completion;

  /// Begins a call with a function of neura.h.
  template <typename Function, typename... Arguments>
  static Result<void> begin(neura_queue *queue, std::unique_ptr<QueuedCall> call,
                            Function function, const Arguments &...arguments) {
    std::optional<Error> problem;
    ((problem = problem ? std::move(problem) : problem_of(arguments)), ...);
    if (problem) return Unexpected(*std::move(problem));
    neura_error *error = nullptr;
    if (function(queue, raw(arguments)..., call.get(), &error) == NEURA_ERROR) {
      return Unexpected(Error(error));
    }
    call.release();  // NOLINT: the completion has it
    return {};
  }
  /// A call that has ended; null if none has.
  static std::unique_ptr<QueuedCall> ended(neura_queue *queue) {
    neura_completion *made = nullptr;
    neura_queue_next(queue, &made, nullptr);
    if (made == nullptr) return nullptr;
    std::unique_ptr<QueuedCall> call(static_cast<QueuedCall *>(neura_completion_user_data(made)));
    call->completion.emplace(made);
    return call;
  }
};

}  // namespace detail

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_COMPLETION_HPP

/* Conversions between neura.h and C++: text, numbers, and exceptions. */
#ifndef NEURA_ERROR_HPP
#define NEURA_ERROR_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "../neura.h"

namespace neura {

namespace detail {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T *object) const noexcept {
    Free(object);
  }
};

template <typename T, auto Free>
using Owned = std::unique_ptr<T, Deleter<Free>>;

inline std::optional<std::string_view> text(const char *text) {
  if (text == nullptr) return std::nullopt;
  return std::string_view(text);
}

/// Text that is empty instead of absent.
inline std::string_view present(const char *text) noexcept {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

template <typename T, typename Number>
std::optional<T> number(Number number) {
  if (number < 0) return std::nullopt;
  return T(number);
}

}  // namespace detail

/// The library's version.
inline std::string_view version() { return neura_version(); }

/// The stable name of a kind, such as `invalid_api_key`; absent for an unknown number.
inline std::optional<std::string_view> kind_name(std::int32_t kind) {
  return detail::text(neura_kind_name(kind));
}

/// Why a call failed; `what()` is the message. Copies share one error.
class Error : public std::runtime_error {
 public:
  /// Takes ownership of an error of neura.h.
  explicit Error(neura_error *error)
      : std::runtime_error(detail::text(neura_error_message(error)).value_or("").data()),
        kind_(neura_error_kind(error)),
        error_(error, neura_error_free) {}

  /// An error that C++ finds before it calls neura.h.
  Error(neura_kind kind, const std::string &message)
      : std::runtime_error(message), kind_(kind) {}

  /// One of `NEURA_KIND_...`.
  std::int32_t kind() const noexcept { return kind_; }
  /// The kind's stable name, such as `invalid_api_key`.
  std::string_view kind_name() const { return neura::kind_name(kind_).value_or(""); }
  /// The HTTP status, if a reply came.
  std::optional<int> status() const {
    return detail::number<int>(neura_error_status(error_.get()));
  }
  /// The server's error code; for a malformed key the problem with it.
  std::optional<std::string_view> code() const {
    return detail::text(neura_error_code(error_.get()));
  }
  /// The server's error type.
  std::optional<std::string_view> type() const {
    return detail::text(neura_error_type(error_.get()));
  }
  /// The parameter that the server's error names.
  std::optional<std::string_view> param() const {
    return detail::text(neura_error_param(error_.get()));
  }
  /// The service's id of the request.
  std::optional<std::string_view> request_id() const {
    return detail::text(neura_error_request_id(error_.get()));
  }
  /// How long the server asked to wait.
  std::optional<std::chrono::milliseconds> retry_after() const {
    return detail::number<std::chrono::milliseconds>(neura_error_retry_after_ms(error_.get()));
  }
  /// Whether the same request may succeed later.
  bool retryable() const noexcept { return neura_error_retryable(error_.get()); }
  /// The body of the reply without the client's secrets; absent if no reply came.
  std::optional<std::string_view> body() const {
    std::size_t length = 0;
    const std::uint8_t *bytes = neura_error_body(error_.get(), &length);
    if (bytes == nullptr) return std::nullopt;
    return std::string_view(reinterpret_cast<const char *>(bytes), length);
  }
  /// One of `NEURA_RATE_LIMIT_...`; absent if the server did not send it.
  std::optional<std::int64_t> rate_limit(neura_rate_limit value) const {
    return detail::number<std::int64_t>(neura_error_rate_limit(error_.get(), value));
  }
  /// How many times the request was sent; absent if no call was made.
  std::optional<int> attempts() const {
    return detail::number<int>(neura_error_attempts(error_.get()));
  }

 private:
  std::int32_t kind_;
  std::shared_ptr<neura_error> error_;
};

namespace detail {

/// Text with a NUL at its end. A NUL inside is an error: C would end the text there.
inline std::string terminated(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw Error(NEURA_KIND_INVALID_ARGUMENT, "text contains a NUL character");
  }
  return std::string(text);
}

/// Runs a call of neura.h and throws if it fails.
template <typename Call>
neura_status checked(Call &&call) {
  neura_error *error = nullptr;
  const neura_status status = call(&error);
  if (status == NEURA_ERROR) throw Error(error);
  return status;
}

/// Runs a call of neura.h that returns owned text.
template <typename Call, typename... Arguments>
std::string owned_text(Call call, Arguments... arguments) {
  char *text = nullptr;
  checked([&](neura_error **error) { return call(arguments..., &text, error); });
  const Owned<char, neura_string_free> owner(text);
  return std::string(text);
}

}  // namespace detail

}  // namespace neura

#endif  // NEURA_ERROR_HPP

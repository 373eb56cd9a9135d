/* Why a call failed. */
#ifndef NEURA_ERROR_HPP
#define NEURA_ERROR_HPP

#include "config.hpp"
#ifdef NEURA_CPP17

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "../neura.h"

namespace neura {
inline namespace NEURA_MODE {

namespace detail {

inline std::optional<std::string_view> text(const char *text) noexcept {
  if (text == nullptr) return std::nullopt;
  return std::string_view(text);
}

/// Text that is empty instead of absent.
inline std::string_view present(const char *text) noexcept {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

template <typename T, typename Number>
std::optional<T> number(Number number) noexcept {
  if (number < 0) return std::nullopt;
  return T(number);
}

}  // namespace detail

/// The library's version.
[[nodiscard]] inline std::string_view version() noexcept { return neura_version(); }

/// The stable name of a kind, such as `invalid_api_key`; absent for an unknown number.
[[nodiscard]] inline std::optional<std::string_view> kind_name(std::int32_t kind) noexcept {
  return detail::text(neura_kind_name(kind));
}

/// Why a call failed; `what()` is the message. Copies share one error. Its texts are borrowed
/// until the last copy is destroyed.
class Error : public std::runtime_error {
 public:
  /// Takes ownership of an error of neura.h.
  explicit Error(neura_error *error)
      : std::runtime_error(std::string(detail::present(neura_error_message(error)))),
        kind_(neura_error_kind(error)),
        error_(error, neura_error_free) {}

  /// Shares an error of neura.h, such as that of a completion.
  explicit Error(std::shared_ptr<neura_error> error)
      : std::runtime_error(detail::text(neura_error_message(error.get())).value_or("").data()),
        kind_(neura_error_kind(error.get())),
        error_(std::move(error)) {}

  /// An error that C++ finds before it calls neura.h.
  Error(neura_kind kind, const std::string &message)
      : std::runtime_error(message), kind_(kind) {}

  /// One of `NEURA_KIND_...`.
  [[nodiscard]] std::int32_t kind() const noexcept { return kind_; }
  /// The kind's stable name, such as `invalid_api_key`: static text.
  [[nodiscard]] std::string_view kind_name() const noexcept {
    return detail::present(neura_kind_name(kind_));
  }
  /// The HTTP status, if a reply came.
  [[nodiscard]] std::optional<int> status() const noexcept {
    return detail::number<int>(neura_error_status(error_.get()));
  }
  /// The server's error code; for a malformed key the problem with it.
  [[nodiscard]] std::optional<std::string_view> code() const & noexcept {
    return detail::text(neura_error_code(error_.get()));
  }
  std::optional<std::string_view> code() const && = delete;
  /// The server's error type.
  [[nodiscard]] std::optional<std::string_view> type() const & noexcept {
    return detail::text(neura_error_type(error_.get()));
  }
  std::optional<std::string_view> type() const && = delete;
  /// The parameter that the server's error names.
  [[nodiscard]] std::optional<std::string_view> param() const & noexcept {
    return detail::text(neura_error_param(error_.get()));
  }
  std::optional<std::string_view> param() const && = delete;
  /// The service's id of the request.
  [[nodiscard]] std::optional<std::string_view> request_id() const & noexcept {
    return detail::text(neura_error_request_id(error_.get()));
  }
  std::optional<std::string_view> request_id() const && = delete;
  /// How long the server asked to wait.
  [[nodiscard]] std::optional<std::chrono::milliseconds> retry_after() const noexcept {
    return detail::number<std::chrono::milliseconds>(neura_error_retry_after_ms(error_.get()));
  }
  /// Whether the same request may succeed later.
  [[nodiscard]] bool retryable() const noexcept { return neura_error_retryable(error_.get()); }
  /// The body of the reply without the client's secrets; absent if no reply came.
  [[nodiscard]] std::optional<std::string_view> body() const & noexcept {
    std::size_t length = 0;
    const std::uint8_t *bytes = neura_error_body(error_.get(), &length);
    if (bytes == nullptr) return std::nullopt;
    return std::string_view(reinterpret_cast<const char *>(bytes), length);
  }
  std::optional<std::string_view> body() const && = delete;
  /// One of `NEURA_RATE_LIMIT_...`; absent if the server did not send it.
  [[nodiscard]] std::optional<std::int64_t> rate_limit(neura_rate_limit value) const noexcept {
    return detail::number<std::int64_t>(neura_error_rate_limit(error_.get(), value));
  }
  /// How many times the request was sent; absent if no call was made.
  [[nodiscard]] std::optional<int> attempts() const noexcept {
    return detail::number<int>(neura_error_attempts(error_.get()));
  }

 private:
  std::int32_t kind_;
  std::shared_ptr<neura_error> error_;
};

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_ERROR_HPP

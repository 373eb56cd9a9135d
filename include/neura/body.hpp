/* A reply whose body is read in pieces. */
#ifndef NEURA_BODY_HPP
#define NEURA_BODY_HPP

#include "header.hpp"
#ifdef NEURA_CPP17

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace neura {
inline namespace NEURA_MODE {

/// A reply whose body is read in pieces as it arrives. Its texts are borrowed until it is
/// destroyed.
class Body {
 public:
  using Handle = neura_body;
  /// Takes ownership of a body of neura.h.
  explicit Body(neura_body *body) noexcept : body_(body) {}

  [[nodiscard]] int status() const noexcept { return neura_body_status(body_.get()); }
  [[nodiscard]] std::optional<std::string_view> header(const Text &name) const & {
    if (name.problem() != nullptr) return std::nullopt;
    return detail::text(neura_body_header(body_.get(), name.get()));
  }
  std::optional<std::string_view> header(const Text &name) const && = delete;
  /// All headers in order.
  [[nodiscard]] std::vector<Header> headers() const & {
    return detail::headers(neura_body_header_at, body_.get());
  }
  std::vector<Header> headers() const && = delete;
  [[nodiscard]] std::optional<std::string_view> request_id() const & noexcept {
    return detail::text(neura_body_request_id(body_.get()));
  }
  std::optional<std::string_view> request_id() const && = delete;
  /// How many times the request was sent.
  [[nodiscard]] int attempts() const noexcept { return neura_body_attempts(body_.get()); }
  /// One of `NEURA_RATE_LIMIT_...`; absent if the server did not send it.
  [[nodiscard]] std::optional<std::int64_t> rate_limit(neura_rate_limit value) const noexcept {
    return detail::number<std::int64_t>(neura_body_rate_limit(body_.get(), value));
  }
  /// Waits for the next bytes, at most `size`; their number, 0 when the body is complete.
  [[nodiscard]] Result<std::size_t> try_read(char *buffer, std::size_t size) {
    std::size_t length = 0;
    neura_error *error = nullptr;
    if (neura_body_read(body_.get(), buffer, size, &length, &error) == NEURA_ERROR) {
      return Unexpected(Error(error));
    }
    return length;
  }
  /// The error of a status outside 200 to 299.
  [[nodiscard]] Result<void> try_check() const {
    neura_error *error = nullptr;
    if (neura_body_check(body_.get(), &error) == NEURA_OK) return {};
    return Unexpected(Error(error));
  }
#if NEURA_HAS_EXCEPTIONS
  /// Waits for the next bytes, at most `size`; their number, 0 when the body is complete.
  [[nodiscard]] std::size_t read(char *buffer, std::size_t size) {
    return detail::value(try_read(buffer, size));
  }
  /// Throws the error of a status outside 200 to 299.
  void check() const { detail::value(try_check()); }
#endif

  /// The body of neura.h, borrowed.
  [[nodiscard]] neura_body *get() const & noexcept { return body_.get(); }
  neura_body *get() const && = delete;

 private:
  detail::Owned<neura_body, neura_body_free> body_;
};


}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_BODY_HPP

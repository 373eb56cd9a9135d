/* A reply with its whole body. */
#ifndef NEURA_RESPONSE_HPP
#define NEURA_RESPONSE_HPP

#include "header.hpp"
#ifdef NEURA_CPP17

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#if NEURA_HAS_SPAN
#include <span>
#endif

namespace neura {
inline namespace NEURA_MODE {

/// A reply with its whole body. Its texts and its body are borrowed until it is destroyed, so
/// they cannot be read from a temporary reply: give the reply a name first.
class Response {
 public:
  using Handle = neura_response;
  /// Takes ownership of a response of neura.h.
  explicit Response(neura_response *response) noexcept : response_(response) {}

  [[nodiscard]] int status() const noexcept { return neura_response_status(response_.get()); }
  /// Whether the status is 200 to 299.
  [[nodiscard]] bool ok() const noexcept {
    return neura_response_check(response_.get(), nullptr) == NEURA_OK;
  }
  /// The error of a status outside 200 to 299.
  [[nodiscard]] Result<void> try_check() const {
    neura_error *error = nullptr;
    if (neura_response_check(response_.get(), &error) == NEURA_OK) return {};
    return Unexpected(Error(error));
  }
#if NEURA_HAS_EXCEPTIONS
  /// Throws the error of a status outside 200 to 299.
  void check() const { detail::value(try_check()); }
#endif
  [[nodiscard]] std::optional<std::string_view> header(const Text &name) const & {
    if (name.problem() != nullptr) return std::nullopt;
    return detail::text(neura_response_header(response_.get(), name.get()));
  }
  std::optional<std::string_view> header(const Text &name) const && = delete;
  [[nodiscard]] std::string_view body() const & noexcept {
    std::size_t length = 0;
    const std::uint8_t *bytes = neura_response_body(response_.get(), &length);
    return {reinterpret_cast<const char *>(bytes), length};
  }
  std::string_view body() const && = delete;
#if NEURA_HAS_SPAN
  /// The body as bytes.
  [[nodiscard]] std::span<const std::byte> body_span() const & noexcept {
    return std::as_bytes(std::span<const char>(body()));
  }
  std::span<const std::byte> body_span() const && = delete;
#endif
  /// A copy of the body.
  [[nodiscard]] std::string body_string() const { return std::string(body()); }
  /// A copy of the body as bytes.
  [[nodiscard]] std::vector<std::byte> body_vector() const {
    const std::string_view bytes = body();
    const auto *start = reinterpret_cast<const std::byte *>(bytes.data());
    return std::vector<std::byte>(start, start + bytes.size());
  }
  /// The words of the answer's first choice; absent if the body is not a JSON object.
  [[nodiscard]] std::optional<std::string_view> text() const & noexcept {
    return detail::text(neura_response_text(response_.get()));
  }
  std::optional<std::string_view> text() const && = delete;
  [[nodiscard]] std::optional<std::string_view> request_id() const & noexcept {
    return detail::text(neura_response_request_id(response_.get()));
  }
  std::optional<std::string_view> request_id() const && = delete;
  /// How many times the request was sent.
  [[nodiscard]] int attempts() const noexcept { return neura_response_attempts(response_.get()); }
  /// All headers in order.
  [[nodiscard]] std::vector<Header> headers() const & {
    return detail::headers(neura_response_header_at, response_.get());
  }
  std::vector<Header> headers() const && = delete;
  /// One of `NEURA_RATE_LIMIT_...`; absent if the server did not send it.
  [[nodiscard]] std::optional<std::int64_t> rate_limit(neura_rate_limit value) const noexcept {
    return detail::number<std::int64_t>(neura_response_rate_limit(response_.get(), value));
  }

 private:
  detail::Owned<neura_response, neura_response_free> response_;
};

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_RESPONSE_HPP

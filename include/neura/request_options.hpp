/* The options of one request. */
#ifndef NEURA_REQUEST_OPTIONS_HPP
#define NEURA_REQUEST_OPTIONS_HPP

#include "callbacks.hpp"
#include "cancel.hpp"
#ifdef NEURA_CPP17

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace neura {
inline namespace NEURA_MODE {

/// The options of one request. Setters do not fail: an invalid value is an error of the call.
class RequestOptions {
 public:
  // Its plain values. Made from core/src/option_table/rows.rs by `make options`; edit there.
  /// One deadline for a whole call: all attempts, the waits and the body; for a stream it ends with
  /// the headers.
  RequestOptions &timeout(std::chrono::milliseconds value) {
    neura_request_options_set_timeout_ms(lazy_.make(), value.count());
    return *this;
  }
  /// How many times a failed request is sent again; 0 sends it once.
  RequestOptions &max_retries(std::int32_t value) {
    neura_request_options_set_max_retries(lazy_.make(), value);
    return *this;
  }
  /// A unique name of the request, such as a UUID, sent as `Idempotency-Key`, the same on every
  /// attempt.
  RequestOptions &idempotency_key(const Text &value) {
    return text("idempotency_key", neura_request_options_set_idempotency_key, value);
  }
  // By hand, too.
  RequestOptions &header(const Text &name, const Text &value) {
    if (problems_.allow_header(name, value)) {
      neura_request_options_set_header(lazy_.make(), name.get(), value.get());
    }
    return *this;
  }
  /// Takes back all headers, also wrong ones.
  RequestOptions &clear_headers() {
    problems_.clear("header");
    neura_request_options_clear_headers(lazy_.get());
    return *this;
  }
  /// Adds a parameter to the query of the request's URL.
  RequestOptions &query(const Text &name, const Text &value) {
    if (problems_.allow_one_of("query", name, value)) {
      neura_request_options_add_query(lazy_.make(), name.get(), value.get());
    }
    return *this;
  }
  /// Takes back all parameters, also wrong ones.
  RequestOptions &clear_query() {
    problems_.clear("query");
    neura_request_options_clear_query(lazy_.get());
    return *this;
  }
  /// Sets a function that gives the request's body: it writes at most `size` bytes to `buffer` and
  /// returns their number, 0 at the end. If it throws, the call fails with `what()` in the message.
  /// The body has `length` bytes, -1 if that is unknown. It is not sent again once it was read.
  RequestOptions &body_callback(
      std::function<std::size_t(char *buffer, std::size_t size)> function,
      std::int64_t length = -1) {
    return body_callback(std::move(function), std::function<bool()>(), length);
  }
  /// The same for a body that can be sent again, after a failure or a 401: `rewind` goes back to its
  /// first byte and returns whether it did. If it did not, or if it throws, the call fails. An empty
  /// `rewind` is none.
  RequestOptions &body_callback(
      std::function<std::size_t(char *buffer, std::size_t size)> function,
      std::function<bool()> rewind, std::int64_t length = -1) {
    auto owned = std::make_unique<detail::BodyFunction>();
    owned->function = std::move(function);
    owned->rewind = std::move(rewind);
    neura_request_options_set_body_callback(
        lazy_.make(), detail::BodyFunction::read,
        owned->rewind ? detail::BodyFunction::go_back : nullptr, owned.get(), length);
    body_function_ = std::move(owned);
    return *this;
  }
  RequestOptions &cancel(const CancelToken &token) {
    neura_request_options_set_cancel(lazy_.make(), token.get());
    return *this;
  }
  /// The options of neura.h, borrowed; NULL if none was set.
  [[nodiscard]] const neura_request_options *get() const & noexcept { return lazy_.get(); }
  const neura_request_options *get() const && = delete;
  /// The first error that C++ found in the options' texts; neura.h finds the others.
  [[nodiscard]] std::optional<Error> problem() const { return problems_.first(); }

 private:
  RequestOptions &text(const char *name, void (*set)(neura_request_options *, const char *),
                       const Text &value) {
    if (problems_.allow(name, value)) set(lazy_.make(), value.get());
    return *this;
  }

  std::unique_ptr<detail::BodyFunction> body_function_;
  detail::Lazy<neura_request_options, neura_request_options_new, neura_request_options_free> lazy_;
  detail::Problems problems_;
};

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_REQUEST_OPTIONS_HPP

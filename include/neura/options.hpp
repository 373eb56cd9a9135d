/* The options of a client, and the options of one request. */
#ifndef NEURA_OPTIONS_HPP
#define NEURA_OPTIONS_HPP

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "error.hpp"

namespace neura {

/// A time limit of this value means no limit.
inline constexpr std::chrono::milliseconds no_limit{NEURA_NO_LIMIT};

namespace detail {

/// A function that returns the key; neura.h calls it with this object as user_data.
struct KeyFunction {
  std::function<std::string()> function;

  /// No exception may reach the library: it becomes the reason in the call's error.
  static const char *ask(void *user_data) noexcept {
    // One for each thread: two clients of the same options may ask at the same time.
    static thread_local std::string key;
    try {
      key = terminated(static_cast<const KeyFunction *>(user_data)->function());
      return key.c_str();
    } catch (const std::exception &exception) {
      neura_api_key_callback_fail(exception.what());
    } catch (...) {
      neura_api_key_callback_fail("it threw something other than a std::exception");
    }
    return nullptr;
  }
};

/// An object that is created when first needed: neura.h uses its defaults for NULL.
template <typename T, auto New, auto Free>
class Lazy {
 public:
  T *get() const noexcept { return object_.get(); }
  T *make() {
    if (!object_) object_.reset(New());
    if (!object_) throw std::bad_alloc();
    return object_.get();
  }

 private:
  Owned<T, Free> object_;
};

}  // namespace detail

/// Cancels the calls that it is given to, from any thread.
class CancelToken {
 public:
  CancelToken() : token_(neura_cancel_new()) {
    if (!token_) throw std::bad_alloc();
  }
  void cancel() const noexcept { neura_cancel(token_.get()); }
  const neura_cancel_token *get() const noexcept { return token_.get(); }

 private:
  detail::Owned<neura_cancel_token, neura_cancel_free> token_;
};

/// The options of a client. The client's constructor throws if one is invalid.
class Options {
 public:
  // Plain values. Made from core/src/option_table/rows.rs by `make options`; edit there.
  /// The API key.
  Options &api_key(std::string_view value) {
    return text(neura_options_set_api_key, value);
  }
  /// Which of several keys of the environment and the files to use.
  Options &profile(std::string_view value) {
    return text(neura_options_set_profile, value);
  }
  /// The one `.env` file to read, which must exist.
  Options &env_file(std::string_view value) {
    return text(neura_options_set_env_file, value);
  }
  /// Switches `env_file` off.
  Options &no_env_file() {
    neura_options_set_env_file(lazy_.make(), nullptr);
    return *this;
  }
  /// Where requests go.
  Options &base_url(std::string_view value) {
    return text(neura_options_set_base_url, value);
  }
  /// One deadline for a whole call: all attempts, the waits and the body; for a stream it ends with
  /// the headers.
  Options &timeout(std::chrono::milliseconds value) {
    neura_options_set_timeout_ms(lazy_.make(), value.count());
    return *this;
  }
  /// The limit for opening a connection: looking up the name, connecting, the proxy and the TLS
  /// handshake together.
  Options &connect_timeout(std::chrono::milliseconds value) {
    neura_options_set_connect_timeout_ms(lazy_.make(), value.count());
    return *this;
  }
  /// The limit between two pieces of a body, after the headers.
  Options &idle_timeout(std::chrono::milliseconds value) {
    neura_options_set_idle_timeout_ms(lazy_.make(), value.count());
    return *this;
  }
  /// How many times a failed request is sent again; 0 sends it once.
  Options &max_retries(std::int32_t value) {
    neura_options_set_max_retries(lazy_.make(), value);
    return *this;
  }
  /// The proxy on the way to the service: `http://`, `https://`, `socks5://` or `socks5h://`, with
  /// `user:password@`, percent-encoded, if it requires them.
  Options &proxy(std::string_view value) {
    return text(neura_options_set_proxy, value);
  }
  /// Switches `proxy` off.
  Options &no_proxy() {
    neura_options_set_proxy(lazy_.make(), nullptr);
    return *this;
  }
  /// A PEM file with the certificates of the authorities to trust, or a folder of such files; no
  /// others are trusted then.
  Options &ca_file(std::string_view value) {
    return text(neura_options_set_ca_file, value);
  }
  /// The largest body of a reply in bytes, unpacked; a larger one is `NEURA_KIND_BODY_TOO_LARGE`.
  Options &max_body_bytes(std::int64_t value) {
    neura_options_set_max_body_bytes(lazy_.make(), value);
    return *this;
  }
  /// The largest event of a stream in bytes; a larger one is `NEURA_KIND_BODY_TOO_LARGE`.
  Options &max_event_bytes(std::int64_t value) {
    neura_options_set_max_event_bytes(lazy_.make(), value);
    return *this;
  }
  /// The largest head of a reply in bytes; a larger one, or one of more than 128 headers, is
  /// `NEURA_KIND_PROTOCOL`.
  Options &max_header_bytes(std::int64_t value) {
    neura_options_set_max_header_bytes(lazy_.make(), value);
    return *this;
  }
  /// Whether the key may be sent over plain http to a host that is not loopback.
  Options &allow_http(bool value) {
    neura_options_set_allow_http(lazy_.make(), value);
    return *this;
  }
  // By hand.
  /// Adds a key after those already set, to be used after a 401.
  Options &add_api_key(std::string_view key) { return text(neura_options_add_api_key, key); }
  /// Sets a function that returns the key. It is called when a request first needs the key, and
  /// again after a 401, on the thread that makes the call. One client never calls it on two
  /// threads at once; two clients of the same options may. It must not use the client that
  /// calls it. If it throws, the call fails with `NEURA_KIND_CONFIG` and `what()` in the
  /// message. The options and their clients share the function: it lives as long as they do.
  Options &api_key_callback(std::function<std::string()> function) {
    auto shared = std::make_shared<detail::KeyFunction>();
    shared->function = std::move(function);
    neura_options_set_api_key_callback(lazy_.make(), detail::KeyFunction::ask, shared.get());
    key_function_ = std::move(shared);
    return *this;
  }
  /// Sets the certificate for a server that asks for one; its key is in the same file.
  Options &client_cert(std::string_view certificate) {
    neura_options_set_client_cert(lazy_.make(), detail::terminated(certificate).c_str(), nullptr);
    return *this;
  }
  Options &client_cert(std::string_view certificate, std::string_view key) {
    neura_options_set_client_cert(lazy_.make(), detail::terminated(certificate).c_str(),
                                  detail::terminated(key).c_str());
    return *this;
  }
  Options &header(std::string_view name, std::string_view value) {
    neura_options_set_header(lazy_.make(), detail::terminated(name).c_str(),
                             detail::terminated(value).c_str());
    return *this;
  }
  const neura_options *get() const noexcept { return lazy_.get(); }
  /// The object that must live as long as the clients that were built with these options.
  std::shared_ptr<const void> shared() const noexcept { return key_function_; }

 private:
  Options &text(void (*set)(neura_options *, const char *), std::string_view value) {
    set(lazy_.make(), detail::terminated(value).c_str());
    return *this;
  }

  std::shared_ptr<detail::KeyFunction> key_function_;
  detail::Lazy<neura_options, neura_options_new, neura_options_free> lazy_;
};

/// The options of one request. The call throws if one is invalid.
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
  RequestOptions &idempotency_key(std::string_view value) {
    return text(neura_request_options_set_idempotency_key, value);
  }
  // By hand, too.
  RequestOptions &header(std::string_view name, std::string_view value) {
    neura_request_options_set_header(lazy_.make(), detail::terminated(name).c_str(),
                                     detail::terminated(value).c_str());
    return *this;
  }
  RequestOptions &cancel(const CancelToken &token) {
    neura_request_options_set_cancel(lazy_.make(), token.get());
    return *this;
  }
  const neura_request_options *get() const noexcept { return lazy_.get(); }

 private:
  RequestOptions &text(void (*set)(neura_request_options *, const char *), std::string_view value) {
    set(lazy_.make(), detail::terminated(value).c_str());
    return *this;
  }

  detail::Lazy<neura_request_options, neura_request_options_new, neura_request_options_free> lazy_;
};

}  // namespace neura

#endif  // NEURA_OPTIONS_HPP

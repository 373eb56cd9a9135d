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
#include <vector>

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

/// A function that gets the attempts; neura.h calls it with this object as user_data.
struct AttemptFunction {
  std::function<void(const neura_attempt *)> function;

  /// No exception may reach the library: it is dropped.
  static void tell(void *user_data, const neura_attempt *attempt) noexcept {
    try {
      static_cast<const AttemptFunction *>(user_data)->function(attempt);
    } catch (...) {
    }
  }
};

/// A function that gives a body; neura.h calls it with this object as user_data.
struct BodyFunction {
  std::function<std::size_t(char *, std::size_t)> function;

  /// No exception may reach the library: it becomes the reason in the call's error.
  static std::int32_t read(void *user_data, void *buffer, std::size_t size,
                           std::size_t *length) noexcept {
    try {
      *length = static_cast<const BodyFunction *>(user_data)->function(
          static_cast<char *>(buffer), size);
      return *length > 0 ? NEURA_OK : NEURA_END;
    } catch (const std::exception &exception) {
      neura_body_callback_fail(exception.what());
    } catch (...) {
      neura_body_callback_fail("it threw something other than a std::exception");
    }
    return NEURA_ERROR;
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
  /// Whether only a request that certainly never reached the server is sent again.
  Options &replay_unsent_only(bool value) {
    neura_options_set_replay_unsent_only(lazy_.make(), value);
    return *this;
  }
  /// How many asynchronous calls run at a time; more wait in order.
  Options &max_in_flight(std::int32_t value) {
    neura_options_set_max_in_flight(lazy_.make(), value);
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
    functions_.push_back(std::move(shared));
    return *this;
  }
  /// Sets a function that is called after each attempt of a call, on the thread of the call; its
  /// argument is valid until it returns. What it throws is dropped. The options and their clients
  /// share the function: it lives as long as they do.
  Options &attempt_callback(std::function<void(const neura_attempt *)> function) {
    auto shared = std::make_shared<detail::AttemptFunction>();
    shared->function = std::move(function);
    neura_options_set_attempt_callback(lazy_.make(), detail::AttemptFunction::tell, shared.get());
    functions_.push_back(std::move(shared));
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
  std::shared_ptr<const void> shared() const {
    using Functions = std::vector<std::shared_ptr<const void>>;
    return functions_.empty() ? nullptr : std::make_shared<Functions>(functions_);
  }

 private:
  Options &text(void (*set)(neura_options *, const char *), std::string_view value) {
    set(lazy_.make(), detail::terminated(value).c_str());
    return *this;
  }

  std::vector<std::shared_ptr<const void>> functions_;
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
  /// Adds a parameter to the query of the request's URL.
  RequestOptions &query(std::string_view name, std::string_view value) {
    neura_request_options_add_query(lazy_.make(), detail::terminated(name).c_str(),
                                    detail::terminated(value).c_str());
    return *this;
  }
  /// Sets a function that gives the request's body: it writes at most `size` bytes to `buffer` and
  /// returns their number, 0 at the end. If it throws, the call fails with `what()` in the message.
  /// The body has `length` bytes, -1 if that is unknown. It is not sent again once it was read.
  RequestOptions &body_callback(std::function<std::size_t(char *, std::size_t)> function,
                                std::int64_t length = -1) {
    auto shared = std::make_unique<detail::BodyFunction>();
    shared->function = std::move(function);
    neura_request_options_set_body_callback(lazy_.make(), detail::BodyFunction::read, nullptr,
                                            shared.get(), length);
    body_function_ = std::move(shared);
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

  std::unique_ptr<detail::BodyFunction> body_function_;
  detail::Lazy<neura_request_options, neura_request_options_new, neura_request_options_free> lazy_;
};

}  // namespace neura

#endif  // NEURA_OPTIONS_HPP

/* The options of a client. */
#ifndef NEURA_OPTIONS_HPP
#define NEURA_OPTIONS_HPP

#include "callbacks.hpp"
#include "key_function.hpp"
#ifdef NEURA_CPP17

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace neura {
inline namespace NEURA_MODE {

/// A time limit of this value means no limit.
inline constexpr std::chrono::milliseconds no_limit{NEURA_NO_LIMIT};

/// The options of a client. Setters do not fail: an invalid value, such as a null pointer instead
/// of text, is an error of the client's constructor.
class Options {
 public:
  // Plain values. Made from core/src/option_table/rows.rs by `make options`; edit there.
  /// The API key.
  Options &api_key(const Text &value) {
    return text("api_key", neura_options_set_api_key, value);
  }
  /// Which of several keys of the environment and the files to use.
  Options &profile(const Text &value) {
    return text("profile", neura_options_set_profile, value);
  }
  /// The one `.env` file to read, which must exist.
  Options &env_file(const Text &value) {
    return text("env_file", neura_options_set_env_file, value);
  }
  /// Switches `env_file` off.
  Options &no_env_file() {
    problems_.clear("env_file");
    neura_options_set_env_file(lazy_.make(), nullptr);
    return *this;
  }
  /// Where requests go.
  Options &base_url(const Text &value) {
    return text("base_url", neura_options_set_base_url, value);
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
  Options &proxy(const Text &value) {
    return text("proxy", neura_options_set_proxy, value);
  }
  /// Switches `proxy` off.
  Options &no_proxy() {
    problems_.clear("proxy");
    neura_options_set_proxy(lazy_.make(), nullptr);
    return *this;
  }
  /// A PEM file with the certificates of the authorities to trust, or a folder of such files; no
  /// others are trusted then.
  Options &ca_file(const Text &value) {
    return text("ca_file", neura_options_set_ca_file, value);
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
  Options &add_api_key(const Text &key) {
    if (problems_.allow_one_of("add_api_key", key)) {
      neura_options_add_api_key(lazy_.make(), key.get());
    }
    return *this;
  }
  /// Sets a function that returns the key, as a std::string, or std::nullopt for no key. It is
  /// called when a request first needs the key, and again after a 401, on the thread that makes
  /// the call. One client never calls it on two threads at once; two clients of the same
  /// options may. It must not use the client that calls it. If it throws, the call fails with
  /// `NEURA_KIND_CONFIG` and `what()` in the message. The options and their clients share the
  /// function: it lives as long as they do.
  Options &api_key_callback(std::function<std::optional<std::string>()> function) {
    auto shared = std::make_shared<detail::KeyFunction>();
    shared->function = std::move(function);
    neura_options_set_api_key_callback(lazy_.make(), detail::KeyFunction::ask, shared.get());
    key_function_ = std::move(shared);
    return *this;
  }
  /// The same for a function that returns a `const char *`; a null pointer is no key.
  template <typename Function,
            std::enable_if_t<std::is_convertible_v<std::invoke_result_t<Function &>, const char *>,
                             int> = 0>
  Options &api_key_callback(Function function) {
    return api_key_callback(std::function<std::optional<std::string>()>(
        [function = std::move(function)]() mutable -> std::optional<std::string> {
          const char *key = function();
          if (key == nullptr) return std::nullopt;
          return std::string(key);
        }));
  }
  /// Sets a function that is called after each attempt of a call, on the thread of the call; its
  /// argument is valid until it returns. What it throws is dropped. The options and their clients
  /// share the function: it lives as long as they do.
  Options &attempt_callback(std::function<void(const neura_attempt *)> function) {
    auto shared = std::make_shared<detail::AttemptFunction>();
    shared->function = std::move(function);
    neura_options_set_attempt_callback(lazy_.make(), detail::AttemptFunction::tell, shared.get());
    attempt_function_ = std::move(shared);
    return *this;
  }
  /// Sets the certificate for a server that asks for one; its key is in the same file.
  Options &client_cert(const Text &certificate) {
    if (problems_.allow("client_cert", certificate)) {
      neura_options_set_client_cert(lazy_.make(), certificate.get(), nullptr);
    }
    return *this;
  }
  Options &client_cert(const Text &certificate, const Text &key) {
    if (problems_.allow("client_cert", certificate, key)) {
      neura_options_set_client_cert(lazy_.make(), certificate.get(), key.get());
    }
    return *this;
  }
  Options &header(const Text &name, const Text &value) {
    if (problems_.allow_header(name, value)) {
      neura_options_set_header(lazy_.make(), name.get(), value.get());
    }
    return *this;
  }
  /// Takes back all headers, also wrong ones.
  Options &clear_headers() {
    problems_.clear("header");
    neura_options_clear_headers(lazy_.get());
    return *this;
  }
  /// The options of neura.h, borrowed; NULL if none was set.
  [[nodiscard]] const neura_options *get() const & noexcept { return lazy_.get(); }
  const neura_options *get() const && = delete;
  /// The first error that C++ found in the options' texts; neura.h finds the others.
  [[nodiscard]] std::optional<Error> problem() const { return problems_.first(); }
  /// The object that must live as long as the clients that were built with these options.
  [[nodiscard]] std::shared_ptr<const void> shared() const {
    if (!attempt_function_) return key_function_;
    return std::make_shared<Functions>(key_function_, attempt_function_);
  }

 private:
  Options &text(const char *name, void (*set)(neura_options *, const char *), const Text &value) {
    if (problems_.allow(name, value)) set(lazy_.make(), value.get());
    return *this;
  }

  using Functions = std::pair<std::shared_ptr<const void>, std::shared_ptr<const void>>;

  std::shared_ptr<detail::KeyFunction> key_function_;
  std::shared_ptr<detail::AttemptFunction> attempt_function_;
  detail::Lazy<neura_options, neura_options_new, neura_options_free> lazy_;
  detail::Problems problems_;
};

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_OPTIONS_HPP

/*
 * neura for C++17: classes over neura.h, in this header alone.
 *
 * What holds for neura.h holds here, with these differences: a call that fails throws
 * neura::Error, objects free themselves, text goes in as std::string_view, and what is absent
 * is an empty std::optional. Every class is move-only, but neura::Error, which C++ must be
 * able to copy. A std::string_view that comes out is borrowed until its object is gone.
 *
 *     neura::Client client;  // NEURA_API_KEY and NEURA_BASE_URL
 *     neura::Response reply = client.chat(R"({"model": "gpt-5", "messages": [...]})");
 *     for (const neura::Event &event : client.chat_stream(request)) use(event.data);
 */
#ifndef NEURA_HPP
#define NEURA_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "neura.h"

namespace neura {

/// As a limit of time: no limit.
inline constexpr std::chrono::milliseconds no_limit{NEURA_NO_LIMIT};

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

template <typename T, typename Number>
std::optional<T> number(Number number) {
  if (number < 0) return std::nullopt;
  return T(number);
}

}  // namespace detail

/// The library's version.
inline std::string_view version() { return neura_version(); }

/// The stable name of a kind, such as `invalid_api_key`; absent for a number that is no kind.
inline std::optional<std::string_view> kind_name(std::int32_t kind) {
  return detail::text(neura_kind_name(kind));
}

/// Why a call failed; `what()` is the message. Copies share one error.
class Error : public std::runtime_error {
 public:
  /// Takes over an error of neura.h.
  explicit Error(neura_error *error)
      : std::runtime_error(detail::text(neura_error_message(error)).value_or("").data()),
        kind_(neura_error_kind(error)),
        error_(error, neura_error_free) {}

  /// An error that only this header can see.
  Error(neura_kind kind, const std::string &message)
      : std::runtime_error(message), kind_(kind) {}

  /// One of `NEURA_KIND_...`.
  std::int32_t kind() const noexcept { return kind_; }
  /// The kind's stable name, such as `invalid_api_key`.
  std::string_view kind_name() const { return neura::kind_name(kind_).value_or(""); }
  /// The HTTP status, where a reply came.
  std::optional<int> status() const {
    return detail::number<int>(neura_error_status(error_.get()));
  }
  /// The server's code; for a malformed key what is wrong with it.
  std::optional<std::string_view> code() const {
    return detail::text(neura_error_code(error_.get()));
  }
  /// The server's type of error.
  std::optional<std::string_view> type() const {
    return detail::text(neura_error_type(error_.get()));
  }
  /// The parameter that the server complains of.
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
  /// How many times the request was sent; absent where no call was made.
  std::optional<int> attempts() const {
    return detail::number<int>(neura_error_attempts(error_.get()));
  }

 private:
  std::int32_t kind_;
  std::shared_ptr<neura_error> error_;
};

namespace detail {

/// Text with a NUL at its end. C would cut it at a NUL of its own.
inline std::string terminated(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw Error(NEURA_KIND_INVALID_ARGUMENT, "text holds a NUL character");
  }
  return std::string(text);
}

/// Runs a call of neura.h, and throws where it fails.
template <typename Call>
neura_status checked(Call &&call) {
  neura_error *error = nullptr;
  const neura_status status = call(&error);
  if (status == NEURA_ERROR) throw Error(error);
  return status;
}

/// An object that is made when it is first needed: without it neura.h uses its defaults.
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

/// Cancels the calls that it was given to, from any thread.
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

/// How a client is built. What is wrong in it, the client's constructor throws.
class Options {
 public:
  Options &api_key(std::string_view key) { return text(neura_options_set_api_key, key); }
  Options &base_url(std::string_view url) { return text(neura_options_set_base_url, url); }
  Options &ca_file(std::string_view path) { return text(neura_options_set_ca_file, path); }
  Options &timeout(std::chrono::milliseconds limit) {
    neura_options_set_timeout_ms(lazy_.make(), limit.count());
    return *this;
  }
  Options &connect_timeout(std::chrono::milliseconds limit) {
    neura_options_set_connect_timeout_ms(lazy_.make(), limit.count());
    return *this;
  }
  Options &idle_timeout(std::chrono::milliseconds limit) {
    neura_options_set_idle_timeout_ms(lazy_.make(), limit.count());
    return *this;
  }
  Options &max_retries(std::int32_t retries) {
    neura_options_set_max_retries(lazy_.make(), retries);
    return *this;
  }
  Options &header(std::string_view name, std::string_view value) {
    neura_options_set_header(lazy_.make(), detail::terminated(name).c_str(),
                             detail::terminated(value).c_str());
    return *this;
  }
  Options &allow_http(bool allow) {
    neura_options_set_allow_http(lazy_.make(), allow);
    return *this;
  }
  const neura_options *get() const noexcept { return lazy_.get(); }

 private:
  Options &text(void (*set)(neura_options *, const char *), std::string_view value) {
    set(lazy_.make(), detail::terminated(value).c_str());
    return *this;
  }

  detail::Lazy<neura_options, neura_options_new, neura_options_free> lazy_;
};

/// What is different for one request. What is wrong in it, the call throws.
class RequestOptions {
 public:
  RequestOptions &timeout(std::chrono::milliseconds limit) {
    neura_request_options_set_timeout_ms(lazy_.make(), limit.count());
    return *this;
  }
  RequestOptions &max_retries(std::int32_t retries) {
    neura_request_options_set_max_retries(lazy_.make(), retries);
    return *this;
  }
  RequestOptions &header(std::string_view name, std::string_view value) {
    neura_request_options_set_header(lazy_.make(), detail::terminated(name).c_str(),
                                     detail::terminated(value).c_str());
    return *this;
  }
  RequestOptions &idempotency_key(std::string_view key) {
    neura_request_options_set_idempotency_key(lazy_.make(), detail::terminated(key).c_str());
    return *this;
  }
  RequestOptions &cancel(const CancelToken &token) {
    neura_request_options_set_cancel(lazy_.make(), token.get());
    return *this;
  }
  const neura_request_options *get() const noexcept { return lazy_.get(); }

 private:
  detail::Lazy<neura_request_options, neura_request_options_new, neura_request_options_free> lazy_;
};

/// A reply with its whole body.
class Response {
 public:
  using Handle = neura_response;
  /// Takes over a response of neura.h.
  explicit Response(neura_response *response) noexcept : response_(response) {}

  int status() const noexcept { return neura_response_status(response_.get()); }
  /// Whether the status is one of success.
  bool ok() const noexcept { return neura_response_check(response_.get(), nullptr) == NEURA_OK; }
  /// Throws the error that a status outside 200 to 299 means.
  void check() const {
    detail::checked([&](neura_error **e) { return neura_response_check(response_.get(), e); });
  }
  std::optional<std::string_view> header(std::string_view name) const {
    return detail::text(neura_response_header(response_.get(), detail::terminated(name).c_str()));
  }
  std::string_view body() const noexcept {
    std::size_t length = 0;
    const std::uint8_t *bytes = neura_response_body(response_.get(), &length);
    return {reinterpret_cast<const char *>(bytes), length};
  }
  std::optional<std::string_view> request_id() const {
    return detail::text(neura_response_request_id(response_.get()));
  }

 private:
  detail::Owned<neura_response, neura_response_free> response_;
};

/// One event, borrowed until the next step of its stream.
struct Event {
  std::string_view event;
  std::string_view data;
  std::string_view id;
};

/// An open stream: read it once, with a range-for or with `next`.
class Stream {
 public:
  using Handle = neura_stream;
  /// Takes over a stream of neura.h.
  explicit Stream(neura_stream *stream) noexcept : stream_(stream) {}

  /// The next event; absent when the stream is complete.
  std::optional<Event> next() {
    neura_event event;
    const neura_status status = detail::checked(
        [&](neura_error **error) { return neura_stream_next(stream_.get(), &event, error); });
    if (status == NEURA_END) return std::nullopt;
    return Event{event.event, {event.data, event.data_length}, event.id};
  }

  struct End {};

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Event;
    using difference_type = std::ptrdiff_t;
    using pointer = const Event *;
    using reference = const Event &;

    explicit Iterator(Stream &stream) : stream_(&stream), event_(stream.next()) {}
    reference operator*() const { return *event_; }
    pointer operator->() const { return &*event_; }
    Iterator &operator++() {
      event_ = stream_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator &at, End) { return !at.event_.has_value(); }
    friend bool operator!=(const Iterator &at, End) { return at.event_.has_value(); }

   private:
    Stream *stream_;
    std::optional<Event> event_;
  };

  /// Reads the first event.
  Iterator begin() { return Iterator(*this); }
  End end() const noexcept { return {}; }

 private:
  detail::Owned<neura_stream, neura_stream_free> stream_;
};

/// A client. Any number of threads may use one at the same time.
class Client {
 public:
  /// The key and the base URL come from the options, else from the environment.
  explicit Client(const Options &options = {}) {
    neura_client *client = nullptr;
    detail::checked([&](neura_error **e) { return neura_client_new(options.get(), &client, e); });
    client_.reset(client);
  }

  /// Sends a request and reads the whole reply, whatever its status. A body is sent as JSON
  /// unless the options have another `Content-Type`.
  Response request(std::string_view method, std::string_view path, std::string_view body = {},
                   const RequestOptions &options = {}) const {
    return ask<Response>(neura_request, detail::terminated(method).c_str(),
                         detail::terminated(path).c_str(), body.data(), body.size(),
                         options.get());
  }
  /// Sends a request and opens the event stream that answers it.
  Stream stream(std::string_view method, std::string_view path, std::string_view body = {},
                const RequestOptions &options = {}) const {
    return ask<Stream>(neura_stream_open, detail::terminated(method).c_str(),
                       detail::terminated(path).c_str(), body.data(), body.size(),
                       options.get());
  }
  /// Asks one chat completion; the request is JSON text.
  Response chat(std::string_view request_json) const {
    return ask<Response>(neura_chat, detail::terminated(request_json).c_str());
  }
  /// Asks one chat completion as a stream: each event's data is a chunk's JSON text.
  Stream chat_stream(std::string_view request_json) const {
    return ask<Stream>(neura_chat_stream, detail::terminated(request_json).c_str());
  }
  /// Lists the models.
  Response models() const { return ask<Response>(neura_models); }
  /// Asks for embeddings; the request is JSON text.
  Response embeddings(std::string_view request_json) const {
    return ask<Response>(neura_embeddings, detail::terminated(request_json).c_str());
  }
  /// Tests the key; JSON text says how it went, also when the key is refused.
  std::string check() const { return text(neura_check); }
  /// The header that authenticates a request, for other tools. This is the secret itself.
  std::string auth_header() const { return text(neura_auth_header); }

 private:
  /// Runs a call of neura.h that gives an owned object.
  template <typename Object, typename Call, typename... Arguments>
  Object ask(Call call, Arguments... arguments) const {
    typename Object::Handle *object = nullptr;
    detail::checked([&](neura_error **error) {
      return call(client_.get(), arguments..., &object, error);
    });
    return Object(object);
  }
  /// Runs a call of neura.h that gives owned text.
  template <typename Call>
  std::string text(Call call) const {
    char *text = nullptr;
    detail::checked([&](neura_error **error) { return call(client_.get(), &text, error); });
    const detail::Owned<char, neura_string_free> owner(text);
    return std::string(text);
  }

  detail::Owned<neura_client, neura_client_free> client_;
};

}  // namespace neura

#endif  // NEURA_HPP

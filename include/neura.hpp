/*
 * neura for C++17: header-only classes over neura.h.
 *
 * The rules of neura.h apply, with these differences. A failed call throws neura::Error.
 * Objects free themselves. Text arguments are std::string_view. An absent value is an empty
 * std::optional. Every class is move-only except neura::Error, because C++ copies exceptions.
 * A returned std::string_view is borrowed: it is valid until its object is destroyed.
 *
 *     neura::Client client;  // the key is read from NEURA_API_KEY
 *     neura::Response reply = client.chat(R"({"model": "gpt-5", "messages": [...]})");
 *     for (const neura::Event &event : client.chat_stream(request)) std::cout << event.text();
 */
#ifndef NEURA_HPP
#define NEURA_HPP

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "neura.h"
#include "neura/error.hpp"
#include "neura/options.hpp"

namespace neura {

/// A header's name in lower case, and its value.
using Header = std::pair<std::string_view, std::string_view>;

namespace detail {

template <typename At, typename Object>
std::vector<Header> headers(At at, const Object *object) {
  std::vector<Header> all;
  const char *name = nullptr, *value = nullptr;
  while (at(object, all.size(), &name, &value)) all.emplace_back(name, value);
  return all;
}

}  // namespace detail

/// A reply with its whole body.
class Response {
 public:
  using Handle = neura_response;
  /// Takes ownership of a response of neura.h.
  explicit Response(neura_response *response) noexcept : response_(response) {}

  int status() const noexcept { return neura_response_status(response_.get()); }
  /// Whether the status is 200 to 299.
  bool ok() const noexcept { return neura_response_check(response_.get(), nullptr) == NEURA_OK; }
  /// Throws the error of a status outside 200 to 299.
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
  /// The words of the answer's first choice; absent if the body is not a JSON object.
  std::optional<std::string_view> text() const {
    return detail::text(neura_response_text(response_.get()));
  }
  std::optional<std::string_view> request_id() const {
    return detail::text(neura_response_request_id(response_.get()));
  }
  /// How many times the request was sent.
  int attempts() const noexcept { return neura_response_attempts(response_.get()); }
  /// All headers in order, their names in lower case.
  std::vector<Header> headers() const {
    return detail::headers(neura_response_header_at, response_.get());
  }
  /// One of `NEURA_RATE_LIMIT_...`; absent if the server did not send it.
  std::optional<std::int64_t> rate_limit(neura_rate_limit value) const {
    return detail::number<std::int64_t>(neura_response_rate_limit(response_.get(), value));
  }

 private:
  detail::Owned<neura_response, neura_response_free> response_;
};

/// One event, borrowed until its stream reads the next one.
class Event {
 public:
  /// An event of neura.h.
  explicit Event(const neura_event *event) noexcept : event_(event) {}

  /// The event's name; `message` if the server sent no name, and in a chat stream.
  std::string_view name() const noexcept { return detail::present(neura_event_name(event_)); }
  /// The event's data; in a chat stream one chunk's JSON text.
  std::string_view data() const noexcept {
    std::size_t length = 0;
    const char *data = neura_event_data(event_, &length);
    return {data, length};
  }
  /// The last id that the server sent; empty if it sent none, and in a chat stream.
  std::string_view id() const noexcept { return detail::present(neura_event_id(event_)); }
  /// The words that a chunk of a chat adds to the answer; empty if it adds none.
  std::string_view text() const noexcept { return detail::present(neura_event_text(event_)); }

 private:
  const neura_event *event_;
};

/// An open stream: read it once, with a range-for or with `next`.
class Stream {
 public:
  using Handle = neura_stream;
  /// Takes ownership of a stream of neura.h.
  explicit Stream(neura_stream *stream) noexcept : stream_(stream) {}

  /// The next event; absent when the stream is complete.
  std::optional<Event> next() {
    const neura_event *event = nullptr;
    const neura_status status = detail::checked(
        [&](neura_error **error) { return neura_stream_next(stream_.get(), &event, error); });
    if (status == NEURA_END) return std::nullopt;
    return Event(event);
  }

  int status() const noexcept { return neura_stream_status(stream_.get()); }
  std::optional<std::string_view> header(std::string_view name) const {
    return detail::text(neura_stream_header(stream_.get(), detail::terminated(name).c_str()));
  }
  /// All headers in order, their names in lower case.
  std::vector<Header> headers() const {
    return detail::headers(neura_stream_header_at, stream_.get());
  }
  std::optional<std::string_view> request_id() const {
    return detail::text(neura_stream_request_id(stream_.get()));
  }
  /// How many times the request was sent.
  int attempts() const noexcept { return neura_stream_attempts(stream_.get()); }
  /// One of `NEURA_RATE_LIMIT_...`; absent if the server did not send it.
  std::optional<std::int64_t> rate_limit(neura_rate_limit value) const {
    return detail::number<std::int64_t>(neura_stream_rate_limit(stream_.get(), value));
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

/// A reply whose body is read in pieces.
class Body {
 public:
  using Handle = neura_body;
  /// Takes ownership of a body of neura.h.
  explicit Body(neura_body *body) noexcept : body_(body) {}

  /// Waits for the next bytes, at most `size`; returns their number, 0 when the body is complete.
  std::size_t read(char *buffer, std::size_t size) {
    std::size_t length = 0;
    detail::checked([&](neura_error **error) {
      return neura_body_read(body_.get(), buffer, size, &length, error);
    });
    return length;
  }
  int status() const noexcept { return neura_body_status(body_.get()); }
  /// Throws the error of a status outside 200 to 299.
  void check() const {
    detail::checked([&](neura_error **e) { return neura_body_check(body_.get(), e); });
  }
  std::optional<std::string_view> header(std::string_view name) const {
    return detail::text(neura_body_header(body_.get(), detail::terminated(name).c_str()));
  }
  /// All headers in order, their names in lower case.
  std::vector<Header> headers() const {
    return detail::headers(neura_body_header_at, body_.get());
  }
  std::optional<std::string_view> request_id() const {
    return detail::text(neura_body_request_id(body_.get()));
  }
  /// How many times the request was sent.
  int attempts() const noexcept { return neura_body_attempts(body_.get()); }
  /// One of `NEURA_RATE_LIMIT_...`; absent if the server did not send it.
  std::optional<std::int64_t> rate_limit(neura_rate_limit value) const {
    return detail::number<std::int64_t>(neura_body_rate_limit(body_.get(), value));
  }

 private:
  detail::Owned<neura_body, neura_body_free> body_;
};

/// Finds the key that a client with these options would use, and returns where it is, as JSON
/// text without the key. It connects to nothing and calls no key function.
inline std::string resolve(const Options &options = {}) {
  return detail::owned_text(neura_resolve, options.get());
}

/// Checks whether authentication works, and if not, why. Returns JSON text without the key.
inline std::string diagnose(const Options &options = {}) {
  return detail::owned_text(neura_diagnose, options.get());
}

/// A client. Any number of threads may use one at the same time.
class Client {
 public:
  /// The key and the base URL come from the options, or else from the environment and files.
  explicit Client(const Options &options = {}) : shared_(options.shared()) {
    neura_client *client = nullptr;
    detail::checked([&](neura_error **e) { return neura_client_new(options.get(), &client, e); });
    client_.reset(client);
  }

  /// Sends a request and reads the whole reply, whatever its status. A body's type is JSON
  /// unless the options set another `Content-Type`.
  Response request(std::string_view method, std::string_view path, std::string_view body = {},
                   const RequestOptions &options = {}) const {
    return ask<Response>(neura_request, detail::terminated(method).c_str(),
                         detail::terminated(path).c_str(), body.data(), body.size(),
                         options.get());
  }
  /// Sends a request and opens its reply as an event stream.
  Stream stream(std::string_view method, std::string_view path, std::string_view body = {},
                const RequestOptions &options = {}) const {
    return ask<Stream>(neura_stream_open, detail::terminated(method).c_str(),
                       detail::terminated(path).c_str(), body.data(), body.size(),
                       options.get());
  }
  /// Sends a request; its reply's body, whatever the status, is read in pieces.
  Body open(std::string_view method, std::string_view path, std::string_view body = {},
            const RequestOptions &options = {}) const {
    return ask<Body>(neura_body_open, detail::terminated(method).c_str(),
                     detail::terminated(path).c_str(), body.data(), body.size(), options.get());
  }
  /// Requests one chat completion; the request is JSON text.
  Response chat(std::string_view request_json, const RequestOptions &options = {}) const {
    return ask<Response>(neura_chat, detail::terminated(request_json).c_str(), options.get());
  }
  /// Requests one chat completion as a stream: each event's data is a chunk's JSON text.
  Stream chat_stream(std::string_view request_json, const RequestOptions &options = {}) const {
    return ask<Stream>(neura_chat_stream, detail::terminated(request_json).c_str(),
                       options.get());
  }
  /// Lists the models.
  Response models(const RequestOptions &options = {}) const {
    return ask<Response>(neura_models, options.get());
  }
  /// Requests one model.
  Response model(std::string_view id, const RequestOptions &options = {}) const {
    return ask<Response>(neura_model, detail::terminated(id).c_str(), options.get());
  }
  /// Requests embeddings; the request is JSON text.
  Response embeddings(std::string_view request_json, const RequestOptions &options = {}) const {
    return ask<Response>(neura_embeddings, detail::terminated(request_json).c_str(),
                         options.get());
  }
  /// Checks the key. Returns the result as JSON text, also for a refused key.
  std::string check(const RequestOptions &options = {}) const {
    return detail::owned_text(neura_check, client_.get(), options.get());
  }
  /// The header that authenticates a request, for other tools. This is the secret itself.
  std::string auth_header() const {
    return detail::owned_text(neura_auth_header, client_.get());
  }
  /// Sets the key of later requests. Requests in flight keep the old one.
  void set_api_key(std::string_view key) const {
    const std::string text = detail::terminated(key);
    detail::checked([&](neura_error **error) {
      return neura_client_set_api_key(client_.get(), text.c_str(), error);
    });
  }
  /// The use of each key that the client has ever had, as JSON text without any key.
  std::string usage() const { return detail::owned_text(neura_client_usage, client_.get()); }

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

  std::shared_ptr<const void> shared_;
  detail::Owned<neura_client, neura_client_free> client_;
};

}  // namespace neura

#endif  // NEURA_HPP

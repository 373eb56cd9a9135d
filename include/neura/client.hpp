/* The client and its calls. */
#ifndef NEURA_CLIENT_HPP
#define NEURA_CLIENT_HPP

#include "body.hpp"
#include "options.hpp"
#include "request_options.hpp"
#include "response.hpp"
#include "stream.hpp"
#ifdef NEURA_CPP17

#include <memory>
#include <string>
#include <utility>

namespace neura {
inline namespace NEURA_MODE {

/// A client. Any number of threads may use one at the same time.
class Client {
 public:
  /// The key and the base URL come from the options, or else from the environment and files.
  [[nodiscard]] static Result<Client> try_new(const Options &options = {}) {
    const auto take = [&](neura_client *client) { return Client(client, options.shared()); };
    return detail::produce<Client, neura_client>(take, neura_client_new, options);
  }
  [[nodiscard]] Result<Response> try_request(const Text &method, const Text &path,
                                             const Bytes &body = {},
                                             const RequestOptions &options = {}) const {
    return send<Response>(neura_request, method, path, body, options);
  }
  [[nodiscard]] Result<Stream> try_stream(const Text &method, const Text &path,
                                          const Bytes &body = {},
                                          const RequestOptions &options = {}) const {
    return send<Stream>(neura_stream_open, method, path, body, options);
  }
  [[nodiscard]] Result<Body> try_open(const Text &method, const Text &path,
                                      const Bytes &body = {},
                                      const RequestOptions &options = {}) const {
    return send<Body>(neura_body_open, method, path, body, options);
  }
  [[nodiscard]] Result<Response> try_chat(const Text &request_json,
                                          const RequestOptions &options = {}) const {
    return detail::object<Response>(neura_chat, client_.get(), request_json, options);
  }
  [[nodiscard]] Result<Stream> try_chat_stream(const Text &request_json,
                                               const RequestOptions &options = {}) const {
    return detail::object<Stream>(neura_chat_stream, client_.get(), request_json, options);
  }
  [[nodiscard]] Result<Response> try_models(const RequestOptions &options = {}) const {
    return detail::object<Response>(neura_models, client_.get(), options);
  }
  [[nodiscard]] Result<Response> try_model(const Text &id,
                                           const RequestOptions &options = {}) const {
    return detail::object<Response>(neura_model, client_.get(), id, options);
  }
  [[nodiscard]] Result<Response> try_embeddings(const Text &request_json,
                                                const RequestOptions &options = {}) const {
    return detail::object<Response>(neura_embeddings, client_.get(), request_json, options);
  }
  [[nodiscard]] Result<std::string> try_check(const RequestOptions &options = {}) const {
    return detail::owned_text(neura_check, client_.get(), options);
  }
  [[nodiscard]] Result<std::string> try_auth_header() const {
    return detail::owned_text(neura_auth_header, client_.get());
  }
  [[nodiscard]] Result<void> try_set_api_key(const Text &key) const {
    if (auto problem = detail::problem_of(key)) return Unexpected(*std::move(problem));
    neura_error *error = nullptr;
    if (neura_client_set_api_key(client_.get(), key.get(), &error) == NEURA_OK) return {};
    return Unexpected(Error(error));
  }
  [[nodiscard]] Result<std::string> try_usage() const {
    return detail::owned_text(neura_client_usage, client_.get());
  }

#if NEURA_HAS_EXCEPTIONS
  /// The key and the base URL come from the options, or else from the environment and files.
  explicit Client(const Options &options = {}) : Client(detail::value(try_new(options))) {}

  /// Sends a request and reads the whole reply, whatever its status. A body's type is JSON
  /// unless the options set another `Content-Type`.
  [[nodiscard]] Response request(const Text &method, const Text &path, const Bytes &body = {},
                                 const RequestOptions &options = {}) const {
    return detail::value(try_request(method, path, body, options));
  }
  /// Sends a request and opens its reply as an event stream.
  [[nodiscard]] Stream stream(const Text &method, const Text &path, const Bytes &body = {},
                              const RequestOptions &options = {}) const {
    return detail::value(try_stream(method, path, body, options));
  }
  /// Sends a request; its reply's body, whatever the status, is read in pieces.
  [[nodiscard]] Body open(const Text &method, const Text &path, const Bytes &body = {},
                          const RequestOptions &options = {}) const {
    return detail::value(try_open(method, path, body, options));
  }
  /// Requests one chat completion; the request is JSON text.
  [[nodiscard]] Response chat(const Text &request_json, const RequestOptions &options = {}) const {
    return detail::value(try_chat(request_json, options));
  }
  /// Requests one chat completion as a stream: each event's data is a chunk's JSON text.
  [[nodiscard]] Stream chat_stream(const Text &request_json,
                                   const RequestOptions &options = {}) const {
    return detail::value(try_chat_stream(request_json, options));
  }
  /// Lists the models.
  [[nodiscard]] Response models(const RequestOptions &options = {}) const {
    return detail::value(try_models(options));
  }
  /// Requests one model.
  [[nodiscard]] Response model(const Text &id, const RequestOptions &options = {}) const {
    return detail::value(try_model(id, options));
  }
  /// Requests embeddings; the request is JSON text.
  [[nodiscard]] Response embeddings(const Text &request_json,
                                    const RequestOptions &options = {}) const {
    return detail::value(try_embeddings(request_json, options));
  }
  /// Checks the key. Returns the result as JSON text, also for a refused key.
  [[nodiscard]] std::string check(const RequestOptions &options = {}) const {
    return detail::value(try_check(options));
  }
  /// The header that authenticates a request, for other tools. This is the secret itself.
  [[nodiscard]] std::string auth_header() const { return detail::value(try_auth_header()); }
  /// Sets the key of later requests. Requests in flight keep the old one.
  void set_api_key(const Text &key) const { detail::value(try_set_api_key(key)); }
  /// The use of each key that the client has ever had, as JSON text without any key.
  [[nodiscard]] std::string usage() const { return detail::value(try_usage()); }
#endif

#ifdef NEURA_HAS_COROUTINES
  // The same calls, to co_await. They begin at once. Include neura/async.hpp.
  Awaitable<Response> request_async(Queue &queue, const Text &method, const Text &path,
                                    std::string body = {},
                                    const RequestOptions &options = {}) const;
  Awaitable<Stream> stream_async(Queue &queue, const Text &method, const Text &path,
                                 std::string body = {}, const RequestOptions &options = {}) const;
  Awaitable<Response> chat_async(Queue &queue, const Text &request_json,
                                 const RequestOptions &options = {}) const;
  Awaitable<Stream> chat_stream_async(Queue &queue, const Text &request_json,
                                      const RequestOptions &options = {}) const;
  Awaitable<Response> models_async(Queue &queue, const RequestOptions &options = {}) const;
  Awaitable<Response> model_async(Queue &queue, const Text &id,
                                  const RequestOptions &options = {}) const;
  Awaitable<Response> embeddings_async(Queue &queue, const Text &request_json,
                                       const RequestOptions &options = {}) const;
  Awaitable<std::string> check_async(Queue &queue, const RequestOptions &options = {}) const;
#endif

  /// The client of neura.h, borrowed.
  [[nodiscard]] const neura_client *get() const & noexcept { return client_.get(); }
  const neura_client *get() const && = delete;
  /// Keeps the functions of its options alive, for calls that go on after it is destroyed.
  [[nodiscard]] std::shared_ptr<const void> shared() const { return shared_; }

 private:
  Client(neura_client *client, std::shared_ptr<const void> shared) noexcept
      : shared_(std::move(shared)), client_(client) {}

  template <typename Object, typename Call>
  Result<Object> send(Call call, const Text &method, const Text &path, const Bytes &body,
                      const RequestOptions &options) const {
    if (auto problem = detail::problem_of(body)) return Unexpected(*std::move(problem));
    return detail::object<Object>(call, client_.get(), method, path, body.data(), body.size(),
                                  options);
  }

  std::shared_ptr<const void> shared_;
  detail::Owned<neura_client, neura_client_free> client_;
};

[[nodiscard]] inline Result<std::string> try_resolve(const Options &options = {}) {
  return detail::owned_text(neura_resolve, options);
}
[[nodiscard]] inline Result<std::string> try_diagnose(const Options &options = {}) {
  return detail::owned_text(neura_diagnose, options);
}

#if NEURA_HAS_EXCEPTIONS
/// Finds the key that a client with these options would use, and returns where it is, as JSON
/// text without the key. It connects to nothing and calls no key function.
[[nodiscard]] inline std::string resolve(const Options &options = {}) {
  return detail::value(try_resolve(options));
}

/// Checks whether authentication works, and if not, why. Returns JSON text without the key.
[[nodiscard]] inline std::string diagnose(const Options &options = {}) {
  return detail::value(try_diagnose(options));
}
#endif

}  // namespace NEURA_MODE
}  // namespace neura

#endif  // NEURA_CPP17
#endif  // NEURA_CLIENT_HPP

// Calls that return their error. Compiled with and without exceptions.
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "check.hpp"

using namespace std::chrono_literals;

static constexpr const char *hello =
    R"({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})";

static bool has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

static neura::Client client_at(const char *url) {
  auto client = neura::Client::try_new(neura::Options().base_url(given(url)).max_retries(0));
  if (client) return *std::move(client);
  std::cout << client.error().what() << '\n';
  std::exit(2);
}

static void calls(const neura::Client &client) {
  const neura::Result<neura::Response> reply = client.try_chat(hello);
  check("a reply", reply.has_value() && reply->ok() && has(reply->body(), "You said: Hello!"));
  check("its words", reply->text() == "You said: Hello!");
  check("its check", reply->try_check().has_value());
  check("a copy of its body", reply->body_string() == reply->body());
  check("its bytes", reply->body_vector().size() == reply->body().size());
#if NEURA_HAS_SPAN
  check("a span of it", reply->body_span().size() == reply->body().size());
#endif
  check("models", client.try_models()->ok());
  check("a model", client.try_model("gpt-5")->ok());
  check("embeddings",
        client.try_embeddings(R"({"model": "text-embedding-3-small", "input": "x"})").has_value());
  check("check", has(client.try_check().value(), R"("ok":true)"));
  check("auth header", has(client.try_auth_header().value(), "Authorization: Bearer "));
  check("usage", has(client.try_usage().value(), "fingerprint"));
  check("resolve", has(neura::try_resolve().value(), "environment"));
  check("diagnose", has(neura::try_diagnose().value(), "valid"));
  check("a new key", client.try_set_api_key(given("NEURA_API_KEY")).has_value());

  const std::string_view text = hello;
  std::vector<std::byte> bytes;
  for (const char letter : text) bytes.push_back(static_cast<std::byte>(letter));
  const auto same = client.try_request("POST", "/chat/completions", bytes);
  check("a body of bytes", has(same->body(), "You said: Hello!"));
}

static void errors(const neura::Client &client) {
  const auto wrong = neura::Client::try_new(neura::Options().api_key("nk-fake-unknown-0123456789"));
  check_fails("a wrong key", NEURA_KIND_INVALID_API_KEY, 401, wrong->try_models());
  check_fails("a wrong key of a stream", NEURA_KIND_INVALID_API_KEY, 401,
              wrong->try_chat_stream(hello));
  check_fails("a client that cannot be", NEURA_KIND_CONFIG, {},
              neura::Client::try_new(neura::Options().timeout(0ms)));
  check_fails("resolve", NEURA_KIND_MISSING_API_KEY, {},
              neura::try_resolve(neura::Options().profile("staging")));
  check_fails("a status checked", NEURA_KIND_NOT_FOUND, 404,
              client.try_request("GET", "/nothing-here")->try_check());
  check_fails("no server", NEURA_KIND_CONNECTION, {},
              client_at("NEURA_TEST_REFUSED_URL").try_chat(hello));
  neura::Result<neura::Response> limited = client_at("NEURA_TEST_LIMITED_URL").try_models();
  check_fails("a full error", NEURA_KIND_RATE_LIMITED, 429, limited);
  const neura::Error kept = std::move(limited).error();
  check("a kept error", kept.request_id() == "req_fake_7" && kept.retry_after() == 1500ms);
  check("its value is thrown away", client.try_usage().value_or("none") != "none" &&
                                        wrong->try_check({}).value_or("none") != "none");
}

static void arguments(const neura::Client &client) {
  const char *absent = nullptr;
  const std::string_view cut("/mod\0els", 8);
  check_fails("a null request", NEURA_KIND_INVALID_ARGUMENT, {}, client.try_chat(absent));
  check_fails("a null path", NEURA_KIND_INVALID_ARGUMENT, {}, client.try_request("GET", absent));
  check_fails("a null body", NEURA_KIND_INVALID_ARGUMENT, {},
              client.try_request("POST", "/chat/completions", absent));
  check_fails("a null key", NEURA_KIND_INVALID_ARGUMENT, {}, client.try_set_api_key(absent));
  check_fails("a NUL in a path", NEURA_KIND_INVALID_ARGUMENT, {}, client.try_request("GET", cut));
  check_fails("a NUL in a string", NEURA_KIND_INVALID_ARGUMENT, {},
              client.try_model(std::string(cut)));
  check_fails("text that is not UTF-8", NEURA_KIND_INVALID_ARGUMENT, {}, client.try_chat("\xff"));
  neura::RequestOptions wrong;
  check_fails("a null header of a request", NEURA_KIND_INVALID_ARGUMENT, {},
              client.try_models(wrong.header("X-A", absent)));
  const auto reply = client.try_models();
  check("no header has a null name",
        !reply->header(absent) && !reply->header(std::string_view("date\0", 5)));

  neura::Options options;
  options.api_key(absent).proxy(absent).env_file(cut).header("a", absent).client_cert(cut, cut);
  const auto failed = neura::Client::try_new(options);
  check_fails("null options", NEURA_KIND_INVALID_ARGUMENT, {}, failed);
  check("the error names the first", has(failed.error().what(), "api_key: text is a null pointer"));
  check_fails("resolve with them", NEURA_KIND_INVALID_ARGUMENT, {}, neura::try_resolve(options));
  check_fails("diagnose with them", NEURA_KIND_INVALID_ARGUMENT, {}, neura::try_diagnose(options));
  options.api_key(given("NEURA_API_KEY")).no_proxy().no_env_file().header("a", "b");
  check("a good value corrects a wrong one",
        has(neura::Client::try_new(options).error().what(), "client_cert: text contains a NUL"));
}

/// An error stays until a value for the same corrects it, as in C.
static void corrections(const neura::Client &client) {
  const char *absent = nullptr, *key = given("NEURA_API_KEY");
  const auto refused = [](const neura::Options &options) {
    const auto made = neura::Client::try_new(options);
    return made ? std::string() : std::string(made.error().what());
  };
  neura::Options headers;
  headers.header("X-A", absent).header("X-B", "b");
  check("another header corrects nothing", has(refused(headers), "header: text is a null"));
  check("the same header does", refused(headers.header("x-a", "a")).empty());
  neura::Options unnamed;
  unnamed.header(absent, "a").header("X-B", "b");
  check("a header without a name is not set again", has(refused(unnamed), "header: text is a null"));
  check("unless all are taken back", refused(unnamed.clear_headers()).empty());
  neura::Options keys;
  keys.api_key(key).add_api_key(absent).add_api_key(key);
  check("one more key replaces none", has(refused(keys), "add_api_key: text is a null"));
  check("the first key replaces those before it", refused(keys.api_key(key)).empty());
  neura::RequestOptions query, header;
  query.query("a", absent).query("b", "b");
  header.header("X-A", absent).header("X-B", "b");
  check_fails("one more parameter replaces none", NEURA_KIND_INVALID_ARGUMENT, {},
              client.try_models(query));
  check_fails("nor does another header of a request", NEURA_KIND_INVALID_ARGUMENT, {},
              client.try_models(header));
  check("the same header of a request does",
        client.try_models(header.header("X-a", "a")).has_value());
  check("a query is taken back", client.try_models(query.clear_query()).has_value());
  header.header(absent, "a").header("Authorization", "Bearer nk-fake-of-nobody");
  check("and so are the headers of a request",
        client.try_models(header.clear_headers()).has_value());
}

static void keys() {
  const auto with = [](auto function) {
    neura::Options options;
    return neura::Client::try_new(options.api_key_callback(function));
  };
  const auto is = [](const char *name, const neura::Result<neura::Client> &client,
                     std::string_view words) {
    check_fails(name, NEURA_KIND_CONFIG, {}, client->try_models());
    check(name, has(client->try_models().error().what(), words));
  };
  is("a function that returns a null pointer", with([] { return std::getenv("NEURA_NOTHING"); }),
     "it returned no key");
  is("a function that returns no text",
     with([]() -> std::optional<std::string> { return std::nullopt; }), "it returned no key");
  is("an empty function", with(std::function<std::string()>()), "the function is empty");
  check("a function that returns a pointer",
        with([] { return std::getenv("NEURA_API_KEY"); })->try_models().has_value());
}

static void streams(const neura::Client &client) {
  auto stream = client.try_chat_stream(hello);
  std::string words;
  for (const neura::Result<neura::Event> &event : stream->try_events()) {
    if (event) words += event->text();
  }
  check("the events of a stream", words == "You said: Hello!");
  const auto after = stream->try_next();
  check("after the end it is over", after.has_value() && !after->has_value());

  auto cut = client_at("NEURA_TEST_CUT_URL").try_chat_stream(hello);
  int events = 0, failures = 0;
  for (const neura::Result<neura::Event> &event : cut->try_events()) {
    events += event.has_value();
    if (!event) check_fails("a stream that is cut", NEURA_KIND_INCOMPLETE_STREAM, 200, event);
    failures += !event;
  }
  check("its error is the last", events == 1 && failures == 1);
  check_fails("it stays an error", NEURA_KIND_INCOMPLETE_STREAM, 200, cut->try_next());

  auto open = client.try_stream("POST", "/chat/completions",
                                R"({"model": "gpt-5", "stream": true,
                                    "messages": [{"role": "user", "content": "x"}]})");
  check("an event of any stream", has((*open->try_next())->data(), "chunk"));
}

static void cancel() {
  const neura::CancelToken token;
  neura::RequestOptions options;
  options.cancel(token);
  std::thread other([&token] {
    std::this_thread::sleep_for(100ms);
    token.cancel();
  });
  const neura::Client client = client_at("NEURA_TEST_STALL_URL");
  check_fails("a cancelled call", NEURA_KIND_CANCELLED, {}, client.try_chat(hello, options));
  other.join();
}

int main() {
  const auto client = neura::Client::try_new();
  if (!client) return 2;
  calls(*client);
  errors(*client);
  arguments(*client);
  corrections(*client);
  keys();
  streams(*client);
  cancel();
  return report();
}

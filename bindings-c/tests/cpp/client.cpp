// The life of a client in C++: the calls, ownership, and every end of a stream.
#include <atomic>
#include <thread>
#include <type_traits>
#include <vector>

#include "check.hpp"

std::string_view version_from_the_second_unit();

template <typename T>
constexpr bool move_only = std::is_nothrow_move_constructible_v<T> &&
                           std::is_nothrow_move_assignable_v<T> &&
                           !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
static_assert(move_only<neura::Client> && move_only<neura::Response> &&
              move_only<neura::Stream> && move_only<neura::Options> &&
              move_only<neura::RequestOptions> && move_only<neura::CancelToken>);

static constexpr std::string_view hello =
    R"({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})";

static bool has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

static void calls() {
  const neura::Client client(neura::Options()
                                 .api_key(given("NEURA_API_KEY"))
                                 .base_url(given("NEURA_BASE_URL"))
                                 .timeout(std::chrono::seconds(30))
                                 .connect_timeout(std::chrono::seconds(5))
                                 .idle_timeout(neura::no_limit)
                                 .max_retries(1)
                                 .header("X-Team", "one")
                                 .allow_http(false));
  const neura::Response reply = client.request("GET", "/models");
  check("a status", reply.status() == 200 && reply.ok());
  check("a header", reply.header("Content-Type") == "application/json");
  check("no header", !reply.header("x-none").has_value());
  check("a request id", reply.request_id() == reply.header("x-request-id"));
  check("a body", has(reply.body(), "gpt-5"));
  reply.check();
  check("POST",
        has(client.request("POST", "/chat/completions", hello).body_string(), "Hello!"));
  check("chat", has(client.chat(hello).body_string(), "You said: Hello!"));
  check("models", has(client.models().body_string(), "gpt-5"));
  check("embeddings",
        has(client.embeddings(R"({"model": "text-embedding-3-small", "input": "x"})")
                .body_string(),
            "embedding"));
  check("check", has(client.check(), R"("ok":true)"));
  check("auth header",
        client.auth_header() == "Authorization: Bearer " + std::string(given("NEURA_API_KEY")));
  check("not ok", !client.request("GET", "/nothing-here").ok());
  check("one version in every unit", neura::version() == version_from_the_second_unit());
}

static void views_are_text_of_their_own_length() {
  const std::string longer = "/models?and=more";
  const neura::Client client;
  check("a part of a text is a path",
        client.request("GET", std::string_view(longer).substr(0, 7)).ok());
}

static void streams() {
  std::optional<neura::Stream> kept;
  {
    neura::Client client;
    neura::Client moved = std::move(client);
    kept = moved.chat_stream(hello);
  }
  int chunks = 0;
  bool said = false;
  for (const neura::Event &event : *kept) {
    chunks++;
    said = said || has(event.data(), "Hello!");
    if (event.name() != "message" || !event.id().empty()) said = false;
  }
  check("a stream outlives its client, which was moved", chunks > 2 && said);
  check("after the end it is over", !kept->next().has_value());

  const neura::Client client;
  int events = 0;
  for (const auto &event : client.stream("POST", "/chat/completions",
                                         R"({"model": "gpt-5", "stream": true,
                                             "messages": [{"role": "user", "content": "x"}]})")) {
    events += has(event.data(), "chunk");
    if (events == 2) break;
  }
  check("a stream may be left early", events == 2);

  const neura::CancelToken token;
  neura::RequestOptions options;
  options.cancel(token);
  neura::Stream stopped = client.stream("POST", "/chat/completions",
                                        R"({"model": "gpt-5", "stream": true,
                                            "messages": [{"role": "user", "content": "x"}]})",
                                        options);
  check("a stream gives an event", stopped.next().has_value());
  token.cancel();
  for (int again = 0; again < 2; again++) {
    check_throws("a stream that was cancelled before its end", NEURA_KIND_CANCELLED, std::nullopt,
                 [&] { return stopped.next(); });
  }
}

static void threads() {
  const neura::Client client;
  std::atomic<int> right = 0;
  std::vector<std::thread> running;
  for (int number = 0; number < 8; number++) {
    running.emplace_back([&client, &right, number] {
      const std::string word = "n" + std::to_string(number) + ".";
      const neura::Response reply = client.chat(
          R"({"model": "gpt-5", "messages": [{"role": "user", "content": ")" + word + "\"}]}");
      right += has(reply.body(), "You said: " + word);
    });
  }
  for (std::thread &thread : running) thread.join();
  check("one client serves many threads", right == 8);
}

int main() {
  calls();
  views_are_text_of_their_own_length();
  streams();
  threads();
  return report();
}

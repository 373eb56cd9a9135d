// Calls without blocking, with co_await: C++20.
#include "neura/async.hpp"

#include <poll.h>

#include <coroutine>
#include <exception>
#include <vector>

#include "check.hpp"

static constexpr std::string_view hello =
    R"({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})";
static constexpr std::string_view embed = R"({"model": "text-embedding-3-small", "input": "a"})";

// A coroutine that starts at once and frees itself at its end.
struct Task {
  struct promise_type {
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

static void run(neura::Queue &queue) {
  while (queue.pending() > 0) {
    pollfd watched = {queue.fd(), POLLIN, 0};
    poll(&watched, 1, 60000);
    queue.dispatch();
  }
}

static Task calls(neura::Queue &queue, const neura::Client &client) {
  const neura::Response models = co_await client.models_async(queue);
  check("models", models.body().find("gpt-5") != std::string_view::npos);
  const neura::Response model = co_await client.model_async(queue, std::string("gpt-") + "5");
  check("one model", model.status() == 200);
  const neura::Response chat = co_await client.chat_async(queue, hello);
  check("chat", chat.text() == "You said: Hello!");
  const neura::Response embeddings = co_await client.embeddings_async(queue, embed);
  check("embeddings", embeddings.ok());
  const neura::Response request = co_await client.request_async(
      queue, "POST", "/chat/completions", std::string(hello), neura::RequestOptions());
  check("any request", request.text() == "You said: Hello!");
  const std::string json = co_await client.check_async(queue);
  check("check", json.find("\"ok\":true") != std::string::npos);
  // Both are in flight before the first is awaited.
  auto one = client.chat_async(queue, hello), other = client.chat_async(queue, hello);
  check("two calls at once", (co_await other).ok() && (co_await one).ok());
}

static Task streams(neura::Queue &queue, const neura::Client &client, std::string &words) {
  neura::Stream stream = co_await client.chat_stream_async(queue, hello);
  std::vector<neura::OwnedEvent> events;
  while (auto event = co_await stream.next_async(queue)) events.push_back(std::move(*event));
  for (const neura::OwnedEvent &event : events) words += event.text();
  neura::Stream plain = co_await client.stream_async(queue, "POST", "/chat/completions",
                                                     R"({"stream": true, "model": "gpt-5",
      "messages": [{"role": "user", "content": "Hello!"}]})");
  const auto event = co_await plain.next_async(queue);
  check("a plain stream", event && event->name() == "message");
}

static Task fails(neura::Queue &queue, const neura::Client &client, int &kind) {
  try {
    co_await client.model_async(queue, "no-such-model");
  } catch (const neura::Error &error) {
    kind = error.kind();
  }
}

static Task waits(neura::Queue &queue, const neura::Client &stall, int &cancelled) {
  try {
    co_await stall.models_async(queue);
  } catch (const neura::Error &error) {
    cancelled += error.kind() == NEURA_KIND_CANCELLED;
  }
}

int main() {
  const neura::Client client;
  neura::Queue queue;
  calls(queue, client);
  run(queue);
  std::string words[10];
  for (std::string &own : words) streams(queue, client, own);
  run(queue);
  int right = 0;
  for (const std::string &own : words) right += own == "You said: Hello!";
  check("streams that are read at the same time", right == 10);
  int kind = 0;
  fails(queue, client, kind);
  run(queue);
  check("an error is thrown where it is awaited", kind == NEURA_KIND_NOT_FOUND);
  { const auto dropped = client.models_async(queue); }
  run(queue);
  check("a call that is not awaited ends too", queue.pending() == 0);

  const neura::Client stall(
      neura::Options().base_url(given("NEURA_TEST_STALL_URL")).max_retries(0));
  int cancelled = 0;
  for (int i = 0; i < 10; i++) waits(queue, stall, cancelled);
  queue.close();
  run(queue);
  check("a queue that is closed ends all", cancelled == 10);

  std::coroutine_handle<> suspended;
  {
    neura::Queue other;
    suspended = waits(other, stall, cancelled).handle;
  }
  suspended.destroy();
  check("a coroutine may be destroyed after its queue", cancelled == 10);
  return report();
}

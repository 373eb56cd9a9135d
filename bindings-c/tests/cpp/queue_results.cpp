// Calls without blocking that return their error. Compiled with and without exceptions.
#include "neura/async.hpp"

#include "check.hpp"

#include <atomic>
#include <chrono>
#include <thread>

using namespace std::chrono_literals;

static constexpr const char *hello =
    R"({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})";

// A program without an event loop.
static void run(neura::Queue &queue) {
  while (queue.pending() > 0) {
    if (queue.try_wait().value()) queue.dispatch();
  }
}

static void calls(neura::Queue &queue, const neura::Client &client) {
  int right = 0, begun = 0;
  const auto replies = [&](neura::Completion done) {
    right += done.try_check().has_value() && done.try_response()->ok();
  };
  begun += queue.try_request(client, "GET", "/models", "", replies).has_value();
  begun += queue.try_chat(client, hello, replies).has_value();
  begun += queue.try_models(client, replies).has_value();
  begun += queue.try_model(client, "gpt-5", replies).has_value();
  begun += queue.try_embeddings(client, R"({"model": "text-embedding-3-small", "input": "x"})",
                                replies)
               .has_value();
  begun += queue.try_check(client, [&](neura::Completion done) {
                  right += done.try_json()->find("\"ok\":true") != std::string_view::npos;
                }).has_value();
  run(queue);
  check("every call begins and calls its function", begun == 6 && right == 6);
}

static void streams(neura::Queue &queue, const neura::Client &client) {
  std::optional<neura::Stream> stream;
  std::string words;
  bool ended = false;
  const std::function<void(neura::Completion)> step = [&](neura::Completion done) {
    const auto event = done.try_event();
    ended = event.has_value() && !event->has_value();
    if (!event || ended) return;
    words += (*event)->text();
    static_cast<void>(queue.try_next(*stream, step));  // if it fails, the stream does not end
  };
  const auto opened = queue.try_chat_stream(client, hello, [&](neura::Completion done) {
    stream.emplace(*done.try_stream());
    check_fails("a stream is taken once", NEURA_KIND_INVALID_ARGUMENT, {}, done.try_stream());
    check("the first event is read", queue.try_next(*stream, step).has_value());
  });
  run(queue);
  check("a stream is read to its end", opened && ended && words == "You said: Hello!");
}

static void errors(neura::Queue &queue, const neura::Client &client) {
  const char *absent = nullptr;
  const auto never = [](neura::Completion) { check("it is not called", false); };
  check_fails("a null pointer", NEURA_KIND_INVALID_ARGUMENT, {},
              queue.try_chat(client, absent, never));
  check_fails("a NUL in text", NEURA_KIND_INVALID_ARGUMENT, {},
              queue.try_model(client, std::string("a\0b", 3), never));
  std::optional<neura::Error> kept;
  const auto begun = queue.try_model(client, "no-such-model", [&](neura::Completion done) {
    kept = done.try_response().error();
    check_fails("each of its results is the error", NEURA_KIND_NOT_FOUND, 404, done.try_event());
    check_fails("its text too", NEURA_KIND_NOT_FOUND, 404, done.try_json());
  });
  run(queue);
  check("an error outlives its completion", begun && kept && kept->status() == 404);
  queue.close();
  check("a queue that is closed begins nothing", !queue.try_models(client, never));
}

/// Such as what is left of a time that is over.
static void negative_wait(neura::Queue &queue) {
  std::atomic<bool> waited{false};
  neura::Options options;
  options.attempt_callback([&waited](const neura_attempt *) {
    for (int left = 200; left > 0 && !waited; --left) std::this_thread::sleep_for(10ms);
  });
  const auto client = neura::Client::try_new(options);
  const auto begun = queue.try_models(*client, [](neura::Completion) {});
  check("a negative time is over at once", begun && !*queue.try_wait(-1ms));
  waited = true;
  run(queue);
}

int main() {
  const auto client = neura::Client::try_new();
  auto queue = neura::Queue::try_new();
  if (!client || !queue) return 2;
  calls(*queue, *client);
  streams(*queue, *client);
  negative_wait(*queue);
  errors(*queue, *client);
  return report();
}

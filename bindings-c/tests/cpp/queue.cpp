// Calls without blocking, with functions: C++17.
#include "neura/async.hpp"

#include <poll.h>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "check.hpp"

using namespace std::chrono_literals;

static constexpr std::string_view hello =
    R"({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})";
static constexpr std::string_view embed = R"({"model": "text-embedding-3-small", "input": "a"})";

// A loop with one descriptor.
static void run(neura::Queue &queue) {
  while (queue.pending() > 0) {
    pollfd watched = {queue.fd(), POLLIN, 0};
    poll(&watched, 1, 60000);
    queue.dispatch();
  }
}

static void calls(const neura::Client &client) {
  neura::Queue queue;
  int right = 0;
  const auto has = [&](std::string_view wanted) {
    return [&, wanted](neura::Completion done) {
      if (!done.ok()) return;
      const neura::Response response = done.response();
      right += response.body().find(wanted) != std::string_view::npos;
    };
  };
  queue.request(client, "POST", "/chat/completions", std::string(hello), has("Hello!"));
  queue.chat(client, hello, has("Hello!"), neura::RequestOptions().timeout(60s));
  queue.models(client, has("gpt-5"));
  queue.model(client, "gpt-5", has("gpt-5"));
  queue.embeddings(client, embed, has("embedding"));
  queue.check(client, [&](neura::Completion done) {
    right += done.json().find("\"ok\":true") != std::string_view::npos;
  });
  run(queue);
  check("every call calls its function", right == 6);
}

static void streams(const neura::Client &client) {
  neura::Queue queue;
  std::optional<neura::Stream> stream;
  std::string words;
  bool ended = false;
  const std::function<void(neura::Completion)> step = [&](neura::Completion done) {
    const std::optional<neura::Event> event = done.event();
    ended = !event;
    if (!event) return;
    words += event->text();
    queue.next(*stream, step);
  };
  queue.chat_stream(client, hello, [&](neura::Completion done) {
    stream.emplace(done.stream());
    queue.next(*stream, step);
    check_throws("a stream is taken once", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
                 [&] { return done.stream(); });
  });
  run(queue);
  check("a stream is read to its end", ended && words == "You said: Hello!");
}

static void failures(const neura::Client &client) {
  neura::Queue queue;
  std::optional<neura::Error> kept;
  queue.model(client, "no-such-model", [&](neura::Completion done) {
    check("a failed call is not ok", !done.ok());
    try {
      static_cast<void>(done.response());
    } catch (const neura::Error &error) {
      kept = error;
    }
  });
  run(queue);
  check("its error outlives the completion",
        kept && kept->kind() == NEURA_KIND_NOT_FOUND && kept->status() == 404);
  check_throws("wrong arguments throw at once", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
               [&] { queue.model(client, std::string_view("a\0b", 3), [](neura::Completion) {}); });
  check_throws("also those of the library", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
               [&] { queue.request(client, "\xff", "/", "", [](neura::Completion) {}); });

  int called = 0;
  for (int i = 0; i < 2; i++) {
    queue.models(client, [&](neura::Completion) {
      if (++called == 1) throw std::runtime_error("mine");
    });
  }
  bool thrown = false;
  while (queue.pending() > 0) {
    queue.wait();
    try {
      queue.dispatch();
    } catch (const std::runtime_error &) {
      thrown = true;
    }
  }
  check("a function that throws loses no other", thrown && called == 2);
  check("a wait may end without a call", !queue.wait(10ms));
}

static void ends() {
  const neura::Client stall(
      neura::Options().base_url(given("NEURA_TEST_STALL_URL")).max_retries(0));
  int called = 0;
  const auto alive = std::make_shared<int>();
  {
    neura::Queue queue;
    for (int i = 0; i < 20; i++) {
      queue.request(stall, "POST", "/", std::string(20000, 'x'),
                    [&, alive](neura::Completion) { called++; });
    }
  }
  check("a queue that is destroyed calls nothing", called == 0 && alive.use_count() == 1);
  neura::Queue queue;
  for (int i = 0; i < 20; i++) {
    queue.request(stall, "POST", "/", std::string(20000, 'x'), [&](neura::Completion done) {
      try {
        done.check();
      } catch (const neura::Error &error) {
        called += error.kind() == NEURA_KIND_CANCELLED;
      }
    });
  }
  queue.close();
  run(queue);
  check("one that is closed calls all", called == 20);
  neura::Queue moved = std::move(queue);
  check("a queue may be moved", moved.pending() == 0 && moved.fd() >= 0);
}

// The functions of a client live as long as the calls that use them.
static void functions() {
  neura::Queue queue;
  std::atomic<int> asked = 0, attempts = 0;
  int answered = 0;
  for (int i = 0; i < 20; i++) {
    const std::string key = given("NEURA_API_KEY");
    auto client = std::make_unique<neura::Client>(
        neura::Options()
            .api_key_callback([&, key] { return asked++, key; })
            .attempt_callback([&, key](const neura_attempt *) { attempts += !key.empty(); }));
    queue.models(*client, [&](neura::Completion done) { answered += done.ok(); });
    client.reset();
  }
  run(queue);
  check("a call uses the functions of a client that is gone",
        answered == 20 && asked >= 20 && attempts == 20);
}

static void threads(const neura::Client &client) {
  neura::Queue queue;
  int called = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) {
    threads.emplace_back([&] {
      for (int call = 0; call < 10; call++) {
        queue.models(client, [&](neura::Completion done) { called += done.ok(); });
      }
    });
  }
  for (std::thread &thread : threads) thread.join();
  run(queue);
  check("any thread begins calls", called == 40);
}

int main() {
  const neura::Client client;
  calls(client);
  streams(client);
  failures(client);
  functions();
  ends();
  threads(client);
  return report();
}

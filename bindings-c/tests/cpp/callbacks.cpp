// The log, and bodies that can be sent again.
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"

// A text that is uploaded in pieces.
struct Source {
  std::string_view text = "again from the start";
  std::size_t at = 0;
  int rewinds = 0;

  std::size_t read(char *buffer, std::size_t size) {
    const std::size_t length = text.copy(buffer, size < 8 ? size : 8, at);
    at += length;
    return length;
  }
};

static neura::Options at(const char *variable) {
  neura::Options options;
  options.base_url(given(variable)).max_retries(1);
  return options;
}

static neura::RequestOptions upload(Source &source, std::function<bool()> rewind) {
  neura::RequestOptions options;
  options.body_callback(
      [&source](char *buffer, std::size_t size) { return source.read(buffer, size); },
      std::move(rewind), static_cast<std::int64_t>(source.text.size()));
  return options;
}

static void rewinds() {
  Source source;
  const neura::RequestOptions options = upload(source, [&source] {
    source.at = 0;
    source.rewinds++;
    return true;
  });
  const neura::Result<neura::Response> sent =
      neura::Client::try_new(at("NEURA_TEST_BUSY_URL"))->try_request("PUT", "/x", {}, options);
  check("a body that is rewound is sent again", sent && sent->ok() && sent->attempts() == 2);
  check("from its start", source.rewinds == 1 && source.at == source.text.size());

  const auto client = neura::Client::try_new(at("NEURA_TEST_BUSY_TWICE_URL"));
  Source torn;
  check_fails("one that is not fails", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
              client->try_request("PUT", "/x", {}, upload(torn, [] { return false; })));
}

static void throwing_rewind() {
#if NEURA_HAS_EXCEPTIONS
  Source source;
  const neura::Client client(at("NEURA_TEST_BUSY_THRICE_URL"));
  const auto failed = client.try_request("PUT", "/x", {}, upload(source, []() -> bool {
    throw std::runtime_error("the tape is torn");
  }));
  check("what it throws is the reason",
        !failed && failed.error().kind() == NEURA_KIND_INVALID_ARGUMENT &&
            std::string_view(failed.error().what()).find("the tape is torn") !=
                std::string_view::npos);
#endif
}

static void once() {
  Source source;
  neura::RequestOptions options;
  options.body_callback(
      [&source](char *buffer, std::size_t size) { return source.read(buffer, size); });
  const auto sent = neura::Client::try_new(at("NEURA_TEST_LIMITED_URL"))
                        ->try_request("PUT", "/x", {}, options);
  check("without rewind it is sent once", sent && sent->status() == 429 && sent->attempts() == 1);
}

static bool asks(const neura::Client &client) { return client.try_models().has_value(); }

static void logs() {
  const auto client = neura::Client::try_new();
  std::string lines;
  check("a callback is set", neura::set_log_callback(NEURA_LOG_LEVEL_INFO,
                                                     [&lines](std::string_view line) {
                                                       lines.append(line).append("|");
                                                     }));
  check("a call is logged", asks(*client) && lines.find("GET /v1/models 200") != lines.npos &&
                                lines.find('|') == lines.size() - 1);
  check("without its key", lines.find(given("NEURA_API_KEY")) == lines.npos);
  const std::string before = lines;
  neura::clear_log_callback();
  check("and no more when it is cleared", asks(*client) && lines == before);
  check("a level that does not exist",
        !neura::set_log_callback(static_cast<neura_log_level>(3), [](std::string_view) {}));
  neura::set_log_callback(NEURA_LOG_LEVEL_DEBUG, nullptr);
  check("an empty function is none", asks(*client) && lines == before);
}

// Another is set while calls are logged.
static void logs_of_threads() {
  const auto client = neura::Client::try_new();
  std::atomic<int> seen{0};
  const auto count = [&seen](std::string_view) {
    ++seen;
#if NEURA_HAS_EXCEPTIONS
    throw std::runtime_error("dropped");
#endif
  };
  neura::set_log_callback(NEURA_LOG_LEVEL_INFO, count);
  std::vector<std::thread> threads;
  std::atomic<int> answers{0};
  for (int i = 0; i < 4; i++) {
    threads.emplace_back([&] {
      for (int call = 0; call < 8; call++) answers += asks(*client);
    });
  }
  for (int i = 0; i < 16; i++) neura::set_log_callback(NEURA_LOG_LEVEL_DEBUG, count);
  for (std::thread &thread : threads) thread.join();
  check("each call of each thread is logged", answers == 32 && seen == 32);
  neura::clear_log_callback();
}

int main() {
  rewinds();
  throwing_rewind();
  once();
  logs();
  logs_of_threads();
  return report();
}

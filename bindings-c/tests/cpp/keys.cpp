// Keys in C++: sources, key functions, new keys, and their use.
#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "check.hpp"

static bool has(std::string_view text, std::string_view part) {
  if (text.find(part) != text.npos) return true;
  std::cout << "  no " << part << " in " << text << '\n';
  return false;
}

// Returns its answers one after the other; an empty one throws.
struct Answers {
  std::vector<std::string> texts;
  std::size_t asked = 0;

  std::string operator()() {
    const std::string text = texts.at(std::min(asked, texts.size() - 1));
    asked++;
    if (text.empty()) throw std::runtime_error("the vault is locked");
    return text;
  }
};

static neura::Options with(std::shared_ptr<Answers> answers) {
  neura::Options options;
  options.api_key_callback([answers] { return (*answers)(); });
  return options;
}

static void functions() {
  const std::string key = given("NEURA_API_KEY"), expired = given("NEURA_EXPIRED_KEY");
  auto answers = std::make_shared<Answers>(Answers{{expired, key}});
  const std::weak_ptr<Answers> watched = answers;
  {
    std::optional<neura::Client> client(with(std::move(answers)));
    check("a function outlives its options", !watched.expired() && watched.lock()->asked == 0);
    neura::Client moved = std::move(*client);
    client.reset();
    check("it is asked again after a 401", moved.models().attempts() == 2);
    check("and no more than that", moved.models().attempts() == 1 && watched.lock()->asked == 2);
  }
  check("it goes with its client", watched.expired());

  const auto first = std::make_shared<Answers>(Answers{{expired}});
  const auto second = std::make_shared<Answers>(Answers{{key}});
  neura::Options options = with(first);
  const neura::Client older(options);
  options.api_key_callback([second] { return (*second)(); });
  check("a later function is for later clients",
        neura::Client(options).models().ok() && first->asked == 0 && second->asked == 1);
  check_throws("an earlier client keeps its own", NEURA_KIND_EXPIRED_API_KEY, 401,
               [&] { return older.models(); });
  check_throws("a function and a key", NEURA_KIND_CONFIG, std::nullopt,
               [&] { neura::Client(options.api_key(key)); });
}

template <typename Function>
static void fails(std::string_view name, std::string_view words, Function function) {
  neura::Options options;
  const neura::Client client(options.api_key_callback(function));
  check_throws(name, NEURA_KIND_CONFIG, std::nullopt, [&] { return client.models(); });
  check(name, has(client.check(), words));
}

static void what_functions_throw() {
  fails("an exception", "the vault is locked", Answers{{""}});
  fails("a thrown number", "other than a std::exception", []() -> std::string { throw 7; });
  fails("text with a NUL", "NUL", [] { return std::string("nk-fake-\0-0123456789", 20); });
  fails("an empty function", "failed", std::function<std::string()>());
  fails("an exception of another client", "the vault is locked", [] {
    const neura::Client inner(with(std::make_shared<Answers>(Answers{{""}})));
    return inner.auth_header();
  });
}

static void two_clients_ask_at_once() {
  const std::string key = given("NEURA_API_KEY");
  neura::Options options;
  options.api_key_callback([&key] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return key;
  });
  std::vector<neura::Client> clients;
  for (int i = 0; i < 4; i++) clients.emplace_back(options);
  std::vector<std::thread> threads;
  std::vector<int> statuses(clients.size());
  for (std::size_t i = 0; i < clients.size(); i++) {
    threads.emplace_back([&, i] { statuses[i] = clients[i].models().status(); });
  }
  for (std::thread &thread : threads) thread.join();
  check("clients of the same options share a function", statuses == std::vector<int>(4, 200));
}

static void several_keys() {
  const std::string key = given("NEURA_API_KEY"), revoked = given("NEURA_REVOKED_KEY");
  const neura::Client client(neura::Options().add_api_key(revoked).add_api_key(key));
  check("the next key after a 401", client.models().attempts() == 2);
  check("usage counts it", has(client.usage(), R"("unauthorized":1)"));
  check("usage has no key", client.usage().find(key) == std::string::npos);
  client.set_api_key(given("NEURA_EXPIRED_KEY"));
  check_throws("a new key is used at once", NEURA_KIND_EXPIRED_API_KEY, 401,
               [&] { return client.models(); });
  check_throws("a malformed one is refused", NEURA_KIND_MALFORMED_API_KEY, std::nullopt,
               [&] { return client.set_api_key("nk-fake 0123456789abcdef"); });
  check_throws("one with a NUL as well", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
               [&] { return client.set_api_key(std::string_view("nk-fake\0x", 9)); });
  client.set_api_key(std::string_view(key + "  ").substr(0, key.size()));
  check("the next one may be better", client.models().ok());
}

static void sources() {
  using neura::Options;
  check("resolve by default", has(neura::resolve(), R"("source":"environment")"));
  check("resolve calls no function",
        has(neura::resolve(with(std::make_shared<Answers>())), R"("source":"callable")"));
  check("diagnose", has(neura::diagnose(), R"("verdict":"valid")"));
  check("diagnose an expired key",
        has(neura::diagnose(Options().api_key(given("NEURA_EXPIRED_KEY"))),
            R"("verdict":"expired_api_key")"));
  check("diagnose calls a function",
        has(neura::diagnose(with(std::make_shared<Answers>(Answers{{""}}))),
            "the vault is locked"));
  check_throws("a profile never falls back", NEURA_KIND_MISSING_API_KEY, std::nullopt,
               [] { return neura::resolve(Options().profile("staging")); });
  unsetenv("NEURA_API_KEY");
  std::ofstream("named.env") << "NEURA_API_KEY=nk-fake-named-0123456789-abab\n";
  std::ofstream(".env") << "NEURA_API_KEY=nk-fake-nearest-0123456789-cdcd\n";
  check("the nearest .env file", has(neura::resolve(), "cdcd\""));
  check("a .env file by its name", has(neura::resolve(Options().env_file("named.env")), "abab\""));
  check_throws("no .env file", NEURA_KIND_MISSING_API_KEY, std::nullopt,
               [] { return neura::resolve(Options().no_env_file()); });
  check("diagnose no key", has(neura::diagnose(Options().no_env_file()),
                               R"("verdict":"missing_api_key")"));
}

int main() {
  functions();
  what_functions_throw();
  two_clients_ask_at_once();
  several_keys();
  sources();
  return report();
}

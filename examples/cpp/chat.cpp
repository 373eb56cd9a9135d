// Asks NeuraAI from C++17. NEURA_API_KEY and NEURA_BASE_URL say with which key, and where.
//
//     c++ -std=c++17 chat.cpp -I include -L target/release -lneura -o chat
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "neura.hpp"

static constexpr std::string_view request =
    R"({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})";

// The first text named `name`, if there is one. Enough for this page and no more: a real
// program reads the JSON with the library that it uses anyway.
static std::optional<std::string> text(std::string_view json, const std::string &name) {
  auto at = json.find('"' + name + '"');
  if (at == json.npos) return std::nullopt;
  at = json.find_first_not_of(": ", at + name.size() + 2);
  if (at == json.npos || json[at] != '"') return std::nullopt;
  std::string found;
  for (at++; at < json.size() && json[at] != '"'; at++) {
    if (json[at] == '\\' && at + 1 < json.size()) {
      at++;
      found += json[at] == 'n' ? '\n' : json[at];
    } else {
      found += json[at];
    }
  }
  return found;
}

// Shows what a key gets; without one, the key comes from the environment.
static void try_key(std::string_view what, const char *key) {
  std::cout << what << ": ";
  try {
    neura::Options options;
    if (key != nullptr) options.api_key(key);
    neura::Client(options).models();
    std::cout << "ok\n";
  } catch (const neura::Error &error) {
    const auto status = error.status();
    std::cout << error.kind_name() << ' '
              << (status ? std::to_string(*status) : "-") << '\n';
    std::cerr << error.what() << '\n';
  }
}

int main() try {
  {
    const neura::Client client;
    std::cout << "check: " << text(client.check(), "kind").value_or("ok") << '\n';

    const neura::Response answer = client.chat(request);
    std::cout << "answer: " << text(answer.body(), "content").value_or("") << '\n';

    std::cout << "stream: ";
    for (const neura::Event &event : client.chat_stream(request)) {
      std::cout << text(event.data, "content").value_or("") << std::flush;
    }
    std::cout << '\n';
  }

  const char *invalid = std::getenv("NEURA_INVALID_KEY");
  try_key("invalid", invalid != nullptr ? invalid : "nk-wrong-key-0000000000");
  if (const char *expired = std::getenv("NEURA_EXPIRED_KEY")) try_key("expired", expired);
  if (const char *revoked = std::getenv("NEURA_REVOKED_KEY")) try_key("revoked", revoked);
  unsetenv("NEURA_API_KEY");
  try_key("missing", nullptr);
} catch (const neura::Error &error) {
  std::cerr << error.kind_name() << ": " << error.what() << '\n';
  return 1;
}

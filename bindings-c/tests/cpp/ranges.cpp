// A stream as a C++20 input range: views, algorithms, and the views' ownership of it.
#include <algorithm>
#include <ranges>
#include <span>
#include <string>
#include <vector>

#include "check.hpp"

static constexpr std::string_view hello =
    R"({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})";

// A copy: the view is borrowed until the next event.
static std::string words(const neura::Event &event) { return std::string(event.text()); }

int main() {
  const neura::Client client;
  std::string answer;
  for (const std::string &text : client.chat_stream(hello) | std::views::transform(words)) {
    answer += text;
  }
  check("a pipeline over a temporary stream", answer == "You said: Hello!");

  neura::Stream named = client.chat_stream(hello);
  auto spoken = named | std::views::filter([](const neura::Event &event) {
                  return !event.text().empty();
                });
  answer.clear();
  for (const neura::Event &event : spoken) answer += event.text();
  check("a pipeline over a named stream", answer == "You said: Hello!");

  neura::Stream counted = client.chat_stream(hello);
  check("an algorithm", std::ranges::count_if(counted, [](const neura::Event &event) {
                          return event.text().empty();
                        }) >= 1);

  int events = 0;
  for (const neura::Event &event : client.chat_stream(hello) | std::views::take(2)) {
    events += !event.data().empty();
  }
  check("a part of a stream", events == 2);

  const std::span<const char> text(hello);
  check("a span as a body",
        client.request("POST", "/chat/completions", std::as_bytes(text)).ok());
  const neura::Response reply = client.models();
  check("a body as a span",
        std::ranges::equal(reply.body_span(), std::as_bytes(std::span(reply.body()))));
  const std::vector<std::byte> copy = client.models().body_vector();
  check("a body as a vector", std::ranges::equal(copy, reply.body_span()));
  return report();
}

// nlohmann::json as requests and replies.
#include "neura/json.hpp"

#include "check.hpp"

static nlohmann::json question(const std::string &text) {
  return {{"model", "gpt-5"}, {"messages", {{{"role", "user"}, {"content", text}}}}};
}

int main() {
  const auto client = neura::Client::try_new();
  if (!client) return 2;
  const auto reply = client->try_chat(question("Hello!"));
  const auto answer = neura::try_json(*reply);
  check("a reply", answer->at("choices").at(0).at("message").at("content") == "You said: Hello!");
  const nlohmann::ordered_json ordered = question("Hi!");
  check("an ordered request", client->try_chat(ordered)->text() == "You said: Hi!");
  check("a body", client->try_request("POST", "/chat/completions", question("Hi!"))->ok());
  check("a replacement character is text",
        client->try_chat(question("\xef\xbf\xbd"))->text() == "You said: \xef\xbf\xbd");
  check_fails("text that is not UTF-8", NEURA_KIND_INVALID_ARGUMENT, {},
              client->try_chat(question("\xff")));
  check_fails("a body that is not UTF-8", NEURA_KIND_INVALID_ARGUMENT, {},
              client->try_request("POST", "/chat/completions", question("\xff\xef\xbf\xbd")));

  auto stream = client->try_chat_stream(question("Hello!"));
  int chunks = 0;
  for (const neura::Result<neura::Event> &event : stream->try_events()) {
    chunks += neura::try_json(*event)->contains("choices");
  }
  check("chunks", chunks > 2);

  const auto html = neura::Client::try_new(neura::Options().base_url(given("NEURA_TEST_HTML_URL")));
  const auto page = html->try_request("GET", "/x");
  check_fails("a body that is not JSON", NEURA_KIND_DECODE, {}, neura::try_json(*page));
#if NEURA_HAS_EXCEPTIONS
  check("a temporary reply", neura::json(client->models()).contains("data"));
  check_throws("it throws", NEURA_KIND_DECODE, {}, [&] { return neura::json(*page); });
#else
  check("no function that throws", true);
  check("none at all", true);
#endif
  return report();
}

// Proxies in C++: from the caller, from the environment, and none.
#include "check.hpp"

static constexpr std::string_view hello =
    R"({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})";

static bool answers(const neura::Client &client) {
  try {
    return client.chat(hello).body_string().find("You said: Hello!") != std::string::npos;
  } catch (const neura::Error &error) {
    std::cout << "  " << error.what() << '\n';
    return false;
  }
}

// A client for a host name that only the proxy knows.
static neura::Options behind() {
  neura::Options options;
  options.base_url("http://origin.example/v1").allow_http(true).max_retries(0);
  return options;
}

int main() {
  const std::string url = given("NEURA_TEST_PROXY_URL");
  check("a proxy of the caller's", answers(neura::Client(behind().proxy(url))));
  setenv("http_proxy", url.c_str(), 1);
  check("a proxy of the environment", answers(neura::Client(behind())));
  try {
    static_cast<void>(neura::Client(behind().no_proxy()).models());
    check("no proxy", false);
  } catch (const neura::Error &error) {
    // On some machines the lookup of an unknown name never answers.
    check("no proxy", error.kind() == NEURA_KIND_CONNECTION || error.kind() == NEURA_KIND_TIMEOUT);
  }
  const std::string wrong = "http://user:wrong-fake-password" + url.substr(url.find('@'));
  check_throws("a wrong password", NEURA_KIND_PROXY, {},
               [&] { return neura::Client(behind().proxy(wrong)).models(); });
  check_throws("an invalid proxy URL", NEURA_KIND_CONFIG, {},
               [] { neura::Client(neura::Options().proxy("ftp://user:fake-password@host")); });
  return report();
}

// Heads, bodies in pieces, and callbacks in C++.
#include <stdexcept>
#include <string>

#include "check.hpp"

static neura::Options at(const char *variable) {
  neura::Options options;
  options.base_url(given(variable)).max_retries(0);
  return options;
}

static int cookies(const std::vector<neura::Header> &headers) {
  int found = 0;
  for (const auto &[name, value] : headers) found += name == "set-cookie" && !value.empty();
  return found;
}

static void heads() {
  const neura::Client client(at("NEURA_TEST_HEADS_URL"));
  const neura::Response response = client.request("GET", "/models");
  check("a response has all headers", cookies(response.headers()) == 2);
  check("and limits", response.rate_limit(NEURA_RATE_LIMIT_TOKENS_LIMIT) == 9000000000);
  check("or none", !response.rate_limit(NEURA_RATE_LIMIT_TOKENS_RESET_MS).has_value());
  const neura::Stream stream = client.chat_stream("{}");
  check("so has a stream", cookies(stream.headers()) == 2 && stream.status() == 200 &&
                               stream.header("Set-Cookie") == "a=1" && stream.attempts() == 1 &&
                               stream.request_id() == "req_fake_8" &&
                               stream.rate_limit(NEURA_RATE_LIMIT_REQUESTS_LIMIT) == 60);
  const neura::Body body = client.open("GET", "/x");
  check("so has a body", cookies(body.headers()) == 2 && body.status() == 200 &&
                             body.header("Set-Cookie") == "a=1" && body.attempts() == 1 &&
                             body.request_id() == "req_fake_8" &&
                             body.rate_limit(NEURA_RATE_LIMIT_REQUESTS_LIMIT) == 60);
  body.check();
  const neura::Client refused(at("NEURA_TEST_REFUSED_HEADS_URL"));
  check_throws("a refused body", NEURA_KIND_RATE_LIMITED, 429,
               [&] { refused.open("GET", "/x").check(); });
  try {
    (void)refused.models();
  } catch (const neura::Error &error) {
    check("an error has a body", error.body().value_or("").find("slow down") != std::string::npos);
    check("and limits", error.rate_limit(NEURA_RATE_LIMIT_REQUESTS_REMAINING) == 0);
  }
}

static void bodies() {
  const neura::Client client(at("NEURA_TEST_LARGE_BODY_URL"));
  neura::Body body = client.open("GET", "/x");
  std::string whole;
  char buffer[300];
  while (const std::size_t length = body.read(buffer, sizeof buffer)) whole.append(buffer, length);
  check("a body in pieces", whole == std::string(1000, 'x'));
}

static void callbacks() {
  std::string attempts;
  neura::Options options = at("NEURA_TEST_PLAIN_URL");
  options.attempt_callback([&attempts](const neura_attempt *attempt) {
    attempts += neura_attempt_path(attempt);
    throw std::runtime_error("dropped");
  });
  options.api_key_callback([] { return std::string(given("NEURA_API_KEY")); });
  neura::Client client(options);
  options = neura::Options(); // The client keeps the functions.
  std::string_view text = "from a function";
  neura::RequestOptions upload;
  upload.query("a", "b c").body_callback([&text](char *buffer, std::size_t size) {
    const std::size_t length = text.copy(buffer, size < 4 ? size : 4);
    text.remove_prefix(length);
    return length;
  });
  check("an upload", client.request("PUT", "/upload", {}, upload).ok());
  check("is one attempt", attempts == "/v1/upload");
  const neura::Client stalled(at("NEURA_TEST_STALL_URL"));
  neura::RequestOptions broken;
  broken.body_callback([](char *, std::size_t) -> std::size_t {
    throw std::runtime_error("the disk is gone");
  });
  try {
    (void)stalled.request("PUT", "/x", {}, broken);
  } catch (const neura::Error &error) {
    check("what it throws is the reason",
          error.kind() == NEURA_KIND_INVALID_ARGUMENT &&
              std::string_view(error.what()).find("the disk is gone") != std::string_view::npos);
  }
}

int main() {
  heads();
  bodies();
  callbacks();
  return report();
}

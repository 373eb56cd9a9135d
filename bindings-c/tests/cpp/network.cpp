// Network options in C++: their limits, and invalid values.
#include "check.hpp"

static neura::Options at(const char *variable) {
  neura::Options options;
  options.base_url(given(variable)).max_retries(0);
  return options;
}

static void sizes() {
  const char *body = "NEURA_TEST_LARGE_BODY_URL";
  check_throws("a body over the limit", NEURA_KIND_BODY_TOO_LARGE, 200, [&] {
    return neura::Client(at(body).max_body_bytes(999)).request("GET", "/x");
  });
  check("a body at the limit",
        neura::Client(at(body).max_body_bytes(1000)).request("GET", "/x").ok());

  const neura::Client client(at("NEURA_TEST_LARGE_EVENT_URL").max_event_bytes(500));
  neura::Stream stream = client.stream("GET", "/x");
  check("an event within the limit", stream.next()->data() == "short");
  check_throws("an event over the limit", NEURA_KIND_BODY_TOO_LARGE, 200,
               [&] { return stream.next(); });

  const char *head = "NEURA_TEST_LARGE_HEAD_URL";
  check_throws("a head over the limit", NEURA_KIND_PROTOCOL, {}, [&] {
    return neura::Client(at(head).max_header_bytes(2000)).request("GET", "/x");
  });
  check("a head within the limit",
        neura::Client(at(head).max_header_bytes(4000)).request("GET", "/x").ok());
}

static void what_cannot_be() {
  using neura::Options;
  check_throws("no bytes of a body", NEURA_KIND_CONFIG, {},
               [] { neura::Client(Options().max_body_bytes(0)); });
  check_throws("no bytes of an event", NEURA_KIND_CONFIG, {},
               [] { neura::Client(Options().max_event_bytes(-1)); });
  check_throws("no bytes of a head", NEURA_KIND_CONFIG, {},
               [] { neura::Client(Options().max_header_bytes(0)); });
  check_throws("a certificate that does not exist", NEURA_KIND_CONFIG, {},
               [] { neura::Client(Options().client_cert("/nonexistent/client.pem")); });
  check_throws("its key does not exist either", NEURA_KIND_CONFIG, {}, [] {
    neura::Client(Options().client_cert("/nonexistent/client.pem", "/nonexistent/key.pem"));
  });
  check_throws("a path with a NUL", NEURA_KIND_INVALID_ARGUMENT, {},
               [] { neura::Client(Options().client_cert(std::string_view("a\0b", 3))); });
}

int main() {
  sizes();
  what_cannot_be();
  return report();
}

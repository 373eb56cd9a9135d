// The exceptions of failed calls: wrong keys, wrong servers, wrong arguments, a cancel.
#include <thread>

#include "check.hpp"

using namespace std::chrono_literals;

static constexpr std::string_view hello =
    R"({"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]})";

static neura::Client client_at(const char *url) {
  return neura::Client(neura::Options().base_url(given(url)).max_retries(0));
}

static void with_key(std::string_view name, std::string_view key, neura_kind kind,
                     std::optional<int> status) {
  check_throws(name, kind, status,
               [&] { return neura::Client(neura::Options().api_key(key)).models(); });
}

static void keys() {
  with_key("unknown key", "nk-fake-unknown-0123456789", NEURA_KIND_INVALID_API_KEY, 401);
  with_key("expired key", given("NEURA_EXPIRED_KEY"), NEURA_KIND_EXPIRED_API_KEY, 401);
  with_key("revoked key", given("NEURA_REVOKED_KEY"), NEURA_KIND_REVOKED_API_KEY, 401);
  with_key("empty key", "", NEURA_KIND_MALFORMED_API_KEY, std::nullopt);
  with_key("malformed key", "Bearer nk-fake-0123456789", NEURA_KIND_MALFORMED_API_KEY,
           std::nullopt);
}

static void servers() {
  check_throws("no server", NEURA_KIND_CONNECTION, std::nullopt,
               [] { return client_at("NEURA_TEST_REFUSED_URL").chat(hello); });
  check_throws("HTML", NEURA_KIND_DECODE, 200,
               [] { return client_at("NEURA_TEST_HTML_URL").chat(hello); });
  check_throws("nothing", NEURA_KIND_CONNECTION, std::nullopt,
               [] { return client_at("NEURA_TEST_NOTHING_URL").chat(hello); });
  check_throws("half a reply", NEURA_KIND_CONNECTION, 200,
               [] { return client_at("NEURA_TEST_HALF_URL").chat(hello); });
  check_throws("a stream that is cut", NEURA_KIND_INCOMPLETE_STREAM, 200, [] {
    for (const auto &event : client_at("NEURA_TEST_CUT_URL").chat_stream(hello)) {
      check("its chunk comes first", event.data().find("Hel") != event.data().npos);
    }
  });
}

static void a_full_error() {
  std::optional<neura::Error> copy;
  try {
    static_cast<void>(client_at("NEURA_TEST_LIMITED_URL").models());
  } catch (const std::runtime_error &error) {
    copy = dynamic_cast<const neura::Error &>(error);
  }
  check("kind", copy->kind() == NEURA_KIND_RATE_LIMITED);
  check("its name", copy->kind_name() == "rate_limited");
  check("status", copy->status() == 429);
  check("code", copy->code() == "rate_limit_exceeded");
  check("type", copy->type() == "requests");
  check("param", copy->param() == "model");
  check("request id", copy->request_id() == "req_fake_7");
  check("retry after", copy->retry_after() == 1500ms);
  check("retryable", copy->retryable());
  check("attempts", copy->attempts() == 1);
}

static void arguments() {
  const neura::Client client;
  check_throws("a limit of 0", NEURA_KIND_CONFIG, std::nullopt,
               [] { neura::Client(neura::Options().timeout(0ms)); });
  check_throws("text with a NUL", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
               [&] { return client.request("GET", std::string_view("/mod\0els", 8)); });
  check_throws("text that is not UTF-8", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
               [&] { return client.chat("\xff"); });
  check_throws("a status checked", NEURA_KIND_NOT_FOUND, 404,
               [&] { return client.request("GET", "/nothing-here").check(); });
  const char *absent = nullptr;
  check_throws("a null pointer as a request", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
               [&] { return client.chat(absent); });
  check_throws("a null pointer as a key", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
               [&] { neura::Client(neura::Options().api_key(absent)); });
  check_throws("a null pointer as one of several keys", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
               [&] { neura::Client(neura::Options().add_api_key(absent)); });
  check_throws("a null pointer as a new key", NEURA_KIND_INVALID_ARGUMENT, std::nullopt,
               [&] { client.set_api_key(absent); });
  try {
    static_cast<void>(client.try_models().value());
    static_cast<void>(client.try_request("FETCH", "/models").value());
    check("the value of an error", false);
#if NEURA_HAS_EXPECTED
  } catch (const std::bad_expected_access<neura::Error> &error) {
    check("the value of an error", error.error().kind() == NEURA_KIND_INVALID_ARGUMENT);
#endif
  } catch (const neura::Error &error) {
    check("the value of an error", error.kind() == NEURA_KIND_INVALID_ARGUMENT);
  }
  try {
    static_cast<void>(client.request("FETCH", "/models"));
  } catch (const neura::Error &error) {
    check("an absent value is empty", !error.status() && !error.code() && !error.type() &&
                                         !error.param() && !error.request_id() &&
                                         !error.retry_after());
  }
  check("an unknown kind has no name", !neura::kind_name(0).has_value());
}

static void cancel() {
  const neura::CancelToken token;
  neura::RequestOptions options;
  options.cancel(token).timeout(30s).max_retries(0).header("X-A", "b").idempotency_key("one");
  std::thread other([&token] {
    std::this_thread::sleep_for(100ms);
    token.cancel();
  });
  check_throws("a cancelled call", NEURA_KIND_CANCELLED, std::nullopt, [&] {
    return client_at("NEURA_TEST_STALL_URL").request("GET", "/models", {}, options);
  });
  other.join();
}

int main() {
  keys();
  servers();
  a_full_error();
  arguments();
  cancel();
  return report();
}

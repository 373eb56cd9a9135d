/* Proxies: from the caller, from the environment, none, and one that fails. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

static const char *CHAT =
    "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";

/* A host name that only the proxy knows. */
static const char *BEHIND = "http://origin.example/v1";

static neura_options *with_proxy(const char *url) {
  neura_options *options = neura_options_new();
  neura_options_set_max_retries(options, 0);
  neura_options_set_allow_http(options, true);
  neura_options_set_proxy(options, url);
  return options;
}

/* Makes a client and frees its options. */
static neura_client *client_of(neura_options *options) {
  neura_client *client;
  CHECK("a client is built", neura_client_new(options, &client, NULL) == NEURA_OK);
  neura_options_free(options);
  return client;
}

static bool answers(const neura_client *client) {
  neura_response *response;
  neura_error *error;
  neura_status status = neura_chat(client, CHAT, NULL, &response, &error);
  bool right = status == NEURA_OK && body_contains(response, "You said: Hello!");
  if (!right) printf("  %s\n", error != NULL ? neura_error_message(error) : "another answer");
  neura_error_free(error);
  neura_response_free(response);
  return right;
}

/* Whether a call fails with a proxy error that has no password. */
static bool fails_at_the_proxy(const neura_client *client) {
  neura_response *response;
  neura_error *error;
  neura_status status = neura_models(client, NULL, &response, &error);
  return is_error(status, &error, NEURA_KIND_PROXY, -1, "fake-password");
}

static void of_the_caller(const char *url) {
  neura_client *client = client_of(with_proxy(url));
  neura_stream *stream;
  const neura_event *event;
  neura_status status;
  int events = 0;
  CHECK("a call goes through the proxy", answers(client));
  CHECK("and another", answers(client));
  CHECK("a stream too", neura_chat_stream(client, CHAT, NULL, &stream, NULL) == NEURA_OK);
  while ((status = neura_stream_next(stream, &event, NULL)) == NEURA_OK) events++;
  CHECK("to its end", status == NEURA_END && events > 2);
  neura_stream_free(stream);
  neura_client_free(client);
}

static void of_the_environment(const char *url) {
  neura_options *options = neura_options_new();
  neura_response *response;
  neura_error *error;
  setenv("http_proxy", url, 1);
  neura_options_set_base_url(options, BEHIND);
  neura_options_set_allow_http(options, true);
  neura_client *client = client_of(options);
  CHECK("a host name that only the environment's proxy knows", answers(client));
  neura_client_free(client);

  const char *const none[] = {NULL, ""};
  for (size_t i = 0; i < 2; i++) {
    options = with_proxy(none[i]);
    neura_options_set_base_url(options, BEHIND);
    client = client_of(options);
    neura_status status = neura_models(client, NULL, &response, &error);
    /* On some machines the lookup of an unknown name never answers. */
    CHECK("without a proxy the name is unknown",
          status == NEURA_ERROR && (neura_error_kind(error) == NEURA_KIND_CONNECTION ||
                                    neura_error_kind(error) == NEURA_KIND_TIMEOUT));
    neura_error_free(error);
    neura_client_free(client);
  }
  unsetenv("http_proxy");
}

static void that_fails(const char *url) {
  char other[256];
  snprintf(other, sizeof other, "http://user:wrong-fake-password@%s", strchr(url, '@') + 1);
  neura_client *client = client_of(with_proxy(other));
  CHECK("a wrong password", fails_at_the_proxy(client));
  neura_client_free(client);
  snprintf(other, sizeof other, "http://%s", strchr(url, '@') + 1);
  client = client_of(with_proxy(other));
  CHECK("no password", fails_at_the_proxy(client));
  neura_client_free(client);
  snprintf(other, sizeof other, "%s", given("NEURA_TEST_REFUSED_URL"));
  *strstr(other, "/v1") = '\0';
  client = client_of(with_proxy(other));
  CHECK("a proxy that does not exist", fails_at_the_proxy(client));
  neura_client_free(client);
}

static void that_cannot_be(void) {
  const char *const wrong[] = {"ftp://user:fake-password@127.0.0.1:1",
                               "http://user:fake-password@", "http://user:fake-password@host:99999",
                               "http://user:fake-password@ho st:1"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    neura_options *options = with_proxy(wrong[i]);
    neura_client *client = (neura_client *)&options;
    neura_error *error;
    neura_status status = neura_client_new(options, &client, &error);
    CHECK("no client is made", client == NULL);
    CHECK("an invalid proxy, and no password in the message",
          is_error(status, &error, NEURA_KIND_CONFIG, -1, "fake-password"));
    neura_client_free(status == NEURA_OK ? client : NULL);
    neura_options_free(options);
  }
  neura_options *options = with_proxy("http://127.0.0.1:1\xff");
  neura_client *client;
  neura_error *error;
  neura_status status = neura_client_new(options, &client, &error);
  CHECK("a proxy that is not UTF-8",
        is_error(status, &error, NEURA_KIND_INVALID_ARGUMENT, -1, "127.0.0.1"));
  neura_options_free(options);
  neura_options_set_proxy(NULL, "http://127.0.0.1:1");
}

int main(void) {
  const char *url = given("NEURA_TEST_PROXY_URL");
  of_the_caller(url);
  of_the_environment(url);
  that_fails(url);
  that_cannot_be();
  return report();
}

/* The stack that the header asks for is enough for calls, TLS, streams, errors and the report. */
#define _GNU_SOURCE
#include <pthread.h>

#include "check.h"

#define CHAT "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}"

struct work {
  const char *url, *ca_file, *key;
  bool (*call)(const neura_client *client, const neura_options *options);
  bool holds;
};

static bool is_kind(neura_error *error, int kind) {
  bool holds = (int)neura_error_kind(error) == kind;
  if (!holds && error != NULL) printf("  %s\n", neura_error_message(error));
  neura_error_free(error);
  return holds;
}

static bool chats(const neura_client *client, const neura_options *options) {
  neura_response *response;
  neura_error *error;
  neura_chat(client, CHAT, NULL, &response, &error);
  bool holds = neura_response_text(response) != NULL;
  neura_response_free(response);
  (void)options;
  return is_kind(error, -1) && holds;
}

static bool streams(const neura_client *client, const neura_options *options) {
  neura_stream *stream;
  neura_error *error;
  const neura_event *event;
  neura_status status = neura_chat_stream(client, CHAT, NULL, &stream, &error);
  while (status == NEURA_OK) status = neura_stream_next(stream, &event, &error);
  neura_stream_free(stream);
  (void)options;
  return is_kind(error, -1) && status == NEURA_END;
}

static bool reports(const neura_client *client, const neura_options *options) {
  char *json = NULL, *check = NULL;
  bool holds = neura_diagnose(options, &json, NULL) == NEURA_OK &&
               neura_check(client, NULL, &check, NULL) == NEURA_OK;
  neura_string_free(json);
  neura_string_free(check);
  return holds;
}

static neura_error *error_of(const neura_client *client, const neura_request_options *options) {
  neura_response *response;
  neura_error *error;
  neura_models(client, options, &response, &error);
  return error;
}

static bool is_refused(const neura_client *client, const neura_options *options) {
  (void)options;
  return is_kind(error_of(client, NULL), NEURA_KIND_INVALID_API_KEY);
}

static bool is_not_trusted(const neura_client *client, const neura_options *options) {
  (void)options;
  return is_kind(error_of(client, NULL), NEURA_KIND_TLS);
}

static bool times_out(const neura_client *client, const neura_options *options) {
  neura_request_options *request_options = neura_request_options_new();
  neura_request_options_set_timeout_ms(request_options, 200);
  neura_error *error = error_of(client, request_options);
  neura_request_options_free(request_options);
  (void)options;
  return is_kind(error, NEURA_KIND_TIMEOUT);
}

static bool is_refused_by_its_options(const neura_client *client, const neura_options *options) {
  neura_client *made;
  neura_error *error;
  (void)client;
  neura_client_new(options, &made, &error);
  return is_kind(error, NEURA_KIND_CONFIG);
}

static void *all_of_it(void *argument) {
  struct work *work = argument;
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_options_set_base_url(options, work->url);
  if (work->ca_file != NULL) neura_options_set_ca_file(options, work->ca_file);
  if (work->key != NULL) neura_options_set_api_key(options, work->key);
  neura_client_new(options, &client, NULL);
  work->holds = work->call(client, options);
  neura_client_free(client);
  neura_options_free(options);
  return NULL;
}

static bool fits(struct work work) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, (size_t)atol(given("NEURA_TEST_STACK")));
  pthread_create(&thread, &attributes, all_of_it, &work);
  pthread_join(thread, NULL);
  pthread_attr_destroy(&attributes);
  return work.holds;
}

int main(void) {
  const char *plain = given("NEURA_BASE_URL"), *tls = given("NEURA_TEST_TLS_URL");
  const char *ca_file = given("NEURA_TEST_CA_FILE");
  CHECK("a call", fits((struct work){.url = plain, .call = chats}));
  CHECK("a stream", fits((struct work){.url = plain, .call = streams}));
  CHECK("the reports", fits((struct work){.url = plain, .call = reports}));
  CHECK("a call over TLS", fits((struct work){.url = tls, .ca_file = ca_file, .call = chats}));
  CHECK("a stream over TLS", fits((struct work){.url = given("NEURA_TEST_TLS_STREAM_URL"),
                                                .ca_file = ca_file, .call = streams}));
  CHECK("a refused key",
        fits((struct work){.url = plain, .key = "nk-wrong-key-0000000000", .call = is_refused}));
  CHECK("a certificate that is not trusted",
        fits((struct work){.url = tls, .call = is_not_trusted}));
  CHECK("a call without time", fits((struct work){.url = given("NEURA_TEST_STALL_URL"),
                                                  .call = times_out}));
  CHECK("a wrong option", fits((struct work){.url = plain, .ca_file = "/nonexistent/ca.pem",
                                             .call = is_refused_by_its_options}));
  return report();
}

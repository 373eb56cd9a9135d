/* The stack that the header asks for is enough for calls, TLS, streams, and the report. */
#define _GNU_SOURCE
#include <pthread.h>

#include "check.h"

struct work {
  const char *url, *ca_file;
  bool streamed, holds;
};

static void *all_of_it(void *argument) {
  struct work *work = argument;
  const char *chat =
      "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_response *response;
  neura_stream *stream = NULL;
  neura_error *error = NULL;
  const neura_event *event;
  neura_options_set_base_url(options, work->url);
  if (work->ca_file != NULL) neura_options_set_ca_file(options, work->ca_file);
  neura_client_new(options, &client, NULL);
  if (work->streamed) {
    neura_status status = neura_chat_stream(client, chat, NULL, &stream, &error);
    while (status == NEURA_OK) status = neura_stream_next(stream, &event, &error);
    work->holds = status == NEURA_END;
  } else {
    work->holds = neura_chat(client, chat, NULL, &response, &error) == NEURA_OK;
    neura_response_free(response);
    char *json = NULL;
    neura_diagnose(options, &json, NULL);
    work->holds = work->holds && json != NULL;
    neura_string_free(json);
  }
  if (error != NULL) printf("  %s\n", neura_error_message(error));
  neura_error_free(error);
  neura_stream_free(stream);
  neura_client_free(client);
  neura_options_free(options);
  return NULL;
}

static bool fits(const char *url, const char *ca_file, bool streamed) {
  struct work work = {url, ca_file, streamed, false};
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
  CHECK("a call", fits(given("NEURA_BASE_URL"), NULL, false));
  CHECK("a stream", fits(given("NEURA_BASE_URL"), NULL, true));
  CHECK("a call over TLS", fits(given("NEURA_TEST_TLS_URL"), given("NEURA_TEST_CA_FILE"), false));
  return report();
}

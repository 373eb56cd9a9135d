/* This project's C library. */
#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "neura.h"

static char download[64];
static char *payload;

static void must(neura_status status, const char *what, const neura_error *error) {
  if (status != NEURA_OK) fail(what, neura_error_message(error));
}

/* One client for all threads. */
static void *open_client(void) {
  static neura_client *client;
  if (client != NULL) return client;
  neura_options *options = neura_options_new();
  neura_options_set_api_key(options, setting.key);
  neura_options_set_base_url(options, setting.base_url);
  if (setting.ca_file != NULL) neura_options_set_ca_file(options, setting.ca_file);
  neura_error *error = NULL;
  must(neura_client_new(options, &client, &error), "neura_client_new", error);
  neura_options_free(options);
  snprintf(download, sizeof download, "/download/%zu", setting.size);
  payload = malloc(setting.size + 1);
  if (payload == NULL) fail("malloc", "no memory");
  memset(payload, 'x', setting.size);
  return client;
}

/* The body's length; the answer is read in place. */
static size_t taken(neura_response *response) {
  size_t length = 0;
  const uint8_t *body = neura_response_body(response, &length);
  if (neura_response_status(response) != 200 || length == 0 || body[length - 1] == 0)
    fail("neura", "another status than 200");
  neura_response_free(response);
  return length;
}

static size_t request(void *client, const char *method, const char *path, const void *body,
                      size_t length) {
  neura_response *response = NULL;
  neura_error *error = NULL;
  must(neura_request(client, method, path, body, length, NULL, &response, &error), path, error);
  return taken(response);
}

static size_t call_request(void *client) {
  return request(client, "POST", "/chat/completions", question, strlen(question));
}

static size_t call_chat(void *client) {
  neura_response *response = NULL;
  neura_error *error = NULL;
  must(neura_chat(client, question, NULL, &response, &error), "neura_chat", error);
  return taken(response);
}

static size_t down(void *client) { return request(client, "GET", download, NULL, 0); }

static size_t up(void *client) { return request(client, "POST", "/upload", payload, setting.size); }

static size_t events_of(neura_stream *stream) {
  const neura_event *event = NULL;
  neura_error *error = NULL;
  size_t found = 0, length = 0;
  neura_status status;
  while ((status = neura_stream_next(stream, &event, &error)) == NEURA_OK) {
    const char *data = neura_event_data(event, &length);
    if (length > 0 && data[0] == '{') found++;
  }
  if (status != NEURA_END) fail("neura_stream_next", neura_error_message(error));
  neura_stream_free(stream);
  return found;
}

static size_t stream_open(void *client) {
  neura_stream *stream = NULL;
  neura_error *error = NULL;
  must(neura_stream_open(client, "POST", "/chat/completions", streamed, strlen(streamed), NULL,
                         &stream, &error),
       "neura_stream_open", error);
  return events_of(stream);
}

static size_t stream_chat(void *client) {
  neura_stream *stream = NULL;
  neura_error *error = NULL;
  must(neura_chat_stream(client, streamed, NULL, &stream, &error), "neura_chat_stream", error);
  return events_of(stream);
}

int main(int count, char **arguments) {
  static const struct side sides[] = {
      {"call_request", open_client, call_request, expect_any},
      {"call_chat", open_client, call_chat, expect_any},
      {"threads", open_client, call_chat, expect_any},
      {"stream_open", open_client, stream_open, expect_events},
      {"stream_chat", open_client, stream_chat, expect_events},
      {"down", open_client, down, expect_size},
      {"up", open_client, up, expect_any},
      {NULL, NULL, NULL, NULL},
  };
  return bench_main(count, arguments, sides);
}

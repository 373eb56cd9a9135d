/* Servers that are absent or misbehave. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

static const char *CHAT = "{\"model\": \"gpt-5\", \"messages\": []}";

static void no_server(void) {
  neura_client *client = client_at(given("NEURA_TEST_REFUSED_URL"));
  neura_response *response;
  neura_error *error;
  char *json;
  long start = now_ms();
  neura_status status = neura_chat(client, CHAT, NULL, &response, &error);
  CHECK("no server: retryable", neura_error_retryable(error));
  CHECK("no server: one attempt", neura_error_attempts(error) == 1);
  CHECK_ERROR("no server: connection", status, error, NEURA_KIND_CONNECTION, -1);
  CHECK("no server: at once", now_ms() - start < at_most_ms(2000));
  CHECK("no server: check reports it", neura_check(client, NULL, &json, &error) == NEURA_OK &&
                                           strstr(json, "\"kind\":\"connection\"") != NULL);
  neura_string_free(json);
  neura_client_free(client);
}

static void html(void) {
  neura_client *client = client_at(given("NEURA_TEST_HTML_URL"));
  neura_response *response;
  neura_stream *stream;
  const neura_event *event;
  neura_error *error;
  neura_status status = neura_chat(client, CHAT, NULL, &response, &error);
  CHECK_ERROR("HTML: decode", status, error, NEURA_KIND_DECODE, 200);
  status = neura_request(client, "GET", "/models", NULL, 0, NULL, &response, &error);
  CHECK("HTML: any request returns it", status == NEURA_OK && body_contains(response, "<html>"));
  neura_response_free(response);
  status = neura_chat_stream(client, CHAT, NULL, &stream, &error);
  if (status == NEURA_OK) status = neura_stream_next(stream, &event, &error);
  CHECK_ERROR("HTML: a stream is decode", status, error, NEURA_KIND_DECODE, 200);
  neura_stream_free(stream);
  neura_client_free(client);
}

/* The first reply fails, the second is whole. */
static void then_works(const char *name, const char *url, int kind, int http) {
  neura_client *client = client_at(url);
  neura_response *response;
  neura_error *error;
  long start = now_ms();
  neura_status status = neura_models(client, NULL, &response, &error);
  CHECK("a failed reply is NULL", response == NULL);
  CHECK_ERROR(name, status, error, kind, http);
  CHECK("within the limits", now_ms() - start < at_most_ms(2000));
  status = neura_models(client, NULL, &response, &error);
  CHECK("the next call works", status == NEURA_OK && body_contains(response, "gpt-5"));
  neura_response_free(response);
  neura_client_free(client);
}

/* faults.md, 42 and 75: neura_request reads an error's body just as that of a 200. */
static void error_bodies(void) {
  neura_client *client = client_at(given("NEURA_TEST_HALF_ERROR_URL"));
  neura_response *response;
  neura_error *error;
  neura_status status =
      neura_request(client, "GET", "/x", NULL, 0, NULL, &response, &error);
  CHECK("fault 75: half of an error's body is no reply", response == NULL);
  CHECK_ERROR("fault 75: connection", status, error, NEURA_KIND_CONNECTION, 404);
  status = neura_models(client, NULL, &response, &error);
  CHECK_ERROR("fault 75: a named call keeps the status's error", status, error,
              NEURA_KIND_NOT_FOUND, 404);
  neura_client_free(client);

  size_t length = 0;
  client = client_at(given("NEURA_TEST_LARGE_ERROR_URL"));
  status = neura_request(client, "GET", "/x", NULL, 0, NULL, &response, &error);
  CHECK("fault 42: an error's body is whole", status == NEURA_OK);
  CHECK("fault 42: to its end",
        neura_response_body(response, &length) != NULL && length == (size_t)2 << 20);
  status = neura_response_check(response, &error);
  CHECK_ERROR("fault 42: its check", status, error, NEURA_KIND_NOT_FOUND, 404);
  neura_response_free(response);
  neura_client_free(client);
}

/* faults.md, 77: a bare line feed ends a line. */
static void bare_line_feed(void) {
  neura_client *client = client_at(given("NEURA_TEST_BARE_LINE_FEED_URL"));
  neura_response *response;
  neura_error *error;
  long start = now_ms();
  neura_status status =
      neura_request(client, "GET", "/x", NULL, 0, NULL, &response, &error);
  CHECK("fault 77: chunks that end with a bare line feed",
        status == NEURA_OK && body_contains(response, "{}"));
  CHECK("fault 77: at once", now_ms() - start < at_most_ms(2000));
  neura_response_free(response);
  neura_client_free(client);
}

static void stall(void) {
  neura_client *client = client_at(given("NEURA_TEST_STALL_URL"));
  neura_request_options *options = neura_request_options_new();
  neura_response *response;
  neura_error *error;
  neura_request_options_set_timeout_ms(options, 300);
  long start = now_ms();
  neura_status status =
      neura_request(client, "GET", "/models", NULL, 0, options, &response, &error);
  CHECK_ERROR("a server that never answers: timeout", status, error, NEURA_KIND_TIMEOUT, -1);
  CHECK("after the limit", now_ms() - start >= 290 && now_ms() - start < at_most_ms(1500));
  neura_request_options_free(options);
  neura_client_free(client);
}

/* A write to a closed socket raises SIGPIPE by default, which ends a C program. */
static void upload(void) {
  neura_client *client = client_at(given("NEURA_TEST_RESET_URL"));
  size_t length = (size_t)8 << 20;
  char *body = malloc(length);
  memset(body, ' ', length);
  neura_response *response;
  neura_error *error;
  neura_status status = neura_request(client, "POST", "/chat/completions", body, length, NULL,
                                      &response, &error);
  CHECK_ERROR("a reset during the upload: connection", status, error, NEURA_KIND_CONNECTION, -1);
  free(body);
  neura_client_free(client);
}

int main(void) {
  no_server();
  html();
  then_works("nothing: connection", given("NEURA_TEST_NOTHING_URL"), NEURA_KIND_CONNECTION, -1);
  then_works("half a reply: connection", given("NEURA_TEST_HALF_URL"), NEURA_KIND_CONNECTION,
             200);
  then_works("not HTTP: protocol", given("NEURA_TEST_GARBAGE_URL"), NEURA_KIND_PROTOCOL, -1);
  error_bodies();
  bare_line_feed();
  then_works("an error in a 200 is that error (fault 69)", given("NEURA_TEST_ERROR_IN_200_URL"),
             NEURA_KIND_RATE_LIMITED, 200);
  stall();
  upload();
  return report();
}

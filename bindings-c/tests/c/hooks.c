/* The attempt callback and the log callback. */
#define _POSIX_C_SOURCE 200112L
#include <pthread.h>
#include <stdatomic.h>

#include "check.h"

struct seen {
  char text[8][400];
  pthread_t thread;
  atomic_int count;
};

static void attempted(void *user_data, const neura_attempt *attempt) {
  struct seen *seen = user_data;
  const char *id = neura_attempt_request_id(attempt);
  const char *key = neura_attempt_key_fingerprint(attempt);
  int number = atomic_fetch_add(&seen->count, 1);
  seen->thread = pthread_self();
  if (number < 8)
    snprintf(seen->text[number], sizeof seen->text[number], "%s %s %d %d %d wait %d took %d %s %d",
             neura_attempt_method(attempt), neura_attempt_path(attempt),
             neura_attempt_status(attempt), neura_attempt_kind(attempt),
             neura_attempt_number(attempt), neura_attempt_waited_ms(attempt) > 0,
             neura_attempt_took_ms(attempt) >= 0, id != NULL ? id : "-",
             key != NULL ? (int)strlen(key) : -1);
}

static void logged(void *user_data, const char *line) {
  struct seen *seen = user_data;
  int number = atomic_fetch_add(&seen->count, 1);
  seen->thread = pthread_self();
  if (number < 8) snprintf(seen->text[number], sizeof seen->text[number], "%s", line);
}

static neura_client *watched(const char *url, struct seen *seen) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_options_set_base_url(options, url);
  neura_options_set_attempt_callback(options, attempted, seen);
  neura_client_new(options, &client, NULL);
  neura_options_free(options);
  return client;
}

static void attempts(void) {
  struct seen seen = {.count = 0};
  neura_client *client = watched(given("NEURA_TEST_BUSY_URL"), &seen);
  neura_response *response;
  CHECK("a client reports no attempt by itself", seen.count == 0);
  neura_request(client, "POST", "/x?secret=1", "{}", 2, NULL, &response, NULL);
  neura_response_free(response);
  CHECK("each attempt is reported once", seen.count == 2);
  CHECK_TEXT("the first", seen.text[0], "POST /v1/x 503 -1 1 wait 0 took 1 req_busy 12");
  CHECK_TEXT("the second", seen.text[1], "POST /v1/x 200 -1 2 wait 1 took 1 - 12");
  CHECK("on the thread of the call", pthread_equal(seen.thread, pthread_self()));
  neura_request_options *options = neura_request_options_new();
  neura_request_options_set_header(options, "Authorization", "Bearer nk-fake-own-0123456789");
  neura_request(client, "GET", "/x", NULL, 0, options, &response, NULL);
  CHECK_TEXT("a caller's key has no fingerprint", seen.text[2],
             "GET /v1/x 200 -1 1 wait 0 took 1 - -1");
  neura_response_free(response);
  neura_request_options_free(options);
  neura_client_free(client);

  struct seen refused = {.count = 0};
  char wanted[100];
  client = watched(given("NEURA_TEST_REFUSED_URL"), &refused);
  neura_models(client, NULL, &response, NULL);
  snprintf(wanted, sizeof wanted, "GET /v1/models -1 %d 3 wait 1 took 1 - 12",
           NEURA_KIND_CONNECTION);
  CHECK_TEXT("an attempt without a reply has a kind", refused.text[2], wanted);
  CHECK("with retries", refused.count == 3);
  neura_client_free(client);

  struct seen stream = {.count = 0};
  neura_stream *events;
  client = watched(given("NEURA_TEST_EVENTS_URL"), &stream);
  neura_stream_open(client, "POST", "/x", "{}", 2, NULL, &events, NULL);
  neura_stream_free(events);
  CHECK("a stream is one", stream.count == 1);
  neura_client_free(client);
}

/* A callback may call the client; that call is reported as well. */
static void asks_again(void *user_data, const neura_attempt *attempt) {
  struct seen *seen = user_data;
  if (atomic_fetch_add(&seen->count, 1) > 0) return;
  (void)attempt;
  neura_client *client;
  neura_response *response;
  neura_client_new(NULL, &client, NULL);
  neura_models(client, NULL, &response, NULL);
  if (neura_response_status(response) == 200) seen->count += 10;
  neura_response_free(response);
  neura_client_free(client);
}

static void calls_inside(void) {
  struct seen seen = {.count = 0};
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_response *response;
  neura_error *error;
  neura_options_set_attempt_callback(options, asks_again, &seen);
  neura_client_new(options, &client, NULL);
  neura_models(client, NULL, &response, NULL);
  CHECK("a callback may make a call", seen.count == 11);
  neura_response_free(response);
  neura_client_free(client);
  neura_options_set_attempt_callback(options, NULL, NULL);
  neura_status status = neura_client_new(options, &client, &error);
  CHECK_ERROR("NULL is no callback", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  neura_options_free(options);
  neura_options_set_attempt_callback(NULL, asks_again, NULL);
  CHECK("NULL has no attempt",
        neura_attempt_method(NULL) == NULL && neura_attempt_path(NULL) == NULL &&
            neura_attempt_status(NULL) == -1 && neura_attempt_kind(NULL) == -1 &&
            neura_attempt_number(NULL) == -1 && neura_attempt_waited_ms(NULL) == -1 &&
            neura_attempt_took_ms(NULL) == -1 && neura_attempt_request_id(NULL) == NULL &&
            neura_attempt_key_fingerprint(NULL) == NULL);
}

static void *ask(void *client) {
  neura_response *response;
  for (int call = 0; call < 8; call++) {
    neura_models(client, NULL, &response, NULL);
    neura_response_free(response);
  }
  return NULL;
}

static void logs(void) {
  struct seen seen = {.count = 0};
  neura_client *client;
  neura_response *response;
  neura_client_new(NULL, &client, NULL);
  CHECK("a level that does not exist", !neura_set_log_callback(0, logged, &seen) &&
                                           !neura_set_log_callback(3, logged, &seen));
  CHECK("a callback is set", neura_set_log_callback(NEURA_LOG_LEVEL_INFO, logged, &seen));
  neura_request(client, "GET", "/models?secret=1", NULL, 0, NULL, &response, NULL);
  const char *line = seen.text[0];
  CHECK("it gets a line", seen.count == 1 && strncmp(line, "neura: GET /v1/models 200 attempt=1 ",
                                                     36) == 0);
  CHECK("without a line end", strchr(line, '\n') == NULL);
  CHECK("the key or the query", strstr(line, given("NEURA_API_KEY")) == NULL &&
                                    strstr(line, "secret") == NULL);
  CHECK("on the thread of the call", pthread_equal(seen.thread, pthread_self()));
  neura_response_free(response);
  neura_set_log_callback(NEURA_LOG_LEVEL_DEBUG, logged, &seen);
  neura_models(client, NULL, &response, NULL);
  CHECK("with headers", strstr(seen.text[1], "content-type=\"application/json\"") != NULL);
  neura_response_free(response);

  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, ask, client);
  for (int i = 0; i < 20; i++) neura_set_log_callback(1 + i % 2, logged, &seen);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  CHECK("from several threads, while it is set again", seen.count == 2 + 4 * 8);
  CHECK("NULL ends it", neura_set_log_callback(0, NULL, NULL));
  neura_models(client, NULL, &response, NULL);
  CHECK("then there are no lines", seen.count == 2 + 4 * 8);
  neura_response_free(response);
  neura_client_free(client);
}

int main(void) {
  attempts();
  calls_inside();
  logs();
  return report();
}

/* Named checks: each prints a line, and report() prints how many ran. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "neura.h"

static int checks_run, checks_failed;

static inline void check_at(const char *file, int line, const char *name, bool holds) {
  checks_run++;
  if (!holds) checks_failed++;
  if (holds) printf("ok: %s\n", name);
  else printf("FAILED: %s (%s:%d)\n", name, file, line);
}

static inline bool same_text(const char *got, const char *wanted) {
  if (got == NULL || wanted == NULL) return got == wanted;
  if (strcmp(got, wanted) != 0) printf("  got \"%s\", not \"%s\"\n", got, wanted);
  return strcmp(got, wanted) == 0;
}

/* Whether a failed call gave the right error, with no key in its text; frees the error. C may
 * evaluate arguments in any order, and the first may be the call itself. So the error is passed by
 * pointer. */
static inline bool is_error(neura_status status, neura_error **left, int kind, int http,
                            const char *key) {
  neura_error *error = *left;
  const char *message = neura_error_message(error);
  bool holds = status == NEURA_ERROR && neura_error_kind(error) == kind &&
               neura_error_status(error) == http && message != NULL && *message != '\0' &&
               (key == NULL || strstr(message, key) == NULL);
  if (!holds) {
    const char *name = neura_kind_name(neura_error_kind(error));
    printf("  status %d, kind %s, http %d: %s\n", (int)status, name != NULL ? name : "none",
           (int)neura_error_status(error), message != NULL ? message : "no message");
  }
  neura_error_free(error);
  return holds;
}

#define CHECK(name, holds) check_at(__FILE__, __LINE__, name, holds)
#define CHECK_TEXT(name, got, wanted) CHECK(name, same_text(got, wanted))
#define CHECK_ERROR(name, status, error, kind, http) \
  CHECK(name, is_error(status, &error, kind, http, getenv("NEURA_API_KEY")))

/* The last line of a program. */
static inline int report(void) {
  printf("%d checks\n", checks_run);
  return checks_failed == 0 ? 0 : 1;
}

/* A variable that the test must have set. */
static inline const char *given(const char *name) {
  const char *value = getenv(name);
  if (value == NULL) {
    printf("%s is not set\n", name);
    exit(2);
  }
  return value;
}

/* Milliseconds of a clock that only goes forward. */
static inline long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A time limit for tests, longer under valgrind. */
static inline long at_most_ms(long milliseconds) {
  return getenv("NEURA_TEST_SLOW") != NULL ? milliseconds * 20 : milliseconds;
}

static inline bool contains(const void *bytes, size_t length, const char *text) {
  size_t size = strlen(text);
  const char *at = bytes;
  for (; length >= size; at++, length--)
    if (memcmp(at, text, size) == 0) return true;
  return false;
}

static inline bool body_contains(const neura_response *response, const char *text) {
  size_t length;
  const uint8_t *body = neura_response_body(response, &length);
  return body != NULL && contains(body, length, text);
}

/* The length of an event's data; 0 for NULL. */
static inline size_t data_length(const neura_event *event) {
  size_t length;
  neura_event_data(event, &length);
  return length;
}

/* A client for another base URL, with no retries; NULL where it cannot be made. */
static inline neura_client *client_at(const char *base_url) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_options_set_base_url(options, base_url);
  neura_options_set_max_retries(options, 0);
  neura_client_new(options, &client, NULL);
  neura_options_free(options);
  return client;
}

#endif

/* A body that is read in pieces: whole, cut, packed, endless, cancelled, refused. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

static neura_body *open_at(const char *url, const neura_request_options *options) {
  neura_client *client = client_at(url);
  neura_body *body;
  neura_status status = neura_body_open(client, "GET", "/x", NULL, 0, options, &body, NULL);
  CHECK("a reply opens", status == NEURA_OK);
  neura_client_free(client); /* The reply outlives it. */
  return body;
}

/* The number of bytes, all of which must be c unless that is 0. */
static long read_all(neura_body *body, size_t size, char c, neura_status *status,
                     neura_error **error) {
  char buffer[5000];
  size_t length;
  long total = 0;
  bool right = true;
  while ((*status = neura_body_read(body, buffer, size, &length, error)) == NEURA_OK) {
    right = right && length > 0 && length <= size && *error == NULL;
    for (size_t i = 0; i < length && c != 0; i++) right = right && buffer[i] == c;
    total += (long)length;
  }
  return right && length == 0 ? total : -1;
}

static void whole(void) {
  neura_status status;
  neura_error *error;
  for (size_t size = 1; size <= 5000; size = size * 7 + 3) {
    neura_body *body = open_at(given("NEURA_TEST_LARGE_BODY_URL"), NULL);
    CHECK("all of its bytes come", read_all(body, size, 'x', &status, &error) == 1000);
    CHECK("and the end", status == NEURA_END && error == NULL);
    size_t length = 7;
    CHECK("which stays", neura_body_read(body, &status, 1, &length, &error) == NEURA_END &&
                             length == 0 && error == NULL);
    neura_body_free(body);
  }
}

/* max_body_bytes does not limit a body that is read in pieces. */
static void packed(void) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_body *body;
  neura_status status;
  neura_error *error;
  neura_options_set_base_url(options, given("NEURA_TEST_PACKED_URL"));
  neura_options_set_max_body_bytes(options, 1000);
  neura_client_new(options, &client, NULL);
  neura_body_open(client, "GET", "/x", NULL, 0, NULL, &body, NULL);
  long total = read_all(body, 5000, 0, &status, &error);
  CHECK("a compressed body is unpacked", status == NEURA_END && total == 3 * 65536L);
  neura_body_free(body);
  neura_client_free(client);
  neura_options_free(options);
}

static void fails(void) {
  neura_status status;
  neura_error *error;
  neura_body *body = open_at(given("NEURA_TEST_HALF_URL"), NULL);
  CHECK("the bytes before a cut come", read_all(body, 5000, 0, &status, &error) == 14);
  CHECK_ERROR("then the error", status, error, NEURA_KIND_CONNECTION, 200);
  CHECK("every later read", read_all(body, 5000, 0, &status, &error) == 0);
  CHECK_ERROR("is the same", status, error, NEURA_KIND_CONNECTION, 200);
  neura_body_free(body);
}

static void cancelled(void) {
  neura_cancel_token *token = neura_cancel_new();
  neura_request_options *options = neura_request_options_new();
  neura_error *error;
  char buffer[100];
  size_t length;
  neura_request_options_set_cancel(options, token);
  neura_body *body = open_at(given("NEURA_TEST_SPRING_URL"), options);
  CHECK("an endless body gives bytes",
        neura_body_read(body, buffer, sizeof buffer, &length, &error) == NEURA_OK);
  neura_cancel(token);
  for (int again = 0; again < 2; again++) {
    neura_status status = neura_body_read(body, buffer, sizeof buffer, &length, &error);
    CHECK("after a cancel none", length == 0);
    CHECK_ERROR("but the reason", status, error, NEURA_KIND_CANCELLED, -1);
  }
  neura_body_free(body);
  neura_request_options_free(options);
  neura_cancel_free(token);
  body = open_at(given("NEURA_TEST_SPRING_URL"), NULL);
  long start = now_ms();
  neura_body_free(body);
  CHECK("an endless one is closed at once", now_ms() - start < at_most_ms(500));
}

static void refused(void) {
  neura_client *client = client_at(given("NEURA_TEST_REFUSED_HEADS_URL"));
  neura_body *body;
  neura_error *error;
  neura_status status = neura_body_open(client, "GET", "/x", NULL, 0, NULL, &body, &error);
  CHECK("any status is a reply", status == NEURA_OK && neura_body_status(body) == 429);
  status = neura_body_check(body, &error);
  CHECK("check has the words of the server",
        strstr(neura_error_message(error), "slow down") != NULL);
  CHECK_ERROR("and the kind", status, error, NEURA_KIND_RATE_LIMITED, 429);
  CHECK("its body can still be read", read_all(body, 10, 0, &status, &error) > 0);
  neura_body_free(body);
  neura_client_free(client);
}

static void arguments(void) {
  neura_client *client = client_at(given("NEURA_BASE_URL"));
  neura_body *body = (neura_body *)&client;
  neura_error *e;
  char buffer[10];
  size_t length = 7;
  const int invalid = NEURA_KIND_INVALID_ARGUMENT;
  CHECK("open, client", neura_body_open(NULL, "GET", "/x", NULL, 0, NULL, &body, &e) ==
                                   NEURA_ERROR && body == NULL);
  neura_error_free(e);
  CHECK_ERROR("open, body", neura_body_open(client, "GET", "/x", NULL, 0, NULL, NULL, &e), e,
              invalid, -1);
  neura_body_open(client, "GET", "/models", NULL, 0, NULL, &body, NULL);
  CHECK("check of a status of success",
        neura_body_check(body, &e) == NEURA_OK && e == NULL);
  CHECK_ERROR("read, body", neura_body_read(NULL, buffer, 1, &length, &e), e, invalid, -1);
  CHECK("no bytes", length == 0);
  CHECK_ERROR("read, buffer", neura_body_read(body, NULL, 1, &length, &e), e, invalid, -1);
  CHECK_ERROR("read, size", neura_body_read(body, buffer, 0, &length, &e), e, invalid, -1);
  CHECK_ERROR("read, length", neura_body_read(body, buffer, 1, NULL, &e), e, invalid, -1);
  CHECK_ERROR("check, body", neura_body_check(NULL, &e), e, invalid, -1);
  CHECK("after all that it can be read",
        neura_body_read(body, buffer, sizeof buffer, &length, &e) == NEURA_OK && length > 0);
  neura_body_free(body);
  neura_body_free(NULL);
  neura_client_free(client);
}

int main(void) {
  whole();
  packed();
  fails();
  cancelled();
  refused();
  arguments();
  return report();
}

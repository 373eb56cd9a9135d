/* A body from a callback: of known and unknown length, sent again, failing. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

struct source {
  const char *text;
  size_t at, step;
  int reads, rewinds;
  int32_t fails; /* What it returns after its text in place of NEURA_END. */
  const char *reason;
  size_t claims;
};

static int32_t give(void *user_data, void *buffer, size_t size, size_t *length) {
  struct source *source = user_data;
  size_t left = strlen(source->text) - source->at;
  source->reads++;
  if (left == 0 && source->fails != 0) {
    if (source->reason != NULL) neura_body_callback_fail(source->reason);
    *length = source->claims != 0 ? size + source->claims : 0;
    return source->fails == -1 ? NEURA_OK : source->fails;
  }
  if (left == 0) return NEURA_END;
  if (left > source->step) left = source->step;
  if (left > size) left = size;
  memcpy(buffer, source->text + source->at, left);
  source->at += left;
  *length = left;
  return NEURA_OK;
}

static int32_t start_again(void *user_data) {
  struct source *source = user_data;
  source->rewinds++;
  source->at = 0;
  return NEURA_OK;
}

static int32_t cannot(void *user_data) {
  (void)user_data;
  neura_body_callback_fail("the tape is torn");
  return NEURA_ERROR;
}

static neura_client *patient(const char *url) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_options_set_base_url(options, url);
  neura_client_new(options, &client, NULL);
  neura_options_free(options);
  return client;
}

static neura_status put(const char *url, struct source *source, neura_body_rewind_callback rewind,
                        int64_t length, int *attempts, neura_error **error) {
  neura_client *client = patient(url);
  neura_request_options *options = neura_request_options_new();
  neura_response *response;
  neura_request_options_set_body_callback(options, give, rewind, source, length);
  neura_request_options_set_header(options, "Content-Type", "text/plain");
  neura_status status =
      neura_request(client, "PUT", "/upload", NULL, 0, options, &response, error);
  *attempts = status == NEURA_OK ? neura_response_attempts(response) : neura_error_attempts(*error);
  if (status == NEURA_OK) status = neura_response_check(response, error);
  neura_response_free(response);
  neura_request_options_free(options);
  neura_client_free(client);
  return status;
}

/* The test reads the bodies in the server's report. */
static void arrives(void) {
  neura_error *error;
  int attempts;
  struct source source = {.text = "in chunks of three", .step = 3};
  const char *url = given("NEURA_TEST_PLAIN_URL");
  CHECK("a body of unknown length", put(url, &source, NULL, -1, &attempts, &error) == NEURA_OK);
  CHECK("is asked for until its end", source.reads == 7 && attempts == 1);
  struct source known = {.text = "of known length", .step = 100};
  CHECK("a body of known length", put(url, &known, NULL, 15, &attempts, &error) == NEURA_OK);
  struct source empty = {.text = "", .step = 1};
  CHECK("an empty one", put(url, &empty, NULL, -1, &attempts, &error) == NEURA_OK);

  neura_client *client = patient(url);
  neura_request_options *options = neura_request_options_new();
  neura_body *body;
  neura_stream *stream;
  struct source other = {.text = "{\"of\": \"a body\"}", .step = 5};
  neura_request_options_set_body_callback(options, give, start_again, &other, -1);
  CHECK("to a reply in pieces",
        neura_body_open(client, "POST", "/x", NULL, 0, options, &body, NULL) == NEURA_OK);
  neura_body_free(body);
  neura_client_free(client);
  client = patient(given("NEURA_TEST_EVENTS_URL"));
  other.at = 0;
  CHECK("to a stream",
        neura_stream_open(client, "POST", "/x", NULL, 0, options, &stream, NULL) == NEURA_OK);
  CHECK("which gets all of it", other.at == strlen(other.text) && other.rewinds == 0);
  neura_stream_free(stream);
  neura_request_options_free(options);
  neura_client_free(client);
}

static void again(void) {
  neura_error *error;
  int attempts;
  struct source source = {.text = "once more", .step = 4};
  neura_status status =
      put(given("NEURA_TEST_BUSY_URL"), &source, start_again, -1, &attempts, &error);
  CHECK("with rewind it is sent again", status == NEURA_OK && attempts == 2 && source.rewinds == 1);
  struct source once = {.text = "once", .step = 4};
  status = put(given("NEURA_TEST_BUSY_TWICE_URL"), &once, NULL, -1, &attempts, &error);
  CHECK("without it the status stands", attempts == 1);
  CHECK_ERROR("as it came", status, error, NEURA_KIND_SERVER, 503);
  struct source torn = {.text = "torn", .step = 4};
  status = put(given("NEURA_TEST_BUSY_THRICE_URL"), &torn, cannot, -1, &attempts, &error);
  CHECK("a rewind that fails says why", strstr(neura_error_message(error), "the tape is torn"));
  CHECK_ERROR("and ends the call", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
}

static void fails_with(const char *name, struct source source, int64_t length, const char *words) {
  neura_error *error;
  int attempts;
  source.step = 100;
  neura_status status =
      put(given("NEURA_TEST_STALL_URL"), &source, NULL, length, &attempts, &error);
  const char *message = neura_error_message(error);
  CHECK(name, message != NULL && strstr(message, words) != NULL);
  if (message != NULL && strstr(message, words) == NULL) printf("  %s\n", message);
  CHECK("it is not sent again", attempts == 1);
  CHECK_ERROR(name, status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
}

static void fails(void) {
  char reason[200];
  snprintf(reason, sizeof reason, "the disk is gone: %s", given("NEURA_API_KEY"));
  fails_with("a reason", (struct source){.text = "ab", .fails = NEURA_ERROR, .reason = reason}, -1,
             "the disk is gone");
  fails_with("no reason", (struct source){.text = "ab", .fails = NEURA_ERROR}, -1,
             "the body callback returned NEURA_ERROR");
  fails_with("no status", (struct source){.text = "ab", .fails = 77}, -1, "returned 77");
  fails_with("no byte", (struct source){.text = "ab", .fails = -1}, -1, "without a byte");
  fails_with("too many", (struct source){.text = "ab", .fails = -1, .claims = 1}, -1, "fit");
  fails_with("fewer than promised", (struct source){.text = "ab"}, 3, "3 bytes");
  fails_with("more than promised", (struct source){.text = "abcd"}, 3, "3 bytes");
}

static void arguments(void) {
  neura_client *client = patient(given("NEURA_BASE_URL"));
  neura_request_options *options = neura_request_options_new();
  struct source source = {.text = "x", .step = 1};
  neura_response *r;
  neura_error *e;
  const int invalid = NEURA_KIND_INVALID_ARGUMENT;
  neura_request_options_set_body_callback(NULL, give, NULL, NULL, -1);
  neura_request_options_set_body_callback(options, NULL, NULL, NULL, -1);
  CHECK_ERROR("NULL", neura_request(client, "PUT", "/x", NULL, 0, options, &r, &e), e, invalid, -1);
  neura_request_options_set_body_callback(options, give, NULL, &source, -2);
  CHECK_ERROR("a length below -1", neura_request(client, "PUT", "/x", NULL, 0, options, &r, &e), e,
              invalid, -1);
  neura_request_options_set_body_callback(options, give, NULL, &source, -1);
  CHECK_ERROR("two bodies", neura_request(client, "PUT", "/x", "{}", 2, options, &r, &e), e,
              invalid, -1);
  CHECK_ERROR("a named call", neura_models(client, options, &r, &e), e, invalid, -1);
  CHECK("it was not asked", source.reads == 0);
  neura_body_callback_fail("outside of any");
  neura_request_options_free(options);
  neura_client_free(client);
}

int main(void) {
  arrives();
  again();
  fails();
  arguments();
  return report();
}

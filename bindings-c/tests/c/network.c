/* Size limits of replies, and invalid network options. */
#define _POSIX_C_SOURCE 200112L
#include <stdint.h>

#include "check.h"

typedef void (*set_bytes)(neura_options *, int64_t);

/* A client for a server, with one limit in bytes and no retries. */
static neura_client *limited(const char *url, set_bytes set, int64_t bytes) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_options_set_base_url(options, url);
  neura_options_set_max_retries(options, 0);
  set(options, bytes);
  neura_client_new(options, &client, NULL);
  neura_options_free(options);
  return client;
}

static neura_status get(const neura_client *client, const char *path, neura_error **error) {
  neura_response *response;
  neura_status status = neura_request(client, "GET", path, NULL, 0, NULL, &response, error);
  neura_response_free(response);
  return status;
}

/* The server sends a body of 1,000 bytes each time. */
static void bodies(const char *url) {
  neura_client *client = limited(url, neura_options_set_max_body_bytes, 999);
  neura_error *error;
  neura_status status = get(client, "/x", &error);
  CHECK("the message names the option",
        strstr(neura_error_message(error), "neura_options_set_max_body_bytes") != NULL);
  CHECK_ERROR("a body over the limit", status, error, NEURA_KIND_BODY_TOO_LARGE, 200);
  neura_client_free(client);
  client = limited(url, neura_options_set_max_body_bytes, 1000);
  CHECK("a body at the limit", get(client, "/x", NULL) == NEURA_OK);
  neura_client_free(client);
}

/* The server sends a short event, then one of 1,000 bytes. */
static void events(const char *url) {
  neura_client *client = limited(url, neura_options_set_max_event_bytes, 500);
  neura_stream *stream;
  const neura_event *event;
  neura_error *error;
  neura_stream_open(client, "GET", "/x", NULL, 0, NULL, &stream, NULL);
  neura_status status = neura_stream_next(stream, &event, &error);
  CHECK("an event within the limit",
        status == NEURA_OK && strcmp(neura_event_data(event, NULL), "short") == 0);
  status = neura_stream_next(stream, &event, &error);
  CHECK("the message names the option",
        strstr(neura_error_message(error), "neura_options_set_max_event_bytes") != NULL);
  CHECK_ERROR("an event over the limit", status, error, NEURA_KIND_BODY_TOO_LARGE, 200);
  neura_stream_free(stream);
  neura_client_free(client);
}

/* The server sends a header of 3,000 bytes each time. */
static void heads(const char *url) {
  neura_client *client = limited(url, neura_options_set_max_header_bytes, 2000);
  neura_error *error;
  neura_status status = get(client, "/x", &error);
  CHECK_ERROR("a head over the limit", status, error, NEURA_KIND_PROTOCOL, -1);
  neura_client_free(client);
  client = limited(url, neura_options_set_max_header_bytes, 4000);
  CHECK("a head within the limit", get(client, "/x", NULL) == NEURA_OK);
  neura_client_free(client);
}

/* Whether a client with these options is refused and the message names the problem. */
static bool refused(neura_options *options, int kind, const char *named) {
  neura_client *client = (neura_client *)&options;
  neura_error *error;
  neura_status status = neura_client_new(options, &client, &error);
  const char *message = neura_error_message(error);
  bool holds = client == NULL && message != NULL && strstr(message, named) != NULL;
  if (!holds) printf("  \"%s\" does not name %s\n", message != NULL ? message : "", named);
  neura_options_free(options);
  return is_error(status, &error, kind, -1, NULL) && holds;
}

static void sizes_that_cannot_be(void) {
  const set_bytes setters[] = {neura_options_set_max_body_bytes, neura_options_set_max_event_bytes,
                               neura_options_set_max_header_bytes};
  const char *const names[] = {"max_body_bytes", "max_event_bytes", "max_header_bytes"};
  const int64_t sizes[] = {0, -1, INT64_MIN};
  for (size_t setter = 0; setter < 3; setter++) {
    bool all = true;
    for (size_t size = 0; size < 3; size++) {
      neura_options *options = neura_options_new();
      setters[setter](options, sizes[size]);
      all = refused(options, NEURA_KIND_CONFIG, names[setter]) && all;
    }
    CHECK(names[setter], all);
    setters[setter](NULL, 1);
  }
}

static void certificates_that_cannot_be(void) {
  neura_options *options = neura_options_new();
  neura_options_set_client_cert(options, NULL, "key.pem");
  CHECK("no certificate",
        refused(options, NEURA_KIND_INVALID_ARGUMENT, "neura_options_set_client_cert"));
  options = neura_options_new();
  neura_options_set_client_cert(options, "certificate.pem", "\xff");
  CHECK("a path that is not UTF-8",
        refused(options, NEURA_KIND_INVALID_ARGUMENT, "neura_options_set_client_cert"));
  options = neura_options_new();
  neura_options_set_client_cert(options, "/nonexistent/client.pem", NULL);
  CHECK("a certificate that does not exist",
        refused(options, NEURA_KIND_CONFIG, "/nonexistent/client.pem"));
  options = neura_options_new();
  neura_options_set_client_cert(options, "/nonexistent/client.pem", "/nonexistent/key.pem");
  CHECK("its key does not exist either", refused(options, NEURA_KIND_CONFIG, "/nonexistent/client.pem"));
  neura_options_set_client_cert(NULL, "x", "x");
}

int main(void) {
  bodies(given("NEURA_TEST_LARGE_BODY_URL"));
  events(given("NEURA_TEST_LARGE_EVENT_URL"));
  heads(given("NEURA_TEST_LARGE_HEAD_URL"));
  sizes_that_cannot_be();
  certificates_that_cannot_be();
  return report();
}

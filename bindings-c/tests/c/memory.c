/* The memory of large bodies. Without memory for a body or an event the call fails, the process
 * lives, and the next call works. */
#define _POSIX_C_SOURCE 200809L
#include <sys/resource.h>

#include "check.h"

enum { LEFT = 48 << 20 };

enum { UPLOAD = 100 << 20, PACKED = 200 << 20 };

/* A value from /proc/self/status, in KiB. */
static long figure(const char *name) {
  FILE *status = fopen("/proc/self/status", "r");
  char line[256];
  long kib = -1;
  while (status != NULL && fgets(line, sizeof line, status) != NULL)
    if (strncmp(line, name, strlen(name)) == 0) {
      kib = strtol(line + strlen(name) + 1, NULL, 10);
      break;
    }
  if (status != NULL) fclose(status);
  return kib;
}

/* Limits the address space to its present size plus LEFT. */
static bool limit(void) {
  long kib = figure("VmSize:");
  rlim_t most = (rlim_t)kib * 1024 + LEFT;
  struct rlimit now;
  getrlimit(RLIMIT_AS, &now);
  now.rlim_cur = most;
  return kib > 0 && setrlimit(RLIMIT_AS, &now) == 0;
}

static void unlimited(void) {
  struct rlimit now;
  getrlimit(RLIMIT_AS, &now);
  now.rlim_cur = now.rlim_max;
  setrlimit(RLIMIT_AS, &now);
}

static neura_client *client_of(const char *variable) {
  neura_client *client;
  neura_options *options = neura_options_new();
  neura_options_set_base_url(options, given(variable));
  neura_options_set_max_retries(options, 0);
  neura_client_new(options, &client, NULL);
  neura_options_free(options);
  return client;
}

static bool works(neura_client *client) {
  neura_response *response;
  neura_status status =
      neura_request(client, "GET", "/x", NULL, 0, NULL, &response, NULL);
  neura_response_free(response);
  return status == NEURA_OK;
}

int main(void) {
  neura_response *response;
  neura_stream *stream;
  const neura_event *event;
  neura_error *error;
  neura_status status;

  neura_client *sender = client_of("NEURA_TEST_PLAIN_URL");
  char *body = malloc(UPLOAD);
  memset(body, 'x', UPLOAD);
  CHECK("before the upload", works(sender));
  long before = figure("VmHWM:");
  status = neura_request(sender, "POST", "/x", body, UPLOAD, NULL, &response, NULL);
  CHECK("a large body", status == NEURA_OK && neura_response_status(response) == 200);
  CHECK("it is not copied", before > 0 && figure("VmHWM:") - before < 4 << 10);
  neura_response_free(response);
  neura_client_free(sender);
  free(body);

  sender = client_of("NEURA_TEST_PACKED_BODY_URL");
  size_t length = 0;
  neura_request(sender, "GET", "/x", NULL, 0, NULL, &response, NULL);
  const uint8_t *unpacked = neura_response_body(response, &length);
  CHECK("a packed body", length == PACKED && memcmp(unpacked + length - 8, "neura..\n", 8) == 0);
  CHECK("it is in memory once", figure("VmHWM:") <= PACKED / 1024 / 10 * 13);
  neura_response_free(response);
  neura_client_free(sender);

  CHECK_TEXT("the kind's name", neura_kind_name(NEURA_KIND_OUT_OF_MEMORY), "out_of_memory");

  neura_client *client = client_of("NEURA_TEST_ENDLESS_BODY_URL");
  CHECK("before the limit", works(client));
  CHECK("the limit is set", limit());
  status = neura_request(client, "GET", "/x", NULL, 0, NULL, &response, &error);
  CHECK("the message names the limit",
        error != NULL && strstr(neura_error_message(error), "max_body_bytes") != NULL);
  CHECK_ERROR("a body", status, error, NEURA_KIND_OUT_OF_MEMORY, 200);
  CHECK("the next call", works(client));
  neura_client_free(client);
  unlimited();

  client = client_of("NEURA_TEST_ENDLESS_EVENT_URL");
  CHECK("before the limit for events", works(client));
  CHECK("it is set again", limit());
  neura_stream_open(client, "GET", "/x", NULL, 0, NULL, &stream, NULL);
  status = neura_stream_next(stream, &event, &error);
  CHECK("the message names the limit of events",
        error != NULL && strstr(neura_error_message(error), "max_event_bytes") != NULL);
  CHECK_ERROR("an event", status, error, NEURA_KIND_OUT_OF_MEMORY, 200);
  neura_stream_free(stream);
  CHECK("the next call after an event", works(client));
  neura_client_free(client);
  return report();
}

/* Many threads share one client, and another thread cancels. */
#define _POSIX_C_SOURCE 200112L
#include <pthread.h>

#include "check.h"

enum { THREADS = 16, CALLS = 8 };

struct share {
  const neura_client *client;
  int number, right;
};

static void *ask(void *argument) {
  struct share *share = argument;
  for (int call = 0; call < CALLS; call++) {
    char request[160], answer[64];
    neura_response *response;
    snprintf(request, sizeof request,
             "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"n%d.%d.\"}]}",
             share->number, call);
    snprintf(answer, sizeof answer, "You said: n%d.%d.", share->number, call);
    if (neura_chat(share->client, request, NULL, &response, NULL) == NEURA_OK)
      share->right += body_contains(response, answer);
    neura_response_free(response);
  }
  return NULL;
}

static void one_client_for_many(void) {
  neura_client *client;
  pthread_t threads[THREADS];
  struct share shares[THREADS];
  int right = 0;
  neura_client_new(NULL, &client, NULL);
  for (int i = 0; i < THREADS; i++) {
    shares[i] = (struct share){client, i, 0};
    pthread_create(&threads[i], NULL, ask, &shares[i]);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    right += shares[i].right;
  }
  CHECK("every thread gets its own answers", right == THREADS * CALLS);
  neura_client_free(client);
}

struct later {
  neura_cancel_token *token;
  long at_ms;
};

static void *cancel_later(void *argument) {
  struct later *later = argument;
  struct timespec wait = {0, 200 * 1000000L};
  nanosleep(&wait, NULL);
  later->at_ms = now_ms();
  neura_cancel(later->token);
  return NULL;
}

/* Another thread cancels a call that waits for a silent server. */
static void cancelled(const char *url, bool in_a_stream) {
  neura_client *client = client_at(url);
  neura_request_options *options = neura_request_options_new();
  struct later later = {neura_cancel_new(), 0};
  neura_response *response = NULL;
  neura_stream *stream = NULL;
  const neura_event *event;
  neura_error *error = NULL;
  neura_status status;
  pthread_t thread;
  neura_request_options_set_cancel(options, later.token);
  if (in_a_stream) {
    status = neura_stream_open(client, "POST", "/x", "{}", 2, options, &stream, &error);
    CHECK("the stream opens", status == NEURA_OK);
    CHECK("its first event comes", neura_stream_next(stream, &event, &error) == NEURA_OK);
  }
  pthread_create(&thread, NULL, cancel_later, &later);
  if (in_a_stream) status = neura_stream_next(stream, &event, &error);
  else status = neura_request(client, "GET", "/x", NULL, 0, options, &response, &error);
  long end = now_ms();
  pthread_join(thread, NULL);
  CHECK("a cancelled call ends as cancelled",
        status == NEURA_ERROR && neura_error_kind(error) == NEURA_KIND_CANCELLED);
  neura_error_free(error);
  CHECK("soon after the cancel", end >= later.at_ms && end - later.at_ms < at_most_ms(250));
  status = neura_request(client, "GET", "/x", NULL, 0, options, &response, &error);
  CHECK("a call with a cancelled token ends at once",
        status == NEURA_ERROR && neura_error_kind(error) == NEURA_KIND_CANCELLED &&
            response == NULL);
  neura_error_free(error);
  neura_stream_free(stream);
  neura_cancel_free(later.token);
  neura_request_options_free(options);
  neura_client_free(client);
}

int main(void) {
  one_client_for_many();
  cancelled(given("NEURA_TEST_STALL_URL"), false);
  cancelled(given("NEURA_TEST_SILENT_URL"), true);
  return report();
}

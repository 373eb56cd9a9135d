/* pthread_cancel at random moments: the call goes on, and its thread ends after it. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>

#include "check.h"

enum { RUNS = 50 };

static const char *CHAT =
    "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";
static neura_client *client;
static atomic_int began, returned, right;

/* Calls until it is cancelled, which happens only between two of them. */
static void *keep_asking(void *which) {
  for (;;) {
    pthread_testcancel();
    neura_response *response = NULL;
    neura_stream *stream = NULL;
    neura_client *own = NULL;
    const neura_event *event;
    began++;
    if (*(int *)which % 3 == 0) {
      right += neura_chat(client, CHAT, NULL, &response, NULL) == NEURA_OK;
    } else if (*(int *)which % 3 == 1) {
      neura_chat_stream(client, CHAT, NULL, &stream, NULL);
      while (neura_stream_next(stream, &event, NULL) == NEURA_OK) continue;
      right += neura_stream_next(stream, &event, NULL) == NEURA_END;
    } else {
      neura_client_new(NULL, &own, NULL); /* Reads files and connects anew. */
      right += neura_models(own, NULL, &response, NULL) == NEURA_OK;
    }
    neura_response_free(response);
    neura_stream_free(stream);
    neura_client_free(own);
    returned++;
  }
  return NULL;
}

static int state(void) {
  int state;
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &state);
  pthread_setcancelstate(state, NULL);
  return state;
}

/* A callback runs with the cancellation held back, too. */
static const char *key(void *state_inside) {
  *(int *)state_inside = state();
  return given("NEURA_API_KEY");
}

static void states(void) {
  neura_options *options = neura_options_new();
  neura_client *asking;
  neura_response *response;
  int inside = -1;
  neura_options_set_api_key_callback(options, key, &inside);
  neura_client_new(options, &asking, NULL);
  neura_models(asking, NULL, &response, NULL);
  CHECK("inside a callback it is held back", inside == PTHREAD_CANCEL_DISABLE);
  CHECK("after the call it is as before", state() == PTHREAD_CANCEL_ENABLE);
  neura_response_free(response);
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  neura_models(asking, NULL, &response, NULL);
  CHECK("also where the program had held it back", state() == PTHREAD_CANCEL_DISABLE);
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  neura_response_free(response);
  neura_client_free(asking);
  neura_options_free(options);
}

/* A cancellation that was asked for before: every call holds it back. */
static void *with_a_pending_one(void *unused) {
  neura_queue *queue;
  neura_client *own;
  neura_stream *stream;
  neura_response *response;
  neura_completion *completion;
  neura_cancel_token *token = neura_cancel_new();
  char *report;
  pthread_cancel(pthread_self());
  neura_set_log_callback(NEURA_LOG_LEVEL_INFO, NULL, NULL);
  neura_client_new(NULL, &own, NULL);
  neura_chat_stream(own, CHAT, NULL, &stream, NULL);
  neura_models(own, NULL, &response, NULL);
  neura_diagnose(NULL, &report, NULL);
  neura_string_free(report);
  for (int round = 0; round < 3; round++) {
    neura_queue_new(&queue, NULL);
    if (round > 0) neura_submit_models(queue, own, NULL, NULL, NULL);
    if (round > 1) neura_submit_stream_next(queue, stream, NULL, NULL);
    if (round > 1) neura_queue_wait(queue, -1, NULL);
    if (round > 1) neura_queue_next(queue, &completion, NULL), neura_completion_free(completion);
    neura_queue_close(queue);
    neura_queue_free(queue);
  }
  neura_cancel(token);
  neura_cancel_free(token);
  neura_response_free(response);
  neura_stream_free(stream);
  neura_client_free(own);
  returned = -1;
  pthread_testcancel();
  return unused;
}

static void pending(void) {
  pthread_t thread;
  void *result;
  pthread_create(&thread, NULL, with_a_pending_one, NULL);
  pthread_join(thread, &result);
  CHECK("one that is pending waits for the end of every call",
        result == PTHREAD_CANCELED && returned == -1);
}

int main(void) {
  int ended = 0;
  neura_client_new(NULL, &client, NULL);
  srand(7);
  for (int run = 0; run < RUNS; run++) {
    pthread_t thread;
    void *result;
    int which = run;
    struct timespec moment = {0, rand() % 30000000L};
    pthread_create(&thread, NULL, keep_asking, &which);
    nanosleep(&moment, NULL);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    ended += result == PTHREAD_CANCELED;
  }
  CHECK("every thread ends", ended == RUNS);
  CHECK("none inside a call", began == returned && returned > 0);
  CHECK("and every call works", right == returned);
  neura_response *response;
  CHECK("the client goes on", neura_models(client, NULL, &response, NULL) == NEURA_OK);
  neura_response_free(response);
  states();
  pending();
  neura_client_free(client);
  return report();
}

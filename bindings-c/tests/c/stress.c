/* Threads that do everything at once with one client and one queue: calls, streams that are left in
 * the middle, calls that are cancelled from elsewhere, new keys, errors. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "queue.h"

enum { THREADS = 8, KINDS = 8 };

static neura_client *client;
static neura_queue *queue;
static int rounds;

struct worker {
  int number, right, submitted;
  neura_cancel_token *token;        /* of its call */
  const neura_cancel_token *others; /* that of its neighbour */
};

static bool kind_is(neura_status status, neura_error *error, int wanted) {
  bool holds = status == NEURA_ERROR && (int)neura_error_kind(error) == wanted;
  if (!holds && error != NULL) printf("  %s\n", neura_error_message(error));
  neura_error_free(error);
  return holds;
}

static bool chats(struct worker *worker) {
  char request[160], answer[64];
  neura_response *response;
  snprintf(request, sizeof request,
           "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"n%d.%d.\"}]}",
           worker->number, worker->right);
  snprintf(answer, sizeof answer, "You said: n%d.%d.", worker->number, worker->right);
  neura_chat(client, request, NULL, &response, NULL);
  bool holds = body_contains(response, answer);
  neura_response_free(response);
  return holds;
}

/* Reads one event, or all of them. */
static bool streams(bool whole) {
  neura_stream *stream;
  const neura_event *event;
  neura_status status = neura_chat_stream(client, ASK, NULL, &stream, NULL);
  if (status == NEURA_OK) status = neura_stream_next(stream, &event, NULL);
  while (whole && status == NEURA_OK) status = neura_stream_next(stream, &event, NULL);
  neura_stream_free(stream);
  return status == (whole ? NEURA_END : NEURA_OK);
}

static bool reads(void) {
  neura_body *body;
  char buffer[16];
  size_t length;
  neura_body_open(client, "GET", "/models", NULL, 0, NULL, &body, NULL);
  bool holds = neura_body_read(body, buffer, sizeof buffer, &length, NULL) == NEURA_OK && length > 0;
  neura_body_free(body);
  return holds;
}

/* The call ends as it should, or was cancelled by the neighbour. */
static bool is_cancelled_or_works(struct worker *worker) {
  neura_request_options *options = neura_request_options_new();
  neura_response *response;
  neura_error *error;
  neura_request_options_set_cancel(options, worker->token);
  neura_cancel(worker->others);
  neura_status status = neura_models(client, options, &response, &error);
  bool holds = status == NEURA_OK ? response != NULL : kind_is(status, error, NEURA_KIND_CANCELLED);
  neura_response_free(response);
  neura_request_options_free(options);
  return holds;
}

static bool fails(void) {
  neura_client *wrong;
  neura_options *options = neura_options_new();
  neura_response *response;
  neura_error *error;
  neura_options_set_api_key(options, "nk-wrong-key-0000000000");
  neura_client_new(options, &wrong, NULL);
  neura_options_free(options);
  neura_status status = neura_models(wrong, NULL, &response, &error);
  neura_client_free(wrong);
  return kind_is(status, error, NEURA_KIND_INVALID_API_KEY);
}

static bool changes_the_key(void) {
  char *json;
  bool holds = neura_client_set_api_key(client, given("NEURA_API_KEY"), NULL) == NEURA_OK &&
               neura_client_usage(client, &json, NULL) == NEURA_OK;
  if (holds) neura_string_free(json);
  return holds;
}

static bool submits(struct worker *worker) {
  worker->submitted++;
  return neura_submit_chat(queue, client, ASK, NULL, worker, NULL) == NEURA_OK;
}

static void *work(void *argument) {
  struct worker *worker = argument;
  for (int round = 0; round < rounds; round++) {
    switch ((round + worker->number) % KINDS) {
    case 0: worker->right += chats(worker); break;
    case 1: worker->right += streams(true); break;
    case 2: worker->right += streams(false); break;
    case 3: worker->right += reads(); break;
    case 4: worker->right += is_cancelled_or_works(worker); break;
    case 5: worker->right += fails(); break;
    case 6: worker->right += changes_the_key(); break;
    default: worker->right += submits(worker);
    }
  }
  return NULL;
}

int main(void) {
  struct worker workers[THREADS];
  pthread_t threads[THREADS];
  int right = 0, submitted = 0, answered = 0;
  rounds = getenv("NEURA_TEST_ROUNDS") != NULL ? atoi(getenv("NEURA_TEST_ROUNDS")) : 16;
  neura_client_new(NULL, &client, NULL);
  queue = new_queue();
  for (int i = 0; i < THREADS; i++)
    workers[i] = (struct worker){.number = i, .token = neura_cancel_new()};
  for (int i = 0; i < THREADS; i++) {
    workers[i].others = workers[(i + 1) % THREADS].token;
    pthread_create(&threads[i], NULL, work, &workers[i]);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    right += workers[i].right;
    submitted += workers[i].submitted;
  }
  CHECK("every call of every thread ends as it should", right == THREADS * rounds);
  for (int i = 0; i < submitted; i++) {
    neura_completion *completion = next_completion(queue);
    const struct worker *worker = neura_completion_user_data(completion);
    neura_response *response = neura_completion_response(completion);
    answered += worker != NULL && body_contains(response, "You said: Hello!");
    neura_response_free(response);
    neura_completion_free(completion);
  }
  CHECK("and every submitted one", submitted > 0 && answered == submitted);
  CHECK("none is left", neura_queue_pending(queue) == 0);
  neura_queue_free(queue);
  for (int i = 0; i < THREADS; i++) neura_cancel_free(workers[i].token);
  neura_client_free(client);
  return report();
}

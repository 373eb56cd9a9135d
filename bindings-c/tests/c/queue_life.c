/* Queues that end with calls in flight, wrong arguments, threads. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <time.h>

#include "queue.h"

enum { CALLS = 40, THREADS = 4, EACH = 50 };

static void wrong_arguments(const neura_client *client) {
  neura_queue *queue = new_queue();
  neura_completion *completion = (neura_completion *)&queue;
  neura_error *error;
  neura_status status = neura_queue_new(NULL, &error);
  CHECK_ERROR("a place for the queue is needed", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  status = neura_queue_next(NULL, &completion, &error);
  CHECK_ERROR("a queue to read from", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  CHECK("the completion is NULL then", completion == NULL);
  status = neura_queue_next(queue, NULL, &error);
  CHECK_ERROR("a place for the completion", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  status = neura_queue_wait(NULL, 0, &error);
  CHECK_ERROR("a queue to wait for", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  CHECK("getters of no queue", neura_queue_fd(NULL) == -1 && neura_queue_event(NULL) == NULL &&
                                   neura_queue_pending(NULL) == -1);
  neura_queue_close(NULL);
  neura_queue_free(NULL);

  int refused = 0;
  const neura_queue *queues[] = {NULL, queue};
  const neura_client *clients[] = {client, NULL};
  for (int i = 0; i < 2; i++) {
    const neura_queue *q = queues[i];
    const neura_client *c = clients[i];
    refused += neura_submit_request(q, c, "GET", "/models", NULL, 0, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_stream(q, c, "GET", "/models", NULL, 0, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_chat(q, c, ASK, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_chat_stream(q, c, ASK, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_models(q, c, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_model(q, c, "gpt-5", NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_embeddings(q, c, "{}", NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_check(q, c, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_stream_next(q, NULL, NULL, NULL) == NEURA_ERROR;
  }
  CHECK("every call needs a queue and a client or a stream", refused == 18);
  refused = 0;
  const char *wrong[] = {NULL, "\xff"};
  for (int i = 0; i < 2; i++) {
    const char *w = wrong[i];
    refused += neura_submit_request(queue, client, w, "/", NULL, 0, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_request(queue, client, "GET", w, NULL, 0, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_stream(queue, client, w, "/", NULL, 0, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_chat(queue, client, w, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_chat_stream(queue, client, w, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_model(queue, client, w, NULL, NULL, NULL) == NEURA_ERROR;
    refused += neura_submit_embeddings(queue, client, w, NULL, NULL, NULL) == NEURA_ERROR;
  }
  CHECK("texts are needed, and UTF-8", refused == 14);
  status = neura_submit_request(queue, client, "POST", "/", NULL, 3, NULL, NULL, &error);
  CHECK_ERROR("a body is needed for its length", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  status = neura_submit_request(queue, client, "POST", "/", "x", (size_t)-1, NULL, NULL, &error);
  CHECK_ERROR("a length has its limit", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  neura_request_options *options = neura_request_options_new();
  neura_request_options_set_header(options, NULL, "x");
  status = neura_submit_models(queue, client, options, NULL, &error);
  CHECK_ERROR("a setter's error is the call's", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  neura_request_options_free(options);
  CHECK("none of them began", neura_queue_pending(queue) == 0);
  neura_submit_chat(queue, client, "no JSON", NULL, NULL, NULL);
  CHECK("a text that is no JSON is the call's own error",
        next_kind(queue) == NEURA_KIND_INVALID_ARGUMENT);
  CHECK("getters of no completion",
        neura_completion_user_data(NULL) == NULL && neura_completion_status(NULL) == NEURA_ERROR &&
            neura_completion_response(NULL) == NULL && neura_completion_stream(NULL) == NULL &&
            neura_completion_event(NULL) == NULL && neura_completion_json(NULL) == NULL &&
            neura_completion_error(NULL) == NULL);
  neura_completion_free(NULL);
  neura_queue_free(queue);
}

/* Submits calls that no server answers, each with a body of its own. */
static void submit_all(const neura_queue *queue, const neura_client *stall, char *bodies[],
                       bool seen[]) {
  for (int i = 0; i < CALLS; i++) {
    bodies[i] = malloc(20000);
    memset(bodies[i], 'x', 20000);
    neura_submit_request(queue, stall, "POST", "/", bodies[i], 20000, NULL, &seen[i], NULL);
  }
}

static void ends(const neura_client *client) {
  neura_client *stall = client_at(given("NEURA_TEST_STALL_URL"));
  char *bodies[CALLS];
  bool seen[CALLS] = {false};
  neura_queue *queue = new_queue();
  submit_all(queue, stall, bodies, seen);
  neura_submit_models(queue, client, NULL, NULL, NULL);
  neura_queue_wait(queue, -1, NULL); /* a completion that is not read */
  long start = now_ms();
  neura_queue_free(queue);
  for (int i = 0; i < CALLS; i++) free(bodies[i]);
  CHECK("a queue is freed with calls in flight", now_ms() - start < at_most_ms(2000));

  queue = new_queue();
  submit_all(queue, stall, bodies, seen);
  start = now_ms();
  neura_queue_close(queue);
  neura_queue_close(queue);
  neura_error *error;
  neura_status status = neura_submit_models(queue, client, NULL, NULL, &error);
  CHECK_ERROR("a closed queue takes no call", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  int cancelled = 0, own = 0;
  while (neura_queue_pending(queue) > 0) {
    neura_completion *completion = next_completion(queue);
    bool *mine = neura_completion_user_data(completion);
    cancelled += neura_error_kind(neura_completion_error(completion)) == NEURA_KIND_CANCELLED;
    own += mine != NULL && !*mine;
    if (mine != NULL) *mine = true;
    free(bodies[mine - seen]);
    neura_completion_free(completion);
  }
  CHECK("each call of a closed queue gives its completion", cancelled == CALLS);
  CHECK("with its own user_data", own == CALLS);
  CHECK("soon", now_ms() - start < at_most_ms(2000));
  neura_queue_free(queue);

  queue = new_queue();
  neura_submit_chat_stream(queue, client, ASK, NULL, NULL, NULL);
  neura_stream *stream = next_stream(queue);
  neura_submit_models(queue, client, NULL, seen, NULL);
  neura_completion *completion = next_completion(queue);
  neura_queue_free(queue);
  const neura_event *event;
  CHECK("a stream outlives its queue", neura_stream_next(stream, &event, NULL) == NEURA_OK);
  neura_stream_free(stream);
  neura_response *response = neura_completion_response(completion);
  CHECK("so does a completion", neura_response_status(response) == 200);
  neura_response_free(response);
  neura_completion_free(completion);

  queue = new_queue();
  neura_submit_chat_stream(queue, client, ASK, NULL, NULL, NULL);
  neura_queue_wait(queue, -1, NULL);
  neura_queue_next(queue, &completion, NULL);
  neura_completion_free(completion); /* with the stream in it */
  neura_queue_free(queue);
  neura_client_free(stall);
}

struct shared {
  neura_queue *queue;
  const neura_client *client;
  int submitted[THREADS * EACH];
  int taken; /* of one reader */
};

static struct shared shared;

static void *submitter(void *at) {
  for (int i = 0; i < EACH; i++)
    neura_submit_models(shared.queue, shared.client, NULL, (int *)at + i, NULL);
  return NULL;
}

static void *reader(void *count) {
  while (neura_queue_pending(shared.queue) > 0) {
    neura_completion *completion;
    if (neura_queue_wait(shared.queue, 50, NULL) != NEURA_OK) continue;
    if (neura_queue_next(shared.queue, &completion, NULL) != NEURA_OK) continue;
    int *seen = neura_completion_user_data(completion);
    if (neura_completion_status(completion) == NEURA_OK) ++*seen;
    ++*(int *)count;
    neura_completion_free(completion);
  }
  return NULL;
}

static void threads(const neura_client *client) {
  pthread_t submitters[THREADS], readers[THREADS];
  int counts[THREADS] = {0};
  shared.queue = new_queue();
  shared.client = client;
  for (int i = 0; i < THREADS; i++)
    pthread_create(&submitters[i], NULL, submitter, &shared.submitted[i * EACH]);
  for (int i = 0; i < THREADS; i++) pthread_join(submitters[i], NULL);
  for (int i = 0; i < THREADS; i++) pthread_create(&readers[i], NULL, reader, &counts[i]);
  int total = 0;
  for (int i = 0; i < THREADS; i++) pthread_join(readers[i], NULL), total += counts[i];
  bool once = true;
  for (int i = 0; i < THREADS * EACH; i++) once = once && shared.submitted[i] == 1;
  CHECK("threads submit and read at once", total == THREADS * EACH);
  CHECK("and each completion is read once", once);
  neura_queue_free(shared.queue);
}

/* Reads completions until no more can come: returns how many, or -1 if that took too long. */
static void *reads_until_the_end(void *queue) {
  intptr_t count = 0;
  long end = now_ms() + at_most_ms(5000);
  while (neura_queue_wait(queue, end - now_ms(), NULL) == NEURA_OK) {
    neura_completion *completion;
    if (neura_queue_next(queue, &completion, NULL) == NEURA_OK) count++;
    neura_completion_free(completion);
  }
  return (void *)(now_ms() < end ? count : -1);
}

/* Whether threads that wait for a queue end when it is closed. */
static bool end_when_closed(const neura_client *stall, int calls) {
  pthread_t readers[THREADS];
  neura_queue *queue = new_queue();
  for (int i = 0; i < calls; i++)
    neura_submit_request(queue, stall, "GET", "/", NULL, 0, NULL, NULL, NULL);
  for (int i = 0; i < THREADS; i++) pthread_create(&readers[i], NULL, reads_until_the_end, queue);
  nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
  neura_queue_close(queue);
  intptr_t total = 0;
  bool ended = true;
  for (int i = 0; i < THREADS; i++) {
    void *count;
    pthread_join(readers[i], &count);
    ended = ended && (intptr_t)count >= 0;
    total += (intptr_t)count;
  }
  ended = ended && total == calls && !readable(queue, 0) &&
          neura_queue_wait(queue, 60000, NULL) == NEURA_END;
  neura_queue_free(queue);
  return ended;
}

static void waits(void) {
  neura_client *stall = client_at(given("NEURA_TEST_STALL_URL"));
  CHECK("threads that wait end when the queue is closed", end_when_closed(stall, 0));
  CHECK("and when the last completion is read", end_when_closed(stall, 3));
  neura_client_free(stall);
}

int main(void) {
  neura_client *client;
  neura_client_new(NULL, &client, NULL);
  wrong_arguments(client);
  ends(client);
  threads(client);
  waits();
  neura_client_free(client);
  return report();
}

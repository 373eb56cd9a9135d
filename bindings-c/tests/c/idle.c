/* What waits costs nothing: a call, a stream, and a stream that a queue reads. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "queue.h"

enum {
  FEW = 3,        /* switches in a second of waiting; in ticks of 50 ms it would be 20 */
  OPENING = 10,   /* those of a call on its way to its wait, at most */
  AT_ONCE_MS = 40 /* cancelling, on a busy machine */
};

static neura_cancel_token *token;

static void on_usr1(int number) {
  (void)number;
  neura_cancel(token);
}

struct call {
  neura_stream *stream; /* NULL for a request */
  neura_kind kind;
  long switches;
  long ended;
};

/* How often this thread, or the process, went to sleep by itself. */
static long switches(int of) {
  struct rusage usage;
  getrusage(of, &usage);
  return usage.ru_nvcsw;
}

static neura_request_options *with_token(void) {
  neura_request_options *options = neura_request_options_new();
  neura_request_options_set_cancel(options, token);
  return options;
}

static neura_stream *silent_stream(const neura_client *client) {
  neura_request_options *options = with_token();
  neura_stream *stream = NULL;
  const neura_event *event;
  neura_stream_open(client, "POST", "/x", "{}", 2, options, &stream, NULL);
  CHECK("the first event comes", neura_stream_next(stream, &event, NULL) == NEURA_OK);
  neura_request_options_free(options);
  return stream;
}

static void *wait_for_it(void *data) {
  struct call *call = data;
  neura_client *client = client_at(given("NEURA_TEST_STALL_URL"));
  neura_request_options *options = with_token();
  neura_response *response;
  const neura_event *event;
  neura_error *error = NULL;
  long before = switches(RUSAGE_THREAD);
  if (call->stream != NULL) neura_stream_next(call->stream, &event, &error);
  else neura_request(client, "GET", "/x", NULL, 0, options, &response, &error);
  call->ended = now_ms();
  call->switches = switches(RUSAGE_THREAD) - before;
  call->kind = neura_error_kind(error);
  neura_error_free(error);
  neura_request_options_free(options);
  neura_client_free(client);
  return NULL;
}

/* Runs the call on a thread that takes no signal, for a second, until a handler on this one cancels
 * it. */
static void asleep(struct call *call, long most) {
  pthread_t thread;
  sigset_t usr1;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &usr1, NULL);
  pthread_create(&thread, NULL, wait_for_it, call);
  pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
  usleep(1100000);
  long start = now_ms();
  raise(SIGUSR1);
  pthread_join(thread, NULL);
  CHECK("what waits sleeps", call->switches <= most);
  CHECK("a handler on another thread ends it",
        call->kind == NEURA_KIND_CANCELLED && call->ended - start < at_most_ms(AT_ONCE_MS));
}

static void a_call(void) {
  struct call call = {NULL, 0, 0, 0};
  token = neura_cancel_new();
  asleep(&call, OPENING);
  neura_cancel_free(token);
}

static void a_stream(void) {
  struct call call = {NULL, 0, 0, 0};
  neura_client *client = client_at(given("NEURA_TEST_SILENT_URL"));
  token = neura_cancel_new();
  call.stream = silent_stream(client);
  asleep(&call, FEW);
  neura_stream_free(call.stream);
  neura_cancel_free(token);
  neura_client_free(client);
}

static void a_queue(void) {
  neura_queue *queue = new_queue();
  neura_client *client = client_at(given("NEURA_TEST_SILENT_URL"));
  token = neura_cancel_new();
  neura_stream *stream = silent_stream(client);
  neura_submit_stream_next(queue, stream, NULL, NULL);
  usleep(300000);
  long before = switches(RUSAGE_SELF);
  usleep(1000000);
  /* That sleep is one. */
  CHECK("no thread of a queue wakes while nothing comes", switches(RUSAGE_SELF) - before <= 1 + FEW);
  long start = now_ms();
  raise(SIGUSR1);
  CHECK("a handler ends a read of a queue", next_kind(queue) == NEURA_KIND_CANCELLED);
  CHECK("at once", now_ms() - start < at_most_ms(AT_ONCE_MS));
  neura_stream_free(stream);
  neura_cancel_free(token);
  neura_client_free(client);
  neura_queue_free(queue);
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_usr1;
  sigaction(SIGUSR1, &action, NULL);
  a_call();
  a_stream();
  a_queue();
  return report();
}

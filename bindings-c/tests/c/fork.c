/* A fork with a warm pool and busy threads: parent and child both send requests and get their own
 * answers. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { THREADS = 4, CALLS_OF_A_CHILD = 3, HUNG = -1 };

/* The sandbox's client: its chat answers repeat the message. */
static neura_client *client;
/* The client of a server that records which process used which connection. */
static neura_client *counted;
static neura_stream *stream;

static atomic_bool stop;
static atomic_long right, wrong;

/* A client without retries and with a short timeout, in case another process took the answer.
 * NULL is the sandbox's URL. */
static neura_client *impatient(const char *url) {
  neura_options *options = neura_options_new();
  neura_client *made;
  if (url != NULL) neura_options_set_base_url(options, url);
  neura_options_set_max_retries(options, 0);
  neura_options_set_timeout_ms(options, at_most_ms(8000));
  neura_client_new(options, &made, NULL);
  neura_options_free(options);
  return made;
}

/* Whether the answer belongs to this question. */
static bool ask(const neura_client *asked, const char *marker) {
  char request[160], answer[64];
  neura_response *response;
  neura_error *error;
  snprintf(request, sizeof request,
           "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}",
           marker);
  snprintf(answer, sizeof answer, "You said: %s\"", marker);
  bool holds = neura_chat(asked, request, NULL, &response, &error) == NEURA_OK &&
               body_contains(response, answer);
  if (!holds) fprintf(stderr, "%s: %s\n", marker, error != NULL ? neura_error_message(error) : "?");
  neura_error_free(error);
  neura_response_free(response);
  return holds;
}

/* Sends this process's id to the recording server. */
static bool be_counted(void) {
  char body[32];
  neura_response *response;
  snprintf(body, sizeof body, "%ld", (long)getpid());
  neura_status status =
      neura_request(counted, "POST", "/x", body, strlen(body), NULL, &response, NULL);
  neura_response_free(response);
  return status == NEURA_OK;
}

static void *keep_asking(void *argument) {
  const int *number = argument;
  for (long call = 0; !stop && wrong == 0; call++) {
    char marker[32];
    snprintf(marker, sizeof marker, "t%d.%ld.", *number, call);
    if (ask(client, marker)) right++;
    else wrong++;
  }
  return NULL;
}

/* All that a child may do with inherited objects; 0 if all of it works. */
static int in_the_child(int number) {
  neura_client *own;
  neura_stream_free(stream);
  for (int call = 0; call < CALLS_OF_A_CHILD; call++) {
    char marker[32];
    snprintf(marker, sizeof marker, "c%d.%d.", number, call);
    if (!ask(client, marker)) return 10 + call;
  }
  if (!be_counted()) return 20;
  if (neura_client_new(NULL, &own, NULL) != NEURA_OK) return 30;
  bool asked = ask(own, "own.");
  neura_client_free(own);
  if (!asked) return 31;
  neura_client_free(counted);
  neura_client_free(client);
  return 0;
}

/* How a child ended; one that hangs is killed. */
static int end_of(pid_t child) {
  long end = now_ms() + at_most_ms(10000);
  struct timespec moment = {0, 5 * 1000000L};
  int status;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (now_ms() > end) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return HUNG;
    }
    nanosleep(&moment, NULL);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static void fork_again_and_again(int forks) {
  int whole = 0, answered = 0, events = 0, counts = 0;
  const neura_event *event;
  for (int number = 0; number < forks; number++) {
    fflush(stdout);
    pid_t child = fork();
    /* Not exit: exit handlers belong to the parent. */
    if (child == 0) _exit(in_the_child(number));
    char marker[32];
    snprintf(marker, sizeof marker, "p%d.", number);
    answered += ask(client, marker);
    counts += be_counted();
    int end = end_of(child);
    if (end != 0) printf("  child %d ended with %d\n", number, end);
    whole += end == 0;
    events += neura_stream_next(stream, &event, NULL) == NEURA_OK;
    /* One failure is enough. */
    if (end == HUNG || answered <= number || counts <= number || wrong > 0) break;
  }
  CHECK("every child gets its own answers and ends", whole == forks);
  CHECK("the parent gets its own meanwhile", answered == forks);
  CHECK("and goes on over its connections", counts == forks);
  CHECK("a stream that a child freed goes on in the parent", events == forks);
}

int main(void) {
  int numbers[THREADS];
  pthread_t threads[THREADS];
  alarm((unsigned)(at_most_ms(120000) / 1000)); /* Ends a parent that hangs. */
  client = impatient(NULL);
  counted = impatient(given("NEURA_TEST_PLAIN_URL"));
  neura_client *endless = impatient(given("NEURA_TEST_ENDLESS_URL"));
  CHECK("a stream is open", neura_chat_stream(endless, "{}", NULL, &stream, NULL) == NEURA_OK);
  CHECK("the pool is warm", ask(client, "warm.") && be_counted());
  for (int i = 0; i < THREADS; i++) {
    numbers[i] = i;
    pthread_create(&threads[i], NULL, keep_asking, &numbers[i]);
  }
  fork_again_and_again(getenv("NEURA_TEST_SLOW") != NULL ? 3 : 50);
  stop = true;
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  CHECK("threads of the parent get their own answers all the time", right > 0 && wrong == 0);
  CHECK("and the parent once more", ask(client, "end."));
  neura_stream_free(stream);
  neura_client_free(endless);
  neura_client_free(counted);
  neura_client_free(client);
  return report();
}

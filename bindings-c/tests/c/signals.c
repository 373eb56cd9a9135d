/* Signals: a cancel from a handler, interrupted waits, no SIGPIPE, and the environment. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <errno.h>
#include <sys/time.h>
#include <unistd.h>

#include "check.h"

static neura_cancel_token *token;
static volatile sig_atomic_t signals;

static void on_alarm(int number) {
  (void)number;
  signals++;
}

static volatile sig_atomic_t changed_errno;

static void on_usr1(int number) {
  (void)number;
  int before = errno;
  errno = 4711;
  neura_cancel(token);
  if (errno != 4711) changed_errno = 1;
  errno = before;
  signals++;
}

static void handle(int number, void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler; /* Without SA_RESTART: system calls return EINTR. */
  sigaction(number, &action, NULL);
}

static void every_us(long microseconds) {
  struct itimerval interval = {{0, microseconds}, {0, microseconds}};
  setitimer(ITIMER_REAL, &interval, NULL);
}

/* A handler on the thread of the call itself, which is interrupted in it. */
static void cancel_in_a_handler(void) {
  neura_client *client = client_at(given("NEURA_TEST_STALL_URL"));
  neura_request_options *options = neura_request_options_new();
  neura_response *response;
  neura_error *error;
  handle(SIGALRM, on_usr1);
  token = neura_cancel_new();
  neura_request_options_set_cancel(options, token);
  every_us(200000);
  long start = now_ms();
  neura_status status = neura_request(client, "GET", "/x", NULL, 0, options, &response, &error);
  every_us(0);
  CHECK_ERROR("a handler cancels the call that it interrupts", status, error,
              NEURA_KIND_CANCELLED, -1);
  CHECK("at once", signals > 0 && now_ms() - start < at_most_ms(450));
  CHECK("and leaves errno alone", !changed_errno);
  neura_cancel_free(token);
  neura_request_options_free(options);
  neura_client_free(client);
}

/* The handler interrupts the memory allocator thousands of times: a cancel that allocates or takes
 * a lock would hang. */
static void cancel_inside_malloc(void) {
  token = neura_cancel_new();
  signals = 0;
  every_us(50);
  void *kept[64] = {NULL};
  long end = now_ms() + 1000;
  for (unsigned i = 0; now_ms() < end; i++) {
    free(kept[i % 64]);
    kept[i % 64] = malloc(1 + i * 37 % 5000);
  }
  every_us(0);
  for (int i = 0; i < 64; i++) free(kept[i]);
  neura_cancel_free(token);
  CHECK("a cancel in a handler takes no lock", signals > 100);
}

static void interrupted(void) {
  neura_client *client = client_at(given("NEURA_BASE_URL"));
  neura_stream *stream;
  neura_response *response;
  const neura_event *event;
  const char *chat =
      "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";
  int calls = 0, works = 0, events = 0;
  long end = now_ms() + at_most_ms(10000);
  neura_status status;
  handle(SIGALRM, on_alarm);
  signals = 0;
  every_us(500);
  /* As many calls as it takes: fifty may be over before the timer has struck often. */
  for (; calls < 50 || (signals <= 20 && now_ms() < end); calls++) {
    works += neura_chat(client, chat, NULL, &response, NULL) == NEURA_OK &&
             body_contains(response, "You said: Hello!");
    neura_response_free(response);
  }
  CHECK("interruptions disturb no call", works == calls);
  CHECK("of which there were many", signals > 20);
  neura_chat_stream(client, chat, NULL, &stream, NULL);
  while ((status = neura_stream_next(stream, &event, NULL)) == NEURA_OK) events++;
  CHECK("and no stream", status == NEURA_END && events > 2);
  neura_stream_free(stream);
  neura_client_free(client);

  client = client_at(given("NEURA_TEST_STALL_URL"));
  neura_request_options *options = neura_request_options_new();
  neura_error *error;
  neura_request_options_set_timeout_ms(options, 300);
  long start = now_ms();
  status = neura_request(client, "GET", "/x", NULL, 0, options, &response, &error);
  every_us(0);
  CHECK_ERROR("nor a time limit", status, error, NEURA_KIND_TIMEOUT, -1);
  CHECK("which is kept", now_ms() - start >= 300 && now_ms() - start < at_most_ms(800));
  neura_request_options_free(options);
  neura_client_free(client);
}

/* The server closes while a large body is sent to it. */
static void no_sigpipe(void) {
  size_t size = 8 << 20;
  char *large = calloc(1, size);
  neura_response *response;
  neura_error *error;
  signal(SIGPIPE, SIG_DFL); /* One would end this program. */
  neura_client *client = client_at(given("NEURA_TEST_RESET_URL"));
  neura_status status =
      neura_request(client, "POST", "/x", large, size, NULL, &response, &error);
  CHECK_ERROR("a lost connection is an error and no signal", status, error,
              NEURA_KIND_CONNECTION, -1);
  neura_client_free(client);
  free(large);
}

/* The environment is read when a client is built. */
static void the_environment(void) {
  neura_client *client;
  neura_response *response;
  char *key = strdup(given("NEURA_API_KEY"));
  char *url = strdup(given("NEURA_BASE_URL"));
  neura_client_new(NULL, &client, NULL);
  setenv("NEURA_API_KEY", "nk-fake-0123456789abcdef", 1);
  setenv("NEURA_BASE_URL", "http://127.0.0.1:9/v1", 1);
  setenv("http_proxy", "http://127.0.0.1:9", 1);
  setenv("SSL_CERT_FILE", "/nowhere", 1);
  CHECK("a client keeps what it read", neura_models(client, NULL, &response, NULL) == NEURA_OK);
  neura_response_free(response);
  clearenv();
  CHECK("also without an environment", neura_models(client, NULL, &response, NULL) == NEURA_OK);
  neura_response_free(response);
  neura_client_free(client);
  free(key);
  free(url);
}

static void no_handlers(void) {
  const int all[] = {SIGINT, SIGTERM, SIGALRM, SIGCHLD, SIGPIPE, SIGSEGV, SIGBUS, SIGUSR1};
  bool untouched = true;
  struct sigaction before[8], after;
  for (int i = 0; i < 8; i++) sigaction(all[i], NULL, &before[i]);
  neura_client *client = client_at(given("NEURA_BASE_URL"));
  neura_response *response;
  neura_models(client, NULL, &response, NULL);
  for (int i = 0; i < 8; i++) {
    sigaction(all[i], NULL, &after);
    untouched = untouched && after.sa_handler == before[i].sa_handler;
  }
  CHECK("the library sets no handler", untouched);
  neura_response_free(response);
  neura_client_free(client);
}

int main(void) {
  no_handlers();
  cancel_in_a_handler();
  handle(SIGALRM, on_usr1);
  cancel_inside_malloc();
  interrupted();
  no_sigpipe();
  the_environment();
  return report();
}

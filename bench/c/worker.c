#include "worker.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define QUESTION                                                                                   \
  "{\"model\":\"gpt-5\",\"messages\":[{\"role\":\"system\",\"content\":\"You answer in one short " \
  "paragraph, in plain words.\"},{\"role\":\"user\",\"content\":\"Which animals of a forest sleep " \
  "through the winter, and which of them wake up now and then to eat from what they stored in the " \
  "autumn before?\"}]"

const char *const question = QUESTION "}";
const char *const streamed = QUESTION ",\"stream\":true}";
struct setting setting;

static const struct side *chosen;
static size_t expected;

void fail(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why == NULL ? "" : why);
  exit(1);
}

char *joined(const char *first, const char *second) {
  size_t length = strlen(first) + strlen(second) + 1;
  char *text = malloc(length);
  if (text == NULL) fail("malloc", "no memory");
  snprintf(text, length, "%s%s", first, second);
  return text;
}

size_t expect_size(void) { return setting.size; }
/* The last chunk has no words, and [DONE] is no event. */
size_t expect_events(void) { return setting.events; }
size_t expect_any(void) { return 0; }

static size_t number(const char *name) {
  const char *text = getenv(name);
  return text == NULL ? 0 : (size_t)strtoull(text, NULL, 10);
}

static long long nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void many(void *context, long calls) {
  for (long left = calls; left > 0; left--) {
    size_t found = chosen->call(context);
    if (found == 0 || (expected != 0 && found != expected))
      fail(chosen->function, "this side did not get the answer");
  }
}

/* A thread of its own for each context, which ends with the round. */
struct share {
  void *context;
  long calls;
  pthread_t thread;
};

static void *on_thread(void *share) {
  many(((struct share *)share)->context, ((struct share *)share)->calls);
  return NULL;
}

static void round_of(struct share *shares, int threads, long calls) {
  if (threads == 1) {
    many(shares[0].context, calls);
    return;
  }
  for (int at = 0; at < threads; at++) {
    shares[at].calls = calls / threads + (at < calls % threads);
    if (pthread_create(&shares[at].thread, NULL, on_thread, &shares[at]) != 0)
      fail("pthread_create", "no thread");
  }
  for (int at = 0; at < threads; at++) pthread_join(shares[at].thread, NULL);
}

int bench_main(int count, char **arguments, const struct side *sides) {
  if (count != 2) fail(arguments[0], "name the function");
  setting.base_url = getenv("BENCH_URL");
  setting.key = getenv("BENCH_KEY");
  if (setting.base_url == NULL || setting.key == NULL) fail("BENCH_URL and BENCH_KEY", "not set");
  setting.ca_file = getenv("BENCH_CA_FILE");
  if (setting.ca_file != NULL && setting.ca_file[0] == 0) setting.ca_file = NULL;
  setting.events = number("BENCH_EVENTS");
  setting.size = number("BENCH_SIZE");
  setting.threads = number("BENCH_THREADS") == 0 ? 1 : (int)number("BENCH_THREADS");
  for (chosen = sides; strcmp(chosen->function, arguments[1]) != 0; chosen++)
    if (chosen[1].function == NULL) fail(arguments[1], "no such function");

  struct share *shares = calloc((size_t)setting.threads, sizeof *shares);
  if (shares == NULL) fail("calloc", "no memory");
  for (int at = 0; at < setting.threads; at++) shares[at].context = chosen->open();
  expected = chosen->expected();
  if (expected == 0) expected = chosen->call(shares[0].context);

  puts("ready");
  fflush(stdout);
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    long long cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID), wall = nanoseconds(CLOCK_MONOTONIC);
    round_of(shares, setting.threads, strtol(line, NULL, 10));
    cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = nanoseconds(CLOCK_MONOTONIC) - wall;
    printf("%lld %lld\n", cpu, wall);
    fflush(stdout);
  }
  return 0;
}

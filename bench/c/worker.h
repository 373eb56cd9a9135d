/* What the C sides have in common: the setting, the rounds, and the clock. */
#ifndef NEURA_BENCH_WORKER_H
#define NEURA_BENCH_WORKER_H

#include <stddef.h>

/* About 300 bytes, as the other languages send them; and the same with "stream": true. */
extern const char *const question;
extern const char *const streamed;

struct setting {
  const char *base_url;
  const char *key;
  /* NULL without TLS. */
  const char *ca_file;
  size_t events;
  size_t size;
  int threads;
};

extern struct setting setting;

/* Does one call; returns what came: bytes of a body, or events. `context` is that of a thread. */
typedef size_t (*bench_call)(void *context);

struct side {
  const char *function;
  /* Makes the context of a thread. */
  void *(*open)(void);
  bench_call call;
  /* What every call must return; 0 for whatever the first one returns. */
  size_t (*expected)(void);
};

/* Runs the side that the program's argument names: prints "ready", and does the rounds. */
int bench_main(int count, char **arguments, const struct side *sides);

/* Ends the program with a message. */
_Noreturn void fail(const char *what, const char *why);

/* Text of the heap, which is never freed. */
char *joined(const char *first, const char *second);

size_t expect_size(void);
size_t expect_events(void);
size_t expect_any(void);

#endif

/* Memory that ends at any moment: each allocation of some calls fails once, then from each one on all
 * fail, and then the address space has a limit, as by `ulimit -v`. The calls then work or fail with an
 * error, or the process ends with SIGABRT, as the header says. They never hang or crash, and leave
 * nothing half done. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* --- the allocator, which replaces the C library's ----------------------------- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_long made;      /* how many allocations were made since `begin` */
static long first_that_fails; /* 0 for none */
static bool all_after_it;

static bool fails(void) {
  if (first_that_fails == 0) return false;
  long number = atomic_fetch_add(&made, 1) + 1;
  return number == first_that_fails || (all_after_it && number > first_that_fails);
}

static void *none(void) {
  errno = ENOMEM;
  return NULL;
}

void *malloc(size_t size) { return fails() ? none() : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails() ? none() : __libc_calloc(count, size); }
void *realloc(void *memory, size_t size) { return fails() ? none() : __libc_realloc(memory, size); }
void *aligned_alloc(size_t alignment, size_t size) {
  return fails() ? none() : __libc_memalign(alignment, size);
}
int posix_memalign(void **memory, size_t alignment, size_t size) {
  *memory = fails() ? NULL : __libc_memalign(alignment, size);
  return *memory == NULL ? ENOMEM : 0;
}

static void begin(long number, bool all) {
  atomic_store(&made, 0);
  all_after_it = all;
  first_that_fails = number;
}

static void end(void) { first_that_fails = 0; }

/* --- the work ------------------------------------------------------------------ */

#define CHAT "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}"

enum outcome { WORKED = 0, FAILED = 1, WRONG = 2, BROKEN_AFTER = 3 };

/* One call of a queue. */
static bool queued(neura_client *client, neura_status *status, neura_error **error) {
  neura_queue *queue;
  neura_completion *completion = NULL;
  neura_response *response = NULL;
  *status = neura_queue_new(&queue, error);
  bool whole = (*status == NEURA_OK) == (queue != NULL);
  if (*status == NEURA_OK) *status = neura_submit_chat(queue, client, CHAT, NULL, queue, error);
  if (*status == NEURA_OK) *status = neura_queue_wait(queue, 20000, error);
  if (*status == NEURA_OK) *status = neura_queue_next(queue, &completion, error);
  if (*status == NEURA_OK) {
    *status = neura_completion_status(completion);
    response = neura_completion_response(completion);
    whole = whole && neura_completion_user_data(completion) == queue &&
            (*status == NEURA_OK) == (response != NULL) &&
            (*status == NEURA_ERROR) == (neura_completion_error(completion) != NULL);
  }
  whole = whole && *status != NEURA_END; /* Every call gives its completion. */
  neura_response_free(response);
  neura_completion_free(completion);
  neura_queue_free(queue);
  return whole;
}

/* A client, a chat, a stream and a queue; whether each object is there exactly if there is no error. */
static enum outcome work(void) {
  neura_client *client;
  neura_response *response = NULL;
  neura_stream *stream = NULL;
  const neura_event *event = NULL;
  neura_error *error, *of_queue = NULL;
  bool whole = true, ended = false;
  neura_status status = neura_client_new(NULL, &client, &error);
  whole = whole && (status == NEURA_OK) == (client != NULL);
  if (status == NEURA_OK) {
    status = neura_chat(client, CHAT, NULL, &response, &error);
    whole = whole && (status == NEURA_OK) == (response != NULL) &&
            (response == NULL || body_contains(response, "You said: Hello!"));
  }
  if (status == NEURA_OK) {
    status = neura_chat_stream(client, CHAT, NULL, &stream, &error);
    whole = whole && (status == NEURA_OK) == (stream != NULL);
  }
  while (status == NEURA_OK) {
    status = neura_stream_next(stream, &event, &error);
    whole = whole && (status == NEURA_OK) == (event != NULL);
  }
  whole = whole && (status == NEURA_ERROR) == (error != NULL);
  if (status == NEURA_END) ended = queued(client, &status, &of_queue) && status == NEURA_OK;
  neura_error_free(of_queue);
  neura_error_free(error);
  neura_stream_free(stream);
  neura_response_free(response);
  neura_client_free(client);
  return !whole ? WRONG : ended ? WORKED : FAILED;
}

/* The work on a thread whose stack is there already: a stack that cannot grow is a crash. */
static void *limited_work(void *argument) {
  const rlim_t *left = argument;
  struct rlimit before, limit;
  FILE *status = fopen("/proc/self/status", "r");
  char line[256];
  long kib = 0;
  volatile char stack[128 << 10];
  for (size_t i = 0; i < sizeof stack; i += 1024) stack[i] = 0;
  while (status != NULL && fgets(line, sizeof line, status) != NULL)
    if (strncmp(line, "VmSize:", 7) == 0) kib = strtol(line + 7, NULL, 10);
  if (status != NULL) fclose(status);
  getrlimit(RLIMIT_AS, &before);
  limit = before;
  limit.rlim_cur = (rlim_t)kib * 1024 + *left;
  setrlimit(RLIMIT_AS, &limit);
  enum outcome outcome = work();
  setrlimit(RLIMIT_AS, &before);
  if (outcome != WRONG && work() != WORKED) outcome = BROKEN_AFTER;
  _exit(outcome);
}

static int limited_child(rlim_t left) {
  pid_t pid = fork();
  if (pid == 0) {
    pthread_t thread;
    alarm(30);
    pthread_create(&thread, NULL, limited_work, &left);
    pthread_join(thread, NULL);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* A child in which an allocation fails; its outcome, or the negative number of its signal. */
static int child(long number, bool all) {
  pid_t pid = fork();
  if (pid == 0) {
    alarm(30); /* A hang ends with SIGALRM. */
    begin(number, all);
    enum outcome outcome = work();
    end();
    if (outcome != WRONG && work() != WORKED) outcome = BROKEN_AFTER;
    _exit(outcome);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

struct counts {
  int worked, failed, aborted, other;
};

static void count(struct counts *counts, const char *what, long number, int ended) {
  if (ended == WORKED) counts->worked++;
  else if (ended == FAILED) counts->failed++;
  else if (ended == -SIGABRT) counts->aborted++;
  else {
    counts->other++;
    printf("  %s %ld: ended with %d\n", what, number, ended);
  }
}

static void show(const struct counts *counts) {
  printf("  %d worked, %d failed, %d aborted\n", counts->worked, counts->failed, counts->aborted);
}

/* Every `step`th allocation, to the last. */
static struct counts each(long last, long step, bool all) {
  struct counts counts = {0, 0, 0, 0};
  const char *what = all ? "no memory from allocation" : "no memory for allocation";
  for (long number = 1; number <= last; number += step)
    count(&counts, what, number, child(number, all));
  show(&counts);
  return counts;
}

/* From no memory at all to enough for everything. */
static struct counts limited(void) {
  struct counts counts = {0, 0, 0, 0};
  for (long kib = 0; kib <= 16 << 10; kib = kib == 0 ? 16 : kib * 2)
    count(&counts, "KiB of address space left:", kib, limited_child((rlim_t)kib << 10));
  show(&counts);
  return counts;
}

int main(void) {
  struct rlimit no_cores = {0, 0};
  setrlimit(RLIMIT_CORE, &no_cores);
  setenv("RUST_BACKTRACE", "0", 1); /* Finding the names of its frames takes most of the time. */
  begin(LONG_MAX, false);
  CHECK("with all its memory it works", work() == WORKED);
  long last = atomic_load(&made);
  end();
  printf("  %ld allocations\n", last);
  long step = getenv("NEURA_TEST_STEP") != NULL ? atol(getenv("NEURA_TEST_STEP")) : 1;
  struct counts once = each(last, step, false);
  CHECK("one allocation that fails", once.other == 0);
  CHECK("ends some calls and the process for others", once.aborted > 0);
  struct counts none = each(last, step, true);
  CHECK("no memory from there on", none.other == 0 && none.aborted > 0);
  struct counts few = limited();
  CHECK("a limit for the address space", few.other == 0 && few.worked > 0);
  return report();
}

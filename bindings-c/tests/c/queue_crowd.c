/* A thousand calls and a thousand streams at once, on one thread with epoll and with poll(2), and
 * the memory of 100,000 completions. */
#define _DEFAULT_SOURCE
#include "queue.h"
#include "slow_server.h"

static int crowd;

/* Waits with epoll, as an event loop does. */
static void epoll_once(const neura_queue *queue) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = NULL}};
  int poller = epoll_create1(0);
  epoll_ctl(poller, EPOLL_CTL_ADD, neura_queue_fd(queue), &event);
  epoll_wait(poller, &event, 1, 60000);
  close(poller);
}

static void poll_once(const neura_queue *queue) { readable(queue, 60000); }

/* Milliseconds for a crowd of calls; -1 if one fails. */
static long calls(const neura_queue *queue, const neura_client *client,
                  void (*wait)(const neura_queue *)) {
  long start = now_ms();
  int right = 0, seen = 0;
  for (int i = 0; i < crowd; i++) neura_submit_chat(queue, client, ASK, NULL, NULL, NULL);
  while (seen < crowd) {
    neura_completion *completion;
    while (neura_queue_next(queue, &completion, NULL) == NEURA_OK) {
      neura_response *response = neura_completion_response(completion);
      right += same_text(neura_response_text(response), "Hello");
      neura_response_free(response);
      neura_completion_free(completion);
      seen++;
    }
    if (seen < crowd) wait(queue);
  }
  return right == crowd ? now_ms() - start : -1;
}

/* A stream of the crowd; its address is the user_data of its calls. */
struct streamed {
  neura_stream *stream;
  int words;
};

/* Milliseconds for a crowd of streams that are read at the same time; -1 if one fails. */
static long streams(const neura_queue *queue, const neura_client *client) {
  long start = now_ms();
  struct streamed *all = calloc((size_t)crowd, sizeof *all);
  int ended = 0, failed = 0;
  for (int i = 0; i < crowd; i++)
    neura_submit_chat_stream(queue, client, ASK, NULL, &all[i], NULL);
  while (ended + failed < crowd) {
    neura_completion *completion;
    while (neura_queue_next(queue, &completion, NULL) == NEURA_OK) {
      struct streamed *one = neura_completion_user_data(completion);
      neura_stream *opened = neura_completion_stream(completion);
      const char *text = neura_event_text(neura_completion_event(completion));
      if (opened != NULL) one->stream = opened;
      if (text != NULL && *text == 'w') one->words++;
      switch (neura_completion_status(completion)) {
        case NEURA_OK: neura_submit_stream_next(queue, one->stream, one, NULL); break;
        case NEURA_END: ended += one->words == SLOW_CHUNKS; break;
        case NEURA_ERROR:
          printf("  %s\n", neura_error_message(neura_completion_error(completion)));
          failed++;
          break;
      }
      if (neura_completion_status(completion) != NEURA_OK) neura_stream_free(one->stream);
      neura_completion_free(completion);
    }
    if (ended + failed < crowd) poll_once(queue);
  }
  free(all);
  return ended == crowd ? now_ms() - start : -1;
}

/* The resident memory in KiB. */
static long resident(void) {
  long pages = 0, ignored;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%ld %ld", &ignored, &pages) != 2) pages = 0;
  if (file != NULL) fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Reads this number of events, and makes a call after every tenth. Returns whether all succeeded. */
static bool complete(const neura_queue *queue, const neura_client *client, neura_stream *stream,
                     int completions) {
  int right = 0;
  for (int i = 0; i < completions; i++) {
    if (i % 10 == 0) neura_submit_request(queue, client, "GET", "/fast", NULL, 0, NULL, NULL, NULL);
    else neura_submit_stream_next(queue, stream, NULL, NULL);
    neura_completion *completion = next_completion(queue);
    right += neura_completion_status(completion) == NEURA_OK;
    neura_completion_free(completion);
  }
  return right == completions;
}

int main(void) {
  bool slow = getenv("NEURA_TEST_SLOW") != NULL, counts = !slow; /* under valgrind */
#ifdef __SANITIZE_ADDRESS__
  counts = false; /* it keeps memory that was freed */
#endif
  char base_url[64];
  pid_t server = slow_start(base_url, sizeof base_url);
  neura_client *client = client_at(base_url);
  neura_queue *queue = new_queue();
  crowd = slow ? 50 : 1000;
  long first = calls(queue, client, poll_once), second = calls(queue, client, epoll_once);
  long third = streams(queue, client);
  fprintf(stderr, "%d calls: %ld ms with poll, %ld with epoll; streams: %ld ms\n", crowd, first,
          second, third);
  CHECK("a crowd of calls with poll", first >= SLOW_WAIT_MS && first < at_most_ms(3000));
  CHECK("a crowd of calls with epoll", second >= SLOW_WAIT_MS && second < at_most_ms(3000));
  CHECK("a crowd of streams", third >= SLOW_WAIT_MS && third < at_most_ms(3000));

  neura_stream *stream;
  neura_submit_stream(queue, client, "GET", "/flood", NULL, 0, NULL, NULL, NULL);
  stream = next_stream(queue);
  int many = slow ? 1000 : 100000;
  CHECK("some completions", complete(queue, client, stream, many / 10));
  long before = resident(), start = now_ms();
  CHECK("many completions", complete(queue, client, stream, many));
  fprintf(stderr, "%d completions: %ld ms, %ld KiB more\n", many, now_ms() - start,
          resident() - before);
  CHECK("need no more memory", !counts || resident() - before < 4096);
  neura_stream_free(stream);
  neura_queue_free(queue);
  neura_client_free(client);
  slow_stop(server);
  return report();
}

/* A fork with calls in flight: the queue stays the parent's, and the child may make its own. */
#define _POSIX_C_SOURCE 200809L
#include <sys/wait.h>
#include <unistd.h>

#include "queue.h"

enum { FORKS = 20 };

/* What a child does; 0 if all holds, else the number of the first that does not. */
static int child(neura_queue *queue, neura_client *client, neura_stream *stream) {
  neura_completion *completion = NULL;
  neura_error *error;
  alarm(60);
  if (neura_queue_next(queue, &completion, &error) != NEURA_ERROR || completion != NULL) return 1;
  if (neura_error_kind(error) != NEURA_KIND_INVALID_ARGUMENT) return 2;
  neura_error_free(error);
  if (neura_submit_models(queue, client, NULL, NULL, NULL) != NEURA_ERROR) return 3;
  if (neura_submit_stream_next(queue, stream, NULL, NULL) != NEURA_ERROR) return 4;
  if (neura_queue_wait(queue, -1, NULL) != NEURA_ERROR) return 5;
  if (neura_queue_pending(queue) != -1) return 6;
  neura_queue_close(queue);
  neura_queue_free(queue);
  neura_queue *own = new_queue();
  int kind = neura_submit_models(own, client, NULL, NULL, NULL) == NEURA_OK ? next_kind(own) : -1;
  if (kind != 0) return 7;
  neura_queue_free(own);
  return 0;
}

int main(void) {
  neura_client *client;
  neura_client_new(NULL, &client, NULL);
  neura_client *silent = client_at(given("NEURA_TEST_SILENT_URL"));
  neura_stream *stream;
  const neura_event *event;
  neura_stream_open(silent, "GET", "/events", NULL, 0, NULL, &stream, NULL);
  neura_stream_next(stream, &event, NULL);
  neura_queue *queue = new_queue();
  neura_submit_stream_next(queue, stream, NULL, NULL); /* waits all the time */
  int held = 0, answered = 0;
  for (int i = 0; i < FORKS; i++) {
    for (int call = 0; call < 8; call++) neura_submit_models(queue, client, NULL, NULL, NULL);
    pid_t forked = fork();
    if (forked == 0) _exit(child(queue, client, stream));
    int status = -1;
    waitpid(forked, &status, 0);
    if (status != 0) printf("  a child ended with status %#x\n", (unsigned)status);
    held += status == 0;
    for (int call = 0; call < 8; call++) answered += next_kind(queue) == 0;
  }
  CHECK("no child can use the queue, and each makes its own", held == FORKS);
  CHECK("the parent's calls all succeed", answered == FORKS * 8);
  CHECK("and its read still waits", neura_queue_pending(queue) == 1);
  neura_queue_free(queue);
  neura_stream_free(stream);
  neura_client_free(silent);
  neura_client_free(client);
  return report();
}

/* What the programs that use queues share. */
#ifndef QUEUE_H
#define QUEUE_H

#include <poll.h>

#include "check.h"

#define ASK "{\"model\":\"gpt-5\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}"

static inline neura_queue *new_queue(void) {
  neura_queue *queue;
  return neura_queue_new(&queue, NULL) == NEURA_OK ? queue : NULL;
}

/* Whether the descriptor is readable within some milliseconds. */
static inline bool readable(const neura_queue *queue, int milliseconds) {
  struct pollfd watched = {neura_queue_fd(queue), POLLIN, 0};
  return poll(&watched, 1, milliseconds) == 1 && (watched.revents & POLLIN) != 0;
}

/* The next completion, watched for with poll(2); NULL if none comes within 60 s. */
static inline neura_completion *next_completion(const neura_queue *queue) {
  long end = now_ms() + 60000;
  neura_completion *completion;
  for (;;) {
    neura_status status = neura_queue_next(queue, &completion, NULL);
    if (status == NEURA_OK) return completion;
    if (status == NEURA_ERROR || now_ms() >= end) return NULL;
    readable(queue, (int)(end - now_ms()));
  }
}

/* The error's kind of the next completion, which is freed; 0 if it succeeded. */
static inline int next_kind(const neura_queue *queue) {
  neura_completion *completion = next_completion(queue);
  int kind = neura_completion_status(completion) == NEURA_ERROR
                 ? (int)neura_error_kind(neura_completion_error(completion))
                 : 0;
  neura_completion_free(completion);
  return kind;
}

/* The stream of the next completion; NULL if the completion has no stream. */
static inline neura_stream *next_stream(const neura_queue *queue) {
  neura_completion *completion = next_completion(queue);
  neura_stream *stream = neura_completion_stream(completion);
  neura_completion_free(completion);
  return stream;
}

#endif

/* Streams an answer to the terminal on one thread that never blocks in the library. A loop with
 * other descriptors adds them to the poll(2). The key comes from NEURA_API_KEY. */
#include <poll.h>
#include <stdio.h>
#include "neura.h"

static int failed(const neura_error *error) {
  fprintf(stderr, "%s: %s\n", neura_kind_name(neura_error_kind(error)), neura_error_message(error));
  return 1;
}

/* Whether the loop goes on after this completion. */
static int goes_on(neura_queue *queue, neura_completion *done, neura_stream **stream, int *code) {
  switch (neura_completion_status(done)) {
    case NEURA_OK:
      if (*stream == NULL) *stream = neura_completion_stream(done); /* it is open */
      else fputs(neura_event_text(neura_completion_event(done)), stdout), fflush(stdout);
      return neura_submit_stream_next(queue, *stream, NULL, NULL) == NEURA_OK;
    case NEURA_END: putchar('\n'); return 0;
    default: *code = failed(neura_completion_error(done)); return 0;
  }
}

int main(void) {
  const char *request = "{\"model\":\"gpt-5\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";
  neura_client *client = NULL; neura_queue *queue = NULL; neura_stream *stream = NULL;
  neura_error *error = NULL; int code = 0;
  if (neura_client_new(NULL, &client, &error) != NEURA_OK || neura_queue_new(&queue, &error) != NEURA_OK ||
      neura_submit_chat_stream(queue, client, request, NULL, NULL, &error) != NEURA_OK) code = failed(error);
  struct pollfd watched = {neura_queue_fd(queue), POLLIN, 0};
  for (int on = code == 0; on && poll(&watched, 1, -1) >= 0;) {
    neura_completion *done;
    while (on && neura_queue_next(queue, &done, NULL) == NEURA_OK) {
      on = goes_on(queue, done, &stream, &code);
      neura_completion_free(done);
    }
  }
  neura_stream_free(stream); neura_queue_free(queue); neura_client_free(client); neura_error_free(error);
  return code;
}

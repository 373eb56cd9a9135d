/* Three chats at once in a libuv loop; prints each answer as it comes.
 *
 *     cc libuv.c $(pkg-config --cflags --libs libuv) -lneura -o chats */
#include <stdio.h>
#include <uv.h>
#include "neura.h"

static const char *const questions[] = {"Hello!", "How are you?", "Goodbye!"};
static int code;

static void report(const neura_error *error) {
  fprintf(stderr, "%s: %s\n", neura_kind_name(neura_error_kind(error)), neura_error_message(error));
  code = 1;
}

/* The queue's descriptor is readable. */
static void on_ready(uv_poll_t *watched, int status, int events) {
  neura_queue *queue = watched->data;
  neura_completion *done;
  (void)status, (void)events;
  while (neura_queue_next(queue, &done, NULL) == NEURA_OK) {
    const char *question = neura_completion_user_data(done);
    neura_response *reply = neura_completion_response(done);
    if (reply != NULL) printf("%s -> %s\n", question, neura_response_text(reply));
    else report(neura_completion_error(done));
    neura_response_free(reply); neura_completion_free(done);
  }
  if (neura_queue_pending(queue) == 0) uv_poll_stop(watched); /* nothing left: the loop ends */
}

int main(void) {
  neura_client *client = NULL; neura_queue *queue = NULL; neura_error *error = NULL;
  uv_poll_t watched;
  if (neura_client_new(NULL, &client, &error) != NEURA_OK || neura_queue_new(&queue, &error) != NEURA_OK) {
    report(error);
  } else {
    uv_poll_init(uv_default_loop(), &watched, neura_queue_fd(queue));
    watched.data = queue;
    for (int i = 0; i < 3; i++) {
      char request[200];
      snprintf(request, sizeof request,
               "{\"model\":\"gpt-5\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}", questions[i]);
      neura_submit_chat(queue, client, request, NULL, (void *)questions[i], NULL);
    }
    uv_poll_start(&watched, UV_READABLE, on_ready);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&watched, NULL);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_loop_close(uv_default_loop());
  }
  neura_queue_free(queue); neura_client_free(client); neura_error_free(error);
  return code;
}

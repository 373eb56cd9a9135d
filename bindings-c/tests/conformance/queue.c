/* The calls of a case through a queue, on threads of the library. */
#include <string.h>

#include "client.h"

static neura_queue *queue;

/* What the only submitted call came to; NULL if it failed, with the error in the result. */
static neura_completion *waited(neura_status status, neura_error *error) {
  neura_completion *completion;
  if (!succeeded(status, error)) return NULL;
  status = neura_queue_wait(queue, NEURA_NO_LIMIT, &error);
  if (!succeeded(status, error)) return NULL;
  status = neura_queue_next(queue, &completion, &error);
  if (!succeeded(status, error)) return NULL;
  if (neura_completion_user_data(completion) != &queue) failed("the completion of another call");
  status = neura_completion_status(completion);
  if ((status == NEURA_ERROR) != (neura_completion_error(completion) != NULL))
    failed("status %d", (int)status);
  if (status != NEURA_ERROR) return completion;
  found_error(neura_completion_error(completion));
  neura_completion_free(completion);
  return NULL;
}

/* Reads a stream to its end, and frees it. */
static void read_stream(neura_stream *stream) {
  bool is_over = false;
  while (!is_over) {
    neura_error *error;
    neura_status status = neura_submit_stream_next(queue, stream, &queue, &error);
    neura_completion *completion = waited(status, error);
    if (completion == NULL) break;
    is_over = neura_completion_status(completion) == NEURA_END;
    if (is_over) found_stream_end(stream);
    else found_stream_event(neura_completion_event(completion));
    neura_completion_free(completion);
  }
  neura_stream_free(stream);
}

static neura_status submit(const struct call *call, const neura_request_options *options,
                           neura_error **error) {
  const char *path = filled(call->path), *body = call->body;
  size_t length = body_length(call);
  if (strcmp(call->name, "request") == 0)
    return neura_submit_request(queue, client, call->method, path, body, length, options, &queue,
                                error);
  if (strcmp(call->name, "stream") == 0)
    return neura_submit_stream(queue, client, call->method, path, body, length, options, &queue,
                               error);
  if (strcmp(call->name, "chat_stream") == 0)
    return neura_submit_chat_stream(queue, client, body, options, &queue, error);
  if (strcmp(call->name, "chat") == 0)
    return neura_submit_chat(queue, client, body, options, &queue, error);
  if (strcmp(call->name, "models") == 0)
    return neura_submit_models(queue, client, options, &queue, error);
  if (strcmp(call->name, "model") == 0)
    return neura_submit_model(queue, client, strrchr(path, '/') + 1, options, &queue, error);
  if (strcmp(call->name, "embeddings") == 0)
    return neura_submit_embeddings(queue, client, body, options, &queue, error);
  failed("the call %s is unknown", call->name);
  return NEURA_ERROR;
}

static void make(const struct call *call, const neura_request_options *options) {
  neura_error *error = NULL;
  neura_status status = submit(call, options, &error);
  neura_completion *completion = waited(status, error);
  neura_stream *stream = neura_completion_stream(completion);
  neura_response *response = neura_completion_response(completion);
  neura_completion_free(completion);
  if (stream != NULL) read_stream(stream);
  if (response != NULL) found_response(response, strcmp(call->name, "request") == 0);
}

void make_call(const struct call *call) {
  neura_request_options *options;
  neura_error *error;
  neura_status status;
  if (made_local_call(call)) return;
  options = options_of(call);
  status = neura_queue_new(&queue, &error);
  if (succeeded(status, error)) make(call, options);
  neura_queue_free(queue);
  neura_request_options_free(options);
}

/* The calls of a case, which wait on the caller's thread. */
#include <string.h>

#include "client.h"

/* Reads a stream to its end, and frees it. */
static void read_stream(neura_stream *stream) {
  const neura_event *event;
  neura_error *error;
  neura_status status;
  while ((status = neura_stream_next(stream, &event, &error)) == NEURA_OK)
    found_stream_event(event);
  if (succeeded(status, error)) found_stream_end(stream);
  neura_stream_free(stream);
}

/* Calls that open a stream. Returns false for another call. */
static bool made_stream(const struct call *call, const neura_request_options *options) {
  neura_stream *stream;
  neura_error *error;
  neura_status status;
  if (strcmp(call->name, "chat_stream") == 0)
    status = neura_chat_stream(client, call->body, options, &stream, &error);
  else if (strcmp(call->name, "stream") == 0)
    status = neura_stream_open(client, call->method, filled(call->path), call->body,
                               body_length(call), options, &stream, &error);
  else
    return false;
  if (succeeded(status, error)) read_stream(stream);
  return true;
}

static void make_reply(const struct call *call, const neura_request_options *options) {
  neura_response *response;
  neura_error *error;
  neura_status status;
  bool checked = strcmp(call->name, "request") == 0;
  if (checked)
    status = neura_request(client, call->method, filled(call->path), call->body,
                           body_length(call), options, &response, &error);
  else if (strcmp(call->name, "chat") == 0)
    status = neura_chat(client, call->body, options, &response, &error);
  else if (strcmp(call->name, "models") == 0)
    status = neura_models(client, options, &response, &error);
  else if (strcmp(call->name, "model") == 0)
    status = neura_model(client, strrchr(call->path, '/') + 1, options, &response, &error);
  else if (strcmp(call->name, "embeddings") == 0)
    status = neura_embeddings(client, call->body, options, &response, &error);
  else {
    failed("the call %s is unknown", call->name);
    return;
  }
  if (succeeded(status, error)) found_response(response, checked);
}

void make_call(const struct call *call) {
  neura_request_options *options = options_of(call);
  if (!made_local_call(call) && !made_stream(call, options)) make_reply(call, options);
  neura_request_options_free(options);
}

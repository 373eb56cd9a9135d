/* Reads a stream to its end, for a profiler. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

int main(int argc, char **argv) {
  neura_client *client;
  neura_stream *stream = NULL;
  const neura_event *event;
  neura_status status;
  size_t length, bytes = 0;
  const char *path = argc > 2 ? argv[2] : "";
  const char *request = "{\"model\": \"gpt-5\", \"messages\": []}";
  neura_options *options = neura_options_new();
  neura_options_set_base_url(options, argc > 3 ? argv[3] : NULL);
  neura_client_new(options, &client, NULL);
  if (argc > 1 && strcmp(argv[1], "chat") == 0) {
    neura_chat_stream(client, request, NULL, &stream, NULL);
  } else {
    neura_stream_open(client, "GET", path, NULL, 0, NULL, &stream, NULL);
  }
  while ((status = neura_stream_next(stream, &event, NULL)) == NEURA_OK) {
    neura_event_data(event, &length);
    bytes += length;
  }
  neura_stream_free(stream);
  neura_client_free(client);
  neura_options_free(options);
  CHECK("the stream is whole", status == NEURA_END && bytes > 0);
  return report();
}

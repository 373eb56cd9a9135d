/* Streams: the values and the lifetime of an event, and every kind of end. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

static const char *CHAT = "{\"model\": \"gpt-5\", \"messages\": []}";

static neura_stream *open_at(const char *url) {
  neura_client *client = client_at(url);
  neura_stream *stream;
  neura_status status =
      neura_stream_open(client, "POST", "/chat/completions", CHAT, strlen(CHAT), NULL, &stream, NULL);
  CHECK("a stream opens", status == NEURA_OK);
  neura_client_free(client);
  return stream;
}

static neura_stream *chat_at(const char *url) {
  neura_client *client = client_at(url);
  neura_stream *stream;
  CHECK("a chat stream opens", neura_chat_stream(client, CHAT, NULL, &stream, NULL) == NEURA_OK);
  neura_client_free(client);
  return stream;
}

static void events_as_they_came(void) {
  neura_stream *stream = open_at(given("NEURA_TEST_EVENTS_URL"));
  const neura_event *event;
  neura_error *error;
  neura_status status = neura_stream_next(stream, &event, &error);
  CHECK("the stream outlives its client", status == NEURA_OK && error == NULL);
  CHECK_TEXT("a named event", neura_event_name(event), "greeting");
  CHECK_TEXT("its data", neura_event_data(event, NULL), "hello\nworld");
  CHECK("its length", data_length(event) == 11);
  CHECK_TEXT("its id", neura_event_id(event), "1");
  CHECK("it is no chunk of a chat", neura_event_text(event) == NULL);

  status = neura_stream_next(stream, &event, &error);
  CHECK_TEXT("an unnamed event is a message", neura_event_name(event), "message");
  CHECK("data with a NUL has its whole length", data_length(event) == 3);
  CHECK("and a NUL at its end", memcmp(neura_event_data(event, NULL), "a\0b", 4) == 0);
  CHECK_TEXT("the last id stays", neura_event_id(event), "1");

  /* The pointers are valid until the next call; valgrind checks it. */
  char kept[16];
  snprintf(kept, sizeof kept, "%s", neura_event_name(event));
  status = neura_stream_next(stream, &event, &error);
  CHECK("the end", status == NEURA_END && error == NULL);
  CHECK("leaves the event empty", event == NULL);
  CHECK("the end stays", neura_stream_next(stream, &event, &error) == NEURA_END);
  neura_stream_free(stream);
}

/* The first chunk, then the error, then the end. */
static void fails_after_a_chunk(const char *name, const char *url, int kind) {
  neura_stream *stream = chat_at(url);
  const neura_event *event;
  neura_error *error;
  neura_status status = neura_stream_next(stream, &event, &error);
  CHECK("the chunk before the failure comes",
        status == NEURA_OK && contains(neura_event_data(event, NULL), data_length(event), "Hel"));
  CHECK_TEXT("with its words", neura_event_text(event), "Hel");
  status = neura_stream_next(stream, &event, &error);
  CHECK("a failure leaves the event empty", event == NULL);
  CHECK("and a typed error", neura_error_kind(error) == kind);
  CHECK(name, status == NEURA_ERROR &&
                  strstr(neura_error_message(error), given("NEURA_API_KEY")) == NULL);
  neura_error_free(error);
  status = neura_stream_next(stream, &event, &error);
  CHECK("every later call fails in the same way",
        status == NEURA_ERROR && neura_error_kind(error) == kind && event == NULL);
  neura_error_free(error);
  neura_stream_free(stream);
}

static void refused(void) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_stream *stream = (neura_stream *)&client;
  neura_error *error;
  neura_options_set_api_key(options, "nk-fake-unknown-0123456789abcdef");
  neura_client_new(options, &client, NULL);
  neura_status status = neura_chat_stream(client, CHAT, NULL, &stream, &error);
  CHECK_ERROR("a wrong key is known when the stream opens", status, error,
              NEURA_KIND_INVALID_API_KEY, 401);
  CHECK("and there is no stream", stream == NULL);
  neura_client_free(client);
  neura_options_free(options);
}

static void stopped_early(void) {
  neura_stream *stream = chat_at(given("NEURA_TEST_ENDLESS_URL"));
  const neura_event *event;
  CHECK("an endless stream gives events", neura_stream_next(stream, &event, NULL) == NEURA_OK);
  long start = now_ms();
  neura_stream_free(stream);
  CHECK("and is closed at once", now_ms() - start < at_most_ms(500));
}

/* Reading on is an error, even where events had arrived: they would look like the whole. */
static void cancelled_before_its_end(const char *url, bool of_a_chat) {
  neura_client *client = client_at(url);
  neura_request_options *options = neura_request_options_new();
  neura_cancel_token *token = neura_cancel_new();
  neura_stream *stream = NULL;
  const neura_event *event;
  neura_error *error;
  neura_request_options_set_cancel(options, token);
  if (of_a_chat)
    neura_chat_stream(client, CHAT, options, &stream, NULL);
  else
    neura_stream_open(client, "POST", "/x", "{}", 2, options, &stream, NULL);
  CHECK("a stream gives an event", neura_stream_next(stream, &event, NULL) == NEURA_OK);
  neura_cancel(token);
  for (int again = 0; again < 2; again++) {
    neura_status status = neura_stream_next(stream, &event, &error);
    CHECK("after a cancel it gives none", event == NULL);
    CHECK_ERROR("but says why", status, error, NEURA_KIND_CANCELLED, -1);
  }
  neura_stream_free(stream);
  neura_cancel_free(token);
  neura_request_options_free(options);
  neura_client_free(client);
}

int main(void) {
  events_as_they_came();
  fails_after_a_chunk("a stream that is cut", given("NEURA_TEST_CUT_URL"),
                      NEURA_KIND_INCOMPLETE_STREAM);
  fails_after_a_chunk("an error inside the stream", given("NEURA_TEST_FAILING_URL"),
                      NEURA_KIND_SERVER);
  fails_after_a_chunk("a chunk that is not JSON", given("NEURA_TEST_BROKEN_URL"),
                      NEURA_KIND_DECODE);
  fails_after_a_chunk("an empty finish_reason is not an end (fault 68)",
                      given("NEURA_TEST_EMPTY_REASON_URL"), NEURA_KIND_INCOMPLETE_STREAM);
  fails_after_a_chunk("an error in a choice (fault 70)", given("NEURA_TEST_CHOICE_ERROR_URL"),
                      NEURA_KIND_SERVER);
  fails_after_a_chunk("a chunk that is null (fault 71)", given("NEURA_TEST_NULL_CHUNK_URL"),
                      NEURA_KIND_DECODE);
  refused();
  stopped_early();
  cancelled_before_its_end(given("NEURA_TEST_EVENTS_URL"), false);
  cancelled_before_its_end(given("NEURA_TEST_ENDLESS_URL"), false);
  cancelled_before_its_end(given("NEURA_TEST_ENDLESS_URL"), true);
  return report();
}

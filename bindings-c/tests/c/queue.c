/* Every call through a queue, with poll(2) on one thread. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>

#include "queue.h"

static int first, second;

/* The calls that give a reply, each by its own user_data. */
static void replies(const neura_queue *queue, const neura_client *client) {
  static const char *const has[] = {"\"object\"", "You said: Hello!", "\"gpt-5\"",
                                    "\"gpt-5\"", "\"embedding\""};
  neura_request_options *options = neura_request_options_new();
  neura_request_options_set_timeout_ms(options, 60000);
  neura_submit_request(queue, client, "get", "/models", NULL, 0, options, (void *)&has[0], NULL);
  neura_submit_chat(queue, client, ASK, options, (void *)&has[1], NULL);
  neura_submit_models(queue, client, NULL, (void *)&has[2], NULL);
  neura_submit_model(queue, client, "gpt-5", options, (void *)&has[3], NULL);
  neura_submit_embeddings(queue, client, "{\"model\":\"text-embedding-3-small\",\"input\":\"a\"}", NULL,
                          (void *)&has[4], NULL);
  neura_request_options_free(options);
  CHECK("five calls are pending", neura_queue_pending(queue) == 5);
  int right = 0;
  for (int i = 0; i < 5; i++) {
    neura_completion *completion = next_completion(queue);
    const char *const *wanted = neura_completion_user_data(completion);
    bool empty = neura_completion_event(completion) == NULL &&
                 neura_completion_json(completion) == NULL &&
                 neura_completion_error(completion) == NULL &&
                 neura_completion_stream(completion) == NULL;
    neura_response *response = neura_completion_response(completion);
    if (wanted != NULL && body_contains(response, *wanted) && empty &&
        neura_completion_status(completion) == NEURA_OK &&
        neura_completion_response(completion) == NULL)
      right++;
    neura_completion_free(completion);
    neura_response_free(response);
  }
  CHECK("each completion has the reply of its own call, once", right == 5);
  CHECK("and no call is pending", neura_queue_pending(queue) == 0);
}

static void check_and_errors(const neura_queue *queue, const neura_client *client) {
  neura_submit_check(queue, client, NULL, &first, NULL);
  neura_completion *completion = next_completion(queue);
  const char *json = neura_completion_json(completion);
  CHECK("a check gives JSON text", json != NULL && strstr(json, "\"ok\":true") != NULL);
  CHECK("and user_data", neura_completion_user_data(completion) == &first);
  neura_completion_free(completion);

  neura_submit_model(queue, client, "no-such-model", NULL, &second, NULL);
  completion = next_completion(queue);
  const neura_error *error = neura_completion_error(completion);
  CHECK("a failed call has an error", neura_completion_status(completion) == NEURA_ERROR);
  CHECK("of its kind", neura_error_kind(error) == NEURA_KIND_NOT_FOUND);
  CHECK("and no reply", neura_completion_response(completion) == NULL);
  CHECK("and user_data too", neura_completion_user_data(completion) == &second);
  neura_completion_free(completion);

  neura_client *refused = client_at(given("NEURA_TEST_REFUSED_URL"));
  neura_submit_models(queue, refused, NULL, NULL, NULL);
  neura_client_free(refused); /* while its call runs */
  CHECK("no connection is an error", next_kind(queue) == NEURA_KIND_CONNECTION);
}

static void streams(const neura_queue *queue, const neura_client *client) {
  char words[100] = "";
  neura_submit_chat_stream(queue, client, ASK, NULL, NULL, NULL);
  neura_stream *stream = next_stream(queue);
  CHECK("a chat stream opens", stream != NULL);
  neura_status status = NEURA_ERROR;
  neura_completion *completion;
  do {
    neura_submit_stream_next(queue, stream, stream, NULL);
    completion = next_completion(queue);
    status = neura_completion_status(completion);
    const char *text = neura_event_text(neura_completion_event(completion));
    if (text != NULL) strncat(words, text, sizeof words - strlen(words) - 1);
    neura_completion_free(completion);
  } while (status == NEURA_OK);
  CHECK("and is read to its end", status == NEURA_END);
  CHECK_TEXT("with all its words", words, "You said: Hello!");
  neura_submit_stream_next(queue, stream, stream, NULL);
  completion = next_completion(queue);
  CHECK("which stays", neura_completion_status(completion) == NEURA_END);
  CHECK("without an event", neura_completion_event(completion) == NULL);
  neura_completion_free(completion);
  neura_stream_free(stream);

  neura_client *events = client_at(given("NEURA_TEST_EVENTS_URL"));
  neura_submit_stream(queue, events, "GET", "/events", NULL, 0, NULL, NULL, NULL);
  stream = next_stream(queue);
  neura_submit_stream_next(queue, stream, NULL, NULL);
  neura_queue_wait(queue, 60000, NULL); /* The event is there, and its completion is not read. */
  neura_error *refusal = NULL, *again = NULL;
  const neura_event *early;
  CHECK("until a completion is read, its stream has no other event",
        neura_stream_next(stream, &early, &refusal) == NEURA_ERROR &&
            neura_submit_stream_next(queue, stream, NULL, &again) == NEURA_ERROR);
  CHECK("which the error says", neura_error_kind(again) == NEURA_KIND_INVALID_ARGUMENT &&
                                    strstr(neura_error_message(refusal), "completion") != NULL);
  neura_error_free(refusal);
  neura_error_free(again);
  completion = next_completion(queue);
  const neura_event *event = neura_completion_event(completion);
  const neura_event *blocking;
  CHECK("one stream may be read in both ways",
        neura_stream_next(stream, &blocking, NULL) == NEURA_OK);
  CHECK("the second event has a NUL in it", data_length(blocking) == 3);
  neura_stream_free(stream);
  CHECK_TEXT("a completion's event outlives its stream", neura_event_data(event, NULL),
             "hello\nworld");
  CHECK_TEXT("with its name", neura_event_name(event), "greeting");
  CHECK_TEXT("and id", neura_event_id(event), "1");
  neura_completion_free(completion);
  neura_client_free(events);

  neura_client *cut = client_at(given("NEURA_TEST_CUT_URL"));
  neura_submit_chat_stream(queue, cut, ASK, NULL, NULL, NULL);
  stream = next_stream(queue);
  for (int i = 0; i < 3; i++) neura_submit_stream_next(queue, stream, NULL, NULL), status = next_kind(queue);
  CHECK("the error of a stream stays", (int)status == NEURA_KIND_INCOMPLETE_STREAM);
  neura_stream_free(stream);
  neura_client_free(cut);
}

/* Reads that wait. */
static void waiting_reads(const neura_queue *queue) {
  neura_client *silent = client_at(given("NEURA_TEST_SILENT_URL"));
  neura_stream *stream;
  neura_error *error;
  const neura_event *event;
  neura_stream_open(silent, "GET", "/events", NULL, 0, NULL, &stream, NULL);
  neura_stream_next(stream, &event, NULL);
  CHECK("a stream that was opened otherwise is read too",
        neura_submit_stream_next(queue, stream, NULL, NULL) == NEURA_OK);
  neura_status status = neura_submit_stream_next(queue, stream, NULL, &error);
  CHECK_ERROR("a second read is refused", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  status = neura_stream_next(stream, &event, &error);
  CHECK_ERROR("also a blocking one", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  long start = now_ms();
  neura_stream_free(stream);
  CHECK("freeing the stream ends the read", next_kind(queue) == NEURA_KIND_CANCELLED);
  CHECK("soon", now_ms() - start < at_most_ms(1000));
  CHECK("only one read was submitted", neura_queue_pending(queue) == 0);

  neura_cancel_token *token = neura_cancel_new();
  neura_request_options *options = neura_request_options_new();
  neura_request_options_set_cancel(options, token);
  neura_stream *other;
  neura_stream_open(silent, "GET", "/events", NULL, 0, options, &stream, NULL);
  neura_stream_open(silent, "GET", "/events", NULL, 0, options, &other, NULL);
  neura_stream_free(other);
  CHECK("freeing one stream leaves its token's others",
        neura_stream_next(stream, &event, NULL) == NEURA_OK);
  neura_submit_stream_next(queue, stream, NULL, NULL);
  neura_cancel(token);
  CHECK("a token ends a read", next_kind(queue) == NEURA_KIND_CANCELLED);
  neura_stream_free(stream);

  neura_client *stall = client_at(given("NEURA_TEST_STALL_URL"));
  neura_submit_models(queue, stall, options, NULL, NULL);
  CHECK("a token that is cancelled ends a call before it begins",
        next_kind(queue) == NEURA_KIND_CANCELLED);
  neura_cancel_free(token);
  token = neura_cancel_new();
  neura_request_options_set_cancel(options, token);
  neura_submit_models(queue, stall, options, NULL, NULL);
  neura_submit_chat(queue, stall, ASK, options, NULL, NULL);
  neura_completion *none;
  neura_queue_next(queue, &none, NULL);
  CHECK("a call that waits is not ready", none == NULL && !readable(queue, 50));
  start = now_ms();
  neura_cancel(token);
  CHECK("a token ends calls", next_kind(queue) == NEURA_KIND_CANCELLED &&
                                  next_kind(queue) == NEURA_KIND_CANCELLED);
  CHECK("within 100 ms, or a little more here", now_ms() - start < at_most_ms(1000));
  neura_request_options_set_timeout_ms(options, 100);
  neura_cancel_free(token);
  token = neura_cancel_new();
  neura_request_options_set_cancel(options, token);
  neura_submit_models(queue, stall, options, NULL, NULL);
  CHECK("a timeout ends a call", next_kind(queue) == NEURA_KIND_TIMEOUT);
  neura_cancel_free(token);
  neura_request_options_free(options);
  neura_client_free(stall);
  neura_client_free(silent);
}

static void level(const neura_client *client) {
  neura_queue *queue = new_queue();
  neura_completion *completion;
  CHECK("the descriptor is not inherited",
        (fcntl(neura_queue_fd(queue), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK("nothing is ready", neura_queue_next(queue, &completion, NULL) == NEURA_END);
  CHECK("and there is no completion", completion == NULL);
  CHECK("a wait ends without one", neura_queue_wait(queue, 20, NULL) == NEURA_END);
  CHECK("a wait of no time too", neura_queue_wait(queue, 0, NULL) == NEURA_END);
  CHECK("the descriptor is not readable", !readable(queue, 0));
  for (int i = 0; i < 3; i++) neura_submit_models(queue, client, NULL, NULL, NULL);
  CHECK("a wait without limit ends with a completion",
        neura_queue_wait(queue, -1, NULL) == NEURA_OK);
  bool always = true;
  for (int i = 0; i < 3; i++) {
    always = always && readable(queue, 60000) && readable(queue, 0);
    neura_completion_free(next_completion(queue));
  }
  CHECK("it is readable as long as a completion is ready", always);
  neura_queue_next(queue, &completion, NULL);
  CHECK("and then no more", !readable(queue, 0));
  neura_queue_free(queue);
}

int main(void) {
  neura_client *client;
  neura_client_new(NULL, &client, NULL);
  neura_queue *queue = new_queue();
  CHECK("a queue is made", queue != NULL && neura_queue_event(queue) == NULL);
  replies(queue, client);
  check_and_errors(queue, client);
  streams(queue, client);
  waiting_reads(queue);
  level(client);
  neura_queue_free(queue);
  neura_client_free(client);
  return report();
}

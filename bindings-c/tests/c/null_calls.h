/* What the generated program of tests/abi/null_calls.rs is made of: good arguments, and the checks of
 * what a call did. */
#ifndef NULL_CALLS_H
#define NULL_CALLS_H

#define _POSIX_C_SOURCE 200809L
#include "check.h"

#define MESSAGES "\"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}"
#define CHAT "{\"model\": \"gpt-5\", " MESSAGES
#define STREAMED_CHAT "{\"model\": \"gpt-5\", \"stream\": true, " MESSAGES
#define WITH_NUL "{\"model\": \"gpt-5\",\0\"stream\": true, " MESSAGES
#define EMBEDDINGS "{\"model\": \"text-embedding-3-small\", \"input\": \"Hello!\"}"
#define BROKEN "nk-fake-\xff-0123456789"
#define NO_ERROR ((neura_error **)NULL)

static char junk, room[1 << 16];
/* What an out-pointer has before a call. */
#define JUNK ((void *)&junk)

enum expect { TAKEN, REFUSED, EITHER };
enum ended { TOOK, ENDED, FAILED };

/* A call with arguments of which some are not the good ones. Arguments count from 0. */
struct variant {
  bool (*call)(const struct variant *variant);
  const char *what;
  unsigned nulls; /* a bit for each that is NULL */
  int broken;     /* the text that is not UTF-8, or the body with a NUL inside; or -1 */
  int odd;        /* the integer that is `number`, or -1 */
  int64_t number;
  enum expect expect;
  const char *named; /* what an error's message must name */
};

static inline bool is_null(const struct variant *v, int argument) { return v->nulls >> argument & 1; }
static inline bool is_broken(const struct variant *v, int argument) { return v->broken == argument; }
static inline bool is_odd(const struct variant *v, int argument) { return v->odd == argument; }
static inline bool is_good(const struct variant *v) {
  return v->nulls == 0 && v->broken < 0 && v->odd < 0;
}

/* --- callbacks ------------------------------------------------------------- */

static inline const char *give_key(void *user_data) {
  (void)user_data;
  return getenv("NEURA_API_KEY");
}

static inline void see_attempt(void *user_data, const neura_attempt *attempt) {
  (void)user_data, (void)attempt;
}

static inline void see_line(void *user_data, const char *line) { (void)user_data, (void)line; }

static inline int32_t give_body(void *user_data, void *bytes, size_t size, size_t *length) {
  (void)user_data, (void)bytes, (void)size, (void)length;
  return NEURA_END;
}

static inline int32_t rewind_body(void *user_data) {
  (void)user_data;
  return NEURA_OK;
}

/* --- good arguments --------------------------------------------------------- */

/* Objects that no call changes. */
static struct {
  neura_options *options;
  neura_client *client;
  neura_request_options *request_options;
  neura_response *response;
  neura_stream *stream;
  const neura_event *event; /* of that stream */
  neura_error *error;
  neura_completion *completion;
  neura_cancel_token *token;
  const neura_attempt *attempt;
} shared;

static inline neura_options *new_options(void) {
  neura_options *options = neura_options_new();
  neura_options_set_max_retries(options, 0);
  return options;
}

static inline neura_client *new_client(void) {
  neura_client *client;
  neura_client_new(shared.options, &client, NULL);
  return client;
}

static inline neura_response *new_response(void) {
  neura_response *response;
  neura_models(shared.client, NULL, &response, NULL);
  return response;
}

static inline neura_body *new_body(void) {
  neura_body *body;
  neura_body_open(shared.client, "GET", "/models", NULL, 0, NULL, &body, NULL);
  return body;
}

static inline neura_stream *new_stream(void) {
  neura_stream *stream;
  neura_chat_stream(shared.client, CHAT, NULL, &stream, NULL);
  return stream;
}

static inline neura_error *new_error(void) {
  neura_error *error;
  neura_response *response;
  neura_request(NULL, "GET", "/models", NULL, 0, NULL, &response, &error);
  return error;
}

static inline char *new_text(void) {
  char *text;
  neura_auth_header(shared.client, &text, NULL);
  return text;
}

/* A queue with a completion that is ready, so that no wait is long. */
static inline neura_queue *new_queue(void) {
  neura_queue *queue;
  neura_queue_new(&queue, NULL);
  neura_submit_models(queue, shared.client, NULL, NULL, NULL);
  neura_queue_wait(queue, 60000, NULL);
  return queue;
}

static inline neura_completion *new_completion(void) {
  neura_queue *queue = new_queue();
  neura_completion *completion;
  neura_queue_next(queue, &completion, NULL);
  neura_queue_free(queue);
  return completion;
}

/* Objects for one call. */
static struct {
  neura_options *options;
  neura_request_options *request_options;
  neura_body *body;
  neura_stream *stream;
  neura_completion *completion;
  neura_queue *queue;
} fresh;

static inline neura_options *fresh_options(void) { return fresh.options = new_options(); }
static inline neura_request_options *fresh_request_options(void) {
  return fresh.request_options = neura_request_options_new();
}
static inline neura_body *fresh_body(void) { return fresh.body = new_body(); }
static inline neura_stream *fresh_stream(void) { return fresh.stream = new_stream(); }
static inline neura_completion *fresh_completion(void) { return fresh.completion = new_completion(); }
static inline neura_queue *fresh_queue(void) { return fresh.queue = new_queue(); }

static inline void free_fresh(void) {
  neura_stream_free(fresh.stream);
  neura_completion_free(fresh.completion);
  neura_queue_free(fresh.queue);
  neura_body_free(fresh.body);
  neura_request_options_free(fresh.request_options);
  neura_options_free(fresh.options);
  memset(&fresh, 0, sizeof fresh);
}

/* --- checks ----------------------------------------------------------------- */

static inline enum ended ended_with(neura_status status) {
  return status == NEURA_OK ? TOOK : status == NEURA_END ? ENDED : FAILED;
}

/* Whether an error is an invalid argument, or another, as the variant wants. NULL is no error. */
static inline bool error_holds(const struct variant *v, const neura_error *error,
                               const char *named) {
  const char *message = neura_error_message(error);
  bool invalid = neura_error_kind(error) == NEURA_KIND_INVALID_ARGUMENT;
  bool holds = error == NULL || (message != NULL && *message != '\0' &&
                                 strstr(message, given("NEURA_API_KEY")) == NULL);
  if (v->expect == REFUSED) holds = holds && invalid && strstr(message, named) != NULL;
  if (v->expect == TAKEN) holds = holds && !invalid;
  if (is_good(v) && v->expect == TAKEN) holds = holds && error == NULL;
  if (!holds) printf("[%s] ", message != NULL ? message : "no error");
  return holds;
}

/* Whether a call that can fail did what the variant wants; frees its error. */
static inline bool status_holds(const struct variant *v, neura_status status, neura_error **error) {
  bool failed = status == NEURA_ERROR;
  bool holds = failed || status == NEURA_OK || status == NEURA_END;
  if (v->expect == REFUSED) holds = holds && failed;
  if (is_good(v) && v->expect == TAKEN) holds = holds && !failed;
  if (error == NULL) return holds;
  if (*error == JUNK) return false; /* It is written also on success. */
  holds = error_holds(v, *error, v->named) && holds && failed == (*error != NULL);
  neura_error_free(*error);
  return holds;
}

/* Whether a function that cannot fail returned the value of an absent object where it must. */
static inline bool value_holds(const struct variant *v, enum ended ended) {
  if (v->expect == REFUSED) return ended == FAILED;
  return v->expect == EITHER || v->nulls == 0 || ended == TOOK;
}

/* Whether an out-pointer was written on success, and is empty otherwise. */
static inline bool written(const struct variant *v, enum ended ended, bool empty, bool untouched) {
  bool holds = ended == TOOK ? !untouched : empty;
  if (!holds) printf("[an out-pointer of %s] ", v->what);
  return holds;
}

/* Whether a client of these options fails as the variant wants, and names the setter. */
static inline bool options_say(const struct variant *v, const char *setter,
                               const neura_options *options) {
  neura_client *client;
  neura_error *error;
  if (options == NULL) return true;
  neura_client_new(options, &client, &error);
  bool holds = error_holds(is_good(v) ? &(struct variant){.broken = 0, .expect = TAKEN} : v, error,
                           setter);
  neura_error_free(error);
  neura_client_free(client);
  return holds;
}

/* The same for a request. */
static inline bool request_options_say(const struct variant *v, const char *setter,
                                       const neura_request_options *options) {
  neura_response *response;
  neura_error *error;
  if (options == NULL) return true;
  neura_request(shared.client, "GET", "/models", NULL, 0, options, &response, &error);
  bool holds = error_holds(is_good(v) ? &(struct variant){.broken = 0, .expect = TAKEN} : v, error,
                           setter);
  neura_error_free(error);
  neura_response_free(response);
  return holds;
}

/* --- the run ---------------------------------------------------------------- */

struct run {
  const struct variant *variants;
  size_t count;
};

/* An attempt exists only while a callback runs: the calls are made in one. */
static inline void run_with(void *user_data, const neura_attempt *attempt) {
  const struct run *run = user_data;
  shared.attempt = attempt;
  for (size_t i = 0; i < run->count; i++) {
    const struct variant *v = &run->variants[i];
    printf("%s: ", v->what);
    fflush(stdout); /* A crash is found by its last line. */
    bool holds = v->call(v);
    checks_run++;
    checks_failed += !holds;
    puts(holds ? "ok" : "FAILED");
    neura_set_log_callback(0, NULL, NULL);
    free_fresh();
  }
}

static inline int run_all(const struct variant *variants, size_t count) {
  struct run run = {variants, count};
  neura_options *observed = new_options();
  neura_client *client;
  neura_response *response;
  memset(room, 'x', sizeof room);
  shared.options = new_options();
  shared.client = new_client();
  shared.request_options = neura_request_options_new();
  shared.response = new_response();
  shared.stream = new_stream();
  neura_stream_next(shared.stream, &shared.event, NULL);
  shared.error = new_error();
  shared.completion = new_completion();
  shared.token = neura_cancel_new();

  neura_options_set_attempt_callback(observed, run_with, &run);
  neura_client_new(observed, &client, NULL);
  neura_models(client, NULL, &response, NULL);

  neura_response_free(response);
  neura_client_free(client);
  neura_options_free(observed);
  neura_cancel_free(shared.token);
  neura_completion_free(shared.completion);
  neura_error_free(shared.error);
  neura_stream_free(shared.stream);
  neura_response_free(shared.response);
  neura_request_options_free(shared.request_options);
  neura_client_free(shared.client);
  neura_options_free(shared.options);
  return report();
}

#endif

/* What a reply, a stream and an error say beside their body: all headers, rate limits, and the
 * query of the request. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

static const char *CHAT = "{\"model\": \"gpt-5\", \"messages\": []}";

/* What all objects with a head have, so that one test holds for each. */
struct head {
  const void *object;
  int32_t (*status)(const void *);
  int32_t (*count)(const void *);
  bool (*at)(const void *, size_t, const char **, const char **);
  const char *(*header)(const void *, const char *);
  const char *(*id)(const void *);
  int32_t (*attempts)(const void *);
  int64_t (*rate)(const void *, int32_t);
};

#define HEAD_OF(type)                                                                           \
  static int32_t type##_status(const void *it) { return neura_##type##_status(it); }            \
  static int32_t type##_count(const void *it) { return neura_##type##_header_count(it); }       \
  static bool type##_at(const void *it, size_t at, const char **name, const char **value) {     \
    return neura_##type##_header_at(it, at, name, value);                                       \
  }                                                                                             \
  static const char *type##_header(const void *it, const char *name) {                          \
    return neura_##type##_header(it, name);                                                     \
  }                                                                                             \
  static const char *type##_id(const void *it) { return neura_##type##_request_id(it); }        \
  static int32_t type##_attempts(const void *it) { return neura_##type##_attempts(it); }        \
  static int64_t type##_rate(const void *it, int32_t value) {                                   \
    return neura_##type##_rate_limit(it, value);                                                \
  }                                                                                             \
  static struct head head_of_##type(const neura_##type *it) {                                   \
    struct head head = {it,          type##_status, type##_count,    type##_at,                 \
                        type##_header, type##_id,   type##_attempts, type##_rate};              \
    return head;                                                                                \
  }

HEAD_OF(response)
HEAD_OF(stream)
HEAD_OF(body)

static void holds_its_head(struct head head) {
  const void *it = head.object;
  const char *name, *value = NULL;
  int cookies = 0;
  bool lower = true;
  CHECK("a status", head.status(it) == 200);
  for (size_t i = 0; head.at(it, i, &name, &value); i++) {
    for (const char *c = name; *c != '\0'; c++) lower = lower && (*c < 'A' || *c > 'Z');
    if (strcmp(name, "set-cookie") == 0)
      CHECK_TEXT("repeated headers come in order", value, cookies++ == 0 ? "a=1" : "b=2");
  }
  CHECK("each of them, by a name in lower case", cookies == 2 && lower);
  CHECK("an index after the last gives NULL", name == NULL && value == NULL);
  int count = head.count(it);
  CHECK("the count is theirs", count > 8 && head.at(it, (size_t)count - 1, NULL, NULL) &&
                                   !head.at(it, (size_t)count, NULL, NULL));
  CHECK("an index that was negative", !head.at(it, (size_t)-1, &name, &value) && name == NULL);
  CHECK_TEXT("by name it is the first", head.header(it, "Set-Cookie"), "a=1");
  CHECK("a name that is absent",
        head.header(it, "x-none") == NULL && head.header(it, NULL) == NULL);
  CHECK_TEXT("a request id", head.id(it), "req_fake_8");
  CHECK("one attempt", head.attempts(it) == 1);
  CHECK("requests", head.rate(it, NEURA_RATE_LIMIT_REQUESTS_LIMIT) == 60 &&
                        head.rate(it, NEURA_RATE_LIMIT_REQUESTS_REMAINING) == 0 &&
                        head.rate(it, NEURA_RATE_LIMIT_REQUESTS_RESET_MS) == 1500);
  CHECK("tokens, one of which is absent",
        head.rate(it, NEURA_RATE_LIMIT_TOKENS_LIMIT) == 9000000000 &&
            head.rate(it, NEURA_RATE_LIMIT_TOKENS_REMAINING) == 17 &&
            head.rate(it, NEURA_RATE_LIMIT_TOKENS_RESET_MS) == -1);
  CHECK("no such number", head.rate(it, 0) == -1 && head.rate(it, 7) == -1);
}

static void is_absent(struct head head) {
  const char *name = "x", *value = "x";
  CHECK("NULL has nothing", head.status(NULL) == -1 && head.count(NULL) == -1 &&
                                head.header(NULL, "date") == NULL && head.id(NULL) == NULL &&
                                head.attempts(NULL) == -1 && head.rate(NULL, 1) == -1 &&
                                !head.at(NULL, 0, &name, &value) && name == NULL && value == NULL);
}

static void heads(void) {
  neura_client *client = client_at(given("NEURA_TEST_HEADS_URL"));
  neura_response *response;
  neura_stream *stream;
  neura_body *body;
  const neura_event *event;
  neura_request(client, "GET", "/models", NULL, 0, NULL, &response, NULL);
  holds_its_head(head_of_response(response));
  is_absent(head_of_response(NULL));
  neura_response_free(response);
  neura_stream_open(client, "POST", "/x", CHAT, strlen(CHAT), NULL, &stream, NULL);
  holds_its_head(head_of_stream(stream));
  while (neura_stream_next(stream, &event, NULL) == NEURA_OK) continue;
  CHECK("the head stays after the end", neura_stream_status(stream) == 200);
  neura_stream_free(stream);
  neura_chat_stream(client, CHAT, NULL, &stream, NULL);
  holds_its_head(head_of_stream(stream));
  is_absent(head_of_stream(NULL));
  neura_stream_free(stream);
  neura_body_open(client, "GET", "/x", NULL, 0, NULL, &body, NULL);
  holds_its_head(head_of_body(body));
  is_absent(head_of_body(NULL));
  neura_body_free(body);
  neura_client_free(client);
}

static void refusals(void) {
  neura_client *client = client_at(given("NEURA_TEST_REFUSED_HEADS_URL"));
  neura_response *response;
  neura_error *error;
  size_t length = 7;
  neura_models(client, NULL, &response, &error);
  const uint8_t *body = neura_error_body(error, &length);
  CHECK("an error has the server's body", contains(body, length, "\"slow down"));
  CHECK("without the key in it", !contains(body, length, given("NEURA_API_KEY")));
  CHECK("the same pointer again", body == neura_error_body(error, &length));
  CHECK("needs a length", neura_error_body(error, NULL) == NULL);
  CHECK("an error has rate limits",
        neura_error_rate_limit(error, NEURA_RATE_LIMIT_REQUESTS_REMAINING) == 0 &&
            neura_error_rate_limit(error, NEURA_RATE_LIMIT_TOKENS_RESET_MS) == -1);
  neura_error_free(error);
  neura_client_free(client);

  client = client_at(given("NEURA_TEST_REFUSED_URL"));
  neura_models(client, NULL, &response, &error);
  CHECK("without a reply there is no body",
        neura_error_body(error, &length) == NULL && length == 0);
  CHECK("and no limit", neura_error_rate_limit(error, NEURA_RATE_LIMIT_REQUESTS_LIMIT) == -1);
  CHECK("nor for NULL", neura_error_body(NULL, &length) == NULL &&
                            neura_error_rate_limit(NULL, NEURA_RATE_LIMIT_REQUESTS_LIMIT) == -1);
  neura_error_free(error);
  neura_client_free(client);
}

/* The test reads the targets in the server's report. */
static void queries(void) {
  neura_client *client = client_at(given("NEURA_TEST_PLAIN_URL"));
  neura_request_options *options = neura_request_options_new();
  neura_response *response;
  neura_error *error;
  neura_request_options_add_query(options, "limit", "20");
  neura_request_options_add_query(options, "tag", "a b&c=d/\xc3\xa9");
  neura_request_options_add_query(options, "tag", "");
  CHECK("a query", neura_request(client, "GET", "/models", NULL, 0, options, &response, NULL) ==
                       NEURA_OK);
  neura_response_free(response);
  CHECK("is added to that of the path",
        neura_request(client, "GET", "/models?after=x", NULL, 0, options, &response, NULL) ==
            NEURA_OK);
  neura_response_free(response);
  neura_request_options_add_query(options, "bad", NULL);
  neura_request_options_add_query(options, "good", "1");
  neura_status status = neura_request(client, "GET", "/x", NULL, 0, options, &response, &error);
  CHECK("a wrong one is named",
        strstr(neura_error_message(error), "neura_request_options_add_query: value") != NULL);
  CHECK_ERROR("and stays wrong", status, error, NEURA_KIND_INVALID_ARGUMENT, -1);
  neura_request_options_clear_query(options);
  CHECK("until the query is taken back",
        neura_request(client, "GET", "/models", NULL, 0, options, &response, NULL) == NEURA_OK);
  neura_response_free(response);
  neura_request_options_free(options);
  neura_client_free(client);
}

/* With 503 the request has reached the server. */
static void unsent_only(void) {
  for (int only = 0; only < 2; only++) {
    neura_options *options = neura_options_new();
    neura_client *client;
    neura_response *response;
    const char *busy = only ? "NEURA_TEST_BUSY_URL" : "NEURA_TEST_BUSY_TWICE_URL";
    neura_options_set_base_url(options, given(busy));
    neura_options_set_replay_unsent_only(options, only);
    neura_client_new(options, &client, NULL);
    neura_request(client, "GET", "/x", NULL, 0, NULL, &response, NULL);
    CHECK("only what was not sent is sent again",
          neura_response_status(response) == (only ? 503 : 200) &&
              neura_response_attempts(response) == (only ? 1 : 2));
    neura_response_free(response);
    neura_client_free(client);
    neura_options_free(options);
  }
}

int main(void) {
  unsent_only();
  heads();
  refusals();
  queries();
  return report();
}

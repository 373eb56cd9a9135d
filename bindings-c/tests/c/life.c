/* The whole life of a client: every kind of call that succeeds. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

static const char *CHAT =
    "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";
static const char *EMBED = "{\"model\": \"text-embedding-3-small\", \"input\": \"Hello!\"}";

static neura_client *build(void) {
  neura_options *options = neura_options_new();
  char key[256] = "", url[256] = "";
  snprintf(key, sizeof key, "%s", given("NEURA_API_KEY"));
  snprintf(url, sizeof url, "%s", given("NEURA_BASE_URL"));
  neura_options_set_api_key(options, key);
  neura_options_set_base_url(options, url);
  neura_options_set_timeout_ms(options, 30000);
  neura_options_set_connect_timeout_ms(options, 5000);
  neura_options_set_idle_timeout_ms(options, NEURA_NO_LIMIT);
  neura_options_set_max_retries(options, 1);
  neura_options_set_header(options, "X-Team", "one");
  neura_options_set_allow_http(options, false);
  memset(key, 'x', sizeof key - 1);
  memset(url, 'x', sizeof url - 1);

  neura_client *client = NULL;
  neura_error *error = (neura_error *)&client; /* must become NULL */
  neura_status status = neura_client_new(options, &client, &error);
  CHECK("a client is built", status == NEURA_OK && client != NULL);
  CHECK("success makes the error NULL", error == NULL);
  neura_options_free(options);
  return client;
}

static void any_request(const neura_client *client) {
  neura_response *response;
  neura_error *error;
  neura_status status =
      neura_request(client, "GET", "/models", NULL, 0, NULL, &response, &error);
  CHECK("GET works, so setters copied their text", status == NEURA_OK && error == NULL);
  CHECK("its status", neura_response_status(response) == 200);
  CHECK_TEXT("a header is found in any case",
             neura_response_header(response, "Content-TYPE"), "application/json");
  CHECK("a header asked for twice is the same pointer",
        neura_response_header(response, "content-type") ==
            neura_response_header(response, "CONTENT-TYPE"));
  CHECK("a header that is not there is NULL", !neura_response_header(response, "x-none"));
  CHECK_TEXT("the request id is the header's", neura_response_request_id(response),
             neura_response_header(response, "x-request-id"));
  CHECK("the body has the models", body_contains(response, "\"list\""));
  CHECK("a reply of success passes", neura_response_check(response, &error) == NEURA_OK);
  neura_response_free(response);

  status = neura_request(client, "post", "/chat/completions", CHAT, strlen(CHAT), NULL,
                         &response, &error);
  CHECK("POST sends its body as JSON", status == NEURA_OK && neura_response_status(response) == 200);
  CHECK("and gets the answer", body_contains(response, "You said: Hello!"));
  neura_response_free(response);

  status = neura_request(client, "GET", "/nothing-here", NULL, 0, NULL, &response, &error);
  CHECK("any status is a reply", status == NEURA_OK && neura_response_status(response) == 404);
  status = neura_response_check(response, &error);
  CHECK_ERROR("and check makes it an error", status, error, NEURA_KIND_NOT_FOUND, 404);
  neura_response_free(response);
}

static void request_options(const neura_client *client) {
  neura_request_options *options = neura_request_options_new();
  neura_cancel_token *token = neura_cancel_new();
  neura_response *response;
  neura_error *error;
  neura_request_options_set_timeout_ms(options, 20000);
  neura_request_options_set_max_retries(options, 0);
  neura_request_options_set_header(options, "X-Trace", "abc");
  neura_request_options_set_idempotency_key(options, "order-7");
  neura_request_options_set_cancel(options, token);
  neura_cancel_free(token);
  for (int i = 0; i < 2; i++) {
    neura_status status = neura_request(client, "POST", "/chat/completions", CHAT, strlen(CHAT),
                                        options, &response, &error);
    CHECK("options serve several requests, their token freed",
          status == NEURA_OK && neura_response_status(response) == 200);
    neura_response_free(response);
  }
  neura_request_options_free(options);
}

static void named_calls(const neura_client *client) {
  neura_response *response;
  neura_error *error;
  CHECK("chat", neura_chat(client, CHAT, NULL, &response, &error) == NEURA_OK);
  CHECK("its answer", body_contains(response, "You said: Hello!"));
  CHECK_TEXT("its words", neura_response_text(response), "You said: Hello!");
  neura_response_free(response);
  CHECK("models", neura_models(client, NULL, &response, &error) == NEURA_OK);
  CHECK("their list", body_contains(response, "gpt-5"));
  CHECK_TEXT("has no words", neura_response_text(response), "");
  neura_response_free(response);
  CHECK("one model", neura_model(client, "gpt-5", NULL, &response, &error) == NEURA_OK);
  CHECK("is that one", body_contains(response, "\"gpt-5\""));
  neura_response_free(response);
  CHECK("embeddings", neura_embeddings(client, EMBED, NULL, &response, &error) == NEURA_OK);
  CHECK("their numbers", body_contains(response, "\"embedding\""));
  neura_response_free(response);

  char *json, *header, wanted[512];
  CHECK("check", neura_check(client, NULL, &json, &error) == NEURA_OK && error == NULL);
  CHECK("says ok", strstr(json, "\"ok\":true") != NULL && strstr(json, "\"kind\":null") != NULL);
  CHECK("has no key", strstr(json, given("NEURA_API_KEY")) == NULL);
  neura_string_free(json);
  CHECK("auth_header", neura_auth_header(client, &header, &error) == NEURA_OK);
  snprintf(wanted, sizeof wanted, "Authorization: Bearer %s", given("NEURA_API_KEY"));
  CHECK("is the whole header", strcmp(header, wanted) == 0);
  neura_string_free(header);
  CHECK_TEXT("the version is the package's", neura_version(), given("NEURA_TEST_VERSION"));
}

/* The options of one request reach every named call. */
static void options_of_named_calls(const neura_client *client) {
  neura_cancel_token *token = neura_cancel_new();
  neura_request_options *options = neura_request_options_new();
  neura_response *response;
  neura_stream *stream;
  neura_error *error;
  char *json;
  neura_cancel(token);
  neura_request_options_set_cancel(options, token);
#define CANCELLED(name, call) \
  CHECK_ERROR(name ", cancelled", call, error, NEURA_KIND_CANCELLED, -1)
  CANCELLED("chat", neura_chat(client, CHAT, options, &response, &error));
  CANCELLED("chat_stream", neura_chat_stream(client, CHAT, options, &stream, &error));
  CANCELLED("models", neura_models(client, options, &response, &error));
  CANCELLED("model", neura_model(client, "gpt-5", options, &response, &error));
  CANCELLED("embeddings", neura_embeddings(client, EMBED, options, &response, &error));
  CHECK("check reports it", neura_check(client, options, &json, &error) == NEURA_OK &&
                                strstr(json, "\"kind\":\"cancelled\"") != NULL);
  neura_string_free(json);
  neura_request_options_free(options);
  neura_cancel_free(token);
}

static void streams(const neura_client *client) {
  static const char *streamed =
      "{\"model\": \"gpt-5\", \"stream\": true,"
      " \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";
  neura_stream *stream;
  neura_error *error;
  const neura_event *event;
  neura_status status = neura_stream_open(client, "POST", "/chat/completions", streamed,
                                          strlen(streamed), NULL, &stream, &error);
  CHECK("an event stream opens", status == NEURA_OK && stream != NULL && error == NULL);
  int events = 0;
  bool whole = true;
  while ((status = neura_stream_next(stream, &event, &error)) == NEURA_OK) {
    events++;
    const char *data = neura_event_data(event, NULL);
    whole = whole && strcmp(neura_event_name(event), "message") == 0 && data[0] == '{' &&
            strlen(data) == data_length(event) && error == NULL;
  }
  CHECK("it ends", status == NEURA_END && error == NULL);
  CHECK("after several events", events > 2 && whole);
  neura_stream_free(stream);

  CHECK("a chat stream opens", neura_chat_stream(client, CHAT, NULL, &stream, &error) == NEURA_OK);
  char answer[64] = "";
  for (events = 0; (status = neura_stream_next(stream, &event, &error)) == NEURA_OK; events++) {
    strncat(answer, neura_event_text(event), sizeof answer - strlen(answer) - 1);
    whole = whole && strcmp(neura_event_name(event), "message") == 0 &&
            strcmp(neura_event_id(event), "") == 0;
  }
  CHECK("it ends as well", status == NEURA_END);
  CHECK("after chunks that are named message and have no id", events > 2 && whole);
  CHECK_TEXT("whose words are the answer", answer, "You said: Hello!");
  neura_stream_free(stream);
}

int main(void) {
  neura_client *client = build();
  any_request(client);
  request_options(client);
  named_calls(client);
  options_of_named_calls(client);
  streams(client);
  neura_client_free(client);
  return report();
}

/* Invalid arguments: NULL, text that is not UTF-8, impossible lengths. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

static const char *BROKEN = "nk-fake-\xff-0123456789";
static const char *CHAT = "{\"model\": \"gpt-5\", \"messages\": []}";
static neura_client *client;

/* Which argument the message must name. */
static bool is_invalid(neura_status status, neura_error **error, const char *name) {
  const char *message = neura_error_message(*error);
  if (message != NULL && strstr(message, name) == NULL) {
    printf("  \"%s\" does not name %s\n", message, name);
    status = NEURA_OK;
  }
  return is_error(status, error, NEURA_KIND_INVALID_ARGUMENT, -1, "nk-fake");
}

static void null_arguments(void) {
  neura_error *e;
  neura_client *made = NULL;
  neura_response *r;
  neura_stream *s;
  const neura_event *event = (const neura_event *)&client;
  char *text;
  CHECK("client_new, client", is_invalid(neura_client_new(NULL, NULL, &e), &e, "client"));
  CHECK("request, client",
        is_invalid(neura_request(NULL, "GET", "/models", NULL, 0, NULL, &r, &e), &e, "client"));
  CHECK("request, method",
        is_invalid(neura_request(client, NULL, "/models", NULL, 0, NULL, &r, &e), &e, "method"));
  CHECK("request, path",
        is_invalid(neura_request(client, "GET", NULL, NULL, 0, NULL, &r, &e), &e, "path"));
  CHECK("request, body",
        is_invalid(neura_request(client, "POST", "/x", NULL, 3, NULL, &r, &e), &e, "body"));
  CHECK("request, response",
        is_invalid(neura_request(client, "GET", "/x", NULL, 0, NULL, NULL, &e), &e, "response"));
  CHECK("stream_open, client",
        is_invalid(neura_stream_open(NULL, "POST", "/x", NULL, 0, NULL, &s, &e), &e, "client"));
  CHECK("stream_open, stream",
        is_invalid(neura_stream_open(client, "POST", "/x", NULL, 0, NULL, NULL, &e), &e, "stream"));
  CHECK("chat, client", is_invalid(neura_chat(NULL, CHAT, NULL, &r, &e), &e, "client"));
  CHECK("chat, request", is_invalid(neura_chat(client, NULL, NULL, &r, &e), &e, "request_json"));
  CHECK("chat, response", is_invalid(neura_chat(client, CHAT, NULL, NULL, &e), &e, "response"));
  CHECK("chat_stream, client", is_invalid(neura_chat_stream(NULL, CHAT, NULL, &s, &e), &e, "client"));
  CHECK("chat_stream, request",
        is_invalid(neura_chat_stream(client, NULL, NULL, &s, &e), &e, "request_json"));
  CHECK("models, client", is_invalid(neura_models(NULL, NULL, &r, &e), &e, "client"));
  CHECK("embeddings, request",
        is_invalid(neura_embeddings(client, NULL, NULL, &r, &e), &e, "request_json"));
  CHECK("check, client", is_invalid(neura_check(NULL, NULL, &text, &e), &e, "client"));
  CHECK("check, json", is_invalid(neura_check(client, NULL, NULL, &e), &e, "json"));
  CHECK("auth_header, client", is_invalid(neura_auth_header(NULL, &text, &e), &e, "client"));
  CHECK("and text becomes NULL", text == NULL);
  CHECK("auth_header, text", is_invalid(neura_auth_header(client, NULL, &e), &e, "text"));
  CHECK("set_api_key, client", is_invalid(neura_client_set_api_key(NULL, "x", &e), &e, "client"));
  CHECK("set_api_key, key", is_invalid(neura_client_set_api_key(client, NULL, &e), &e, "key"));
  CHECK("set_api_key, broken key",
        is_invalid(neura_client_set_api_key(client, BROKEN, &e), &e, "key"));
  CHECK("usage, client", is_invalid(neura_client_usage(NULL, &text, &e), &e, "client"));
  CHECK("and text becomes NULL", text == NULL);
  CHECK("usage, json", is_invalid(neura_client_usage(client, NULL, &e), &e, "json"));
  CHECK("resolve, json", is_invalid(neura_resolve(NULL, NULL, &e), &e, "json"));
  CHECK("diagnose, json", is_invalid(neura_diagnose(NULL, NULL, &e), &e, "json"));
  CHECK("response_check, response", is_invalid(neura_response_check(NULL, &e), &e, "response"));
  CHECK("stream_next, stream", is_invalid(neura_stream_next(NULL, &event, &e), &e, "stream"));
  CHECK("and the event becomes empty", event == NULL);
  CHECK("a NULL error is fine",
        neura_chat(NULL, NULL, NULL, NULL, NULL) == NEURA_ERROR &&
            neura_client_new(NULL, &made, NULL) == NEURA_OK);
  neura_client_free(made);
}

static void null_objects(void) {
  size_t length = 7;
  CHECK("status of NULL", neura_response_status(NULL) == -1);
  CHECK("header of NULL", neura_response_header(NULL, "date") == NULL);
  CHECK("body of NULL", neura_response_body(NULL, &length) == NULL && length == 0);
  CHECK("request id of NULL", neura_response_request_id(NULL) == NULL);
  CHECK("attempts of NULL", neura_response_attempts(NULL) == -1);
  neura_api_key_callback_fail(NULL);
  neura_options_set_api_key(NULL, "x");
  neura_options_add_api_key(NULL, "x");
  neura_options_set_api_key_callback(NULL, NULL, NULL);
  neura_options_set_profile(NULL, "x");
  neura_options_set_env_file(NULL, NULL);
  neura_options_set_timeout_ms(NULL, 1);
  neura_options_set_header(NULL, NULL, NULL);
  neura_options_set_allow_http(NULL, true);
  neura_request_options_set_header(NULL, "x", "x");
  neura_request_options_set_cancel(NULL, NULL);
  neura_cancel(NULL);
  neura_options_free(NULL);
  neura_client_free(NULL);
  neura_request_options_free(NULL);
  neura_cancel_free(NULL);
  neura_response_free(NULL);
  neura_stream_free(NULL);
  neura_string_free(NULL);
  neura_error_free(NULL);
  CHECK("setters and frees take NULL", true);
}

/* Getters of a reply with invalid arguments. */
static void reply_arguments(void) {
  neura_response *response;
  neura_models(client, NULL, &response, NULL);
  CHECK("a header named NULL", neura_response_header(response, NULL) == NULL);
  CHECK("a header named in broken text", neura_response_header(response, BROKEN) == NULL);
  CHECK("a body without a length", neura_response_body(response, NULL) == NULL);
  neura_response_free(response);
}

static void broken_text(void) {
  neura_error *e;
  neura_response *r;
  neura_stream *s;
  CHECK("a broken path",
        is_invalid(neura_request(client, "GET", BROKEN, NULL, 0, NULL, &r, &e), &e, "path"));
  CHECK("a broken method",
        is_invalid(neura_request(client, BROKEN, "/x", NULL, 0, NULL, &r, &e), &e, "method"));
  CHECK("a broken request", is_invalid(neura_chat(client, BROKEN, NULL, &r, &e), &e, "request_json"));
  CHECK("a broken streamed request",
        is_invalid(neura_chat_stream(client, BROKEN, NULL, &s, &e), &e, "request_json"));
  CHECK("a method that does not exist",
        is_error(neura_request(client, "FETCH", "/x", NULL, 0, NULL, &r, &e), &e,
                 NEURA_KIND_INVALID_ARGUMENT, -1, NULL));
  CHECK("a streamed request that is not JSON",
        is_error(neura_chat_stream(client, "{", NULL, &s, &e), &e, NEURA_KIND_INVALID_ARGUMENT, -1,
                 NULL));
}

static void lengths(void) {
  neura_error *e;
  neura_response *r;
  neura_stream *s;
  size_t too_long = ((size_t)1 << 31) + 1;
  CHECK("a body over 2^31 bytes",
        is_invalid(neura_request(client, "POST", "/x", CHAT, too_long, NULL, &r, &e), &e, "length"));
  CHECK("a length that was negative",
        is_invalid(neura_request(client, "POST", "/x", CHAT, (size_t)-1, NULL, &r, &e), &e, "length"));
  CHECK("a streamed body over 2^31 bytes",
        is_invalid(neura_stream_open(client, "POST", "/x", CHAT, too_long, NULL, &s, &e), &e,
                   "length"));
  CHECK("a body of length 0 is no body",
        neura_request(client, "GET", "/models", CHAT, 0, NULL, &r, &e) == NEURA_OK);
  neura_response_free(r);
}

#define SETTER(name, call)                                                          \
  do {                                                                              \
    neura_options *options = neura_options_new();                                   \
    neura_client *made;                                                             \
    neura_error *e;                                                                 \
    call;                                                                           \
    neura_options_set_timeout_ms(options, 1000);                                    \
    CHECK(name, is_invalid(neura_client_new(options, &made, &e), &e, name));         \
    neura_options_free(options);                                                    \
  } while (0)

#define REQUEST_SETTER(name, call)                                                  \
  do {                                                                              \
    neura_request_options *options = neura_request_options_new();                   \
    neura_response *r;                                                              \
    neura_error *e;                                                                 \
    call;                                                                           \
    neura_status status = neura_request(client, "GET", "/models", NULL, 0, options, \
                                        &r, &e);                                    \
    CHECK(name, is_invalid(status, &e, name));                                       \
    neura_request_options_free(options);                                            \
  } while (0)

static void setters(void) {
  SETTER("neura_options_set_api_key", neura_options_set_api_key(options, NULL));
  SETTER("neura_options_set_api_key", neura_options_set_api_key(options, BROKEN));
  SETTER("neura_options_add_api_key", neura_options_add_api_key(options, NULL));
  SETTER("neura_options_add_api_key", neura_options_add_api_key(options, BROKEN));
  SETTER("neura_options_set_api_key_callback",
         neura_options_set_api_key_callback(options, NULL, options));
  SETTER("neura_options_set_profile", neura_options_set_profile(options, NULL));
  SETTER("neura_options_set_env_file", neura_options_set_env_file(options, BROKEN));
  SETTER("neura_options_set_base_url", neura_options_set_base_url(options, NULL));
  SETTER("neura_options_set_ca_file", neura_options_set_ca_file(options, BROKEN));
  SETTER("neura_options_set_header", neura_options_set_header(options, NULL, "x"));
  SETTER("neura_options_set_header", neura_options_set_header(options, "x", BROKEN));
  SETTER("neura_options_set_base_url",
         (neura_options_set_base_url(options, NULL), neura_options_set_ca_file(options, NULL)));
  REQUEST_SETTER("neura_request_options_set_header",
                 neura_request_options_set_header(options, "x", NULL));
  REQUEST_SETTER("neura_request_options_set_idempotency_key",
                 neura_request_options_set_idempotency_key(options, BROKEN));
  REQUEST_SETTER("neura_request_options_set_cancel",
                 neura_request_options_set_cancel(options, NULL));
}

static void config(void) {
  neura_client *made;
  neura_error *error;
  neura_options *options = neura_options_new();
  neura_options_set_max_retries(options, -1);
  CHECK_ERROR("fewer than 0 retries", neura_client_new(options, &made, &error), error,
              NEURA_KIND_CONFIG, -1);
  neura_options_free(options);
  options = neura_options_new();
  neura_options_set_ca_file(options, "/nonexistent/ca.pem");
  CHECK_ERROR("a file of certificates that is not there",
              neura_client_new(options, &made, &error), error, NEURA_KIND_CONFIG, -1);
  neura_options_free(options);
  options = neura_options_new();
  neura_options_set_base_url(options, "http://192.0.2.1/v1");
  CHECK_ERROR("http to another machine", neura_client_new(options, &made, &error), error,
              NEURA_KIND_CONFIG, -1);
  neura_options_set_allow_http(options, true);
  CHECK("is allowed on request", neura_client_new(options, &made, &error) == NEURA_OK);
  neura_client_free(made);
  neura_options_free(options);
}

int main(void) {
  neura_client_new(NULL, &client, NULL);
  null_arguments();
  null_objects();
  reply_arguments();
  broken_text();
  lengths();
  setters();
  config();
  neura_client_free(client);
  return report();
}

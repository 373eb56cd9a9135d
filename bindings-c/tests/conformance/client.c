/* The client of a case with neura.h, and the results of its calls. */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "results.h"

neura_client *client;
neura_options *client_options;

void found_error(const neura_error *error) {
  size_t length;
  const uint8_t *body = neura_error_body(error, &length);
  found("kind", neura_kind_name(neura_error_kind(error)));
  found("message", neura_error_message(error));
  found("code", neura_error_code(error));
  found("type", neura_error_type(error));
  found("param", neura_error_param(error));
  found("request_id", neura_error_request_id(error));
  found("retryable", neura_error_retryable(error) ? "true" : "false");
  found_number("status", neura_error_status(error));
  found_number("attempts", neura_error_attempts(error));
  found_number("retry_after_ms", neura_error_retry_after_ms(error));
  if (body != NULL) found_bytes("body", body, length);
  found("header", NULL);
}

bool succeeded(neura_status status, neura_error *error) {
  bool is_error = error != NULL;
  if ((status == NEURA_ERROR) != is_error) failed("status %d", (int)status);
  if (is_error) found_error(error);
  neura_error_free(error);
  return !is_error;
}

/* A function that sets an option, for each type of value. */
struct setter {
  const char *name;
  void (*text)(neura_options *, const char *);
  void (*number)(neura_options *, int32_t);
  void (*milliseconds)(neura_options *, int64_t);
  void (*on)(neura_options *, bool);
};

static const struct setter SETTERS[] = {
    {"api_key", neura_options_set_api_key, NULL, NULL, NULL},
    {"another_api_key", neura_options_add_api_key, NULL, NULL, NULL},
    {"profile", neura_options_set_profile, NULL, NULL, NULL},
    {"base_url", neura_options_set_base_url, NULL, NULL, NULL},
    {"env_file", neura_options_set_env_file, NULL, NULL, NULL},
    {"proxy", neura_options_set_proxy, NULL, NULL, NULL},
    {"ca_file", neura_options_set_ca_file, NULL, NULL, NULL},
    {"max_retries", NULL, neura_options_set_max_retries, NULL, NULL},
    {"connect_timeout_ms", NULL, NULL, neura_options_set_connect_timeout_ms, NULL},
    {"allow_http", NULL, NULL, NULL, neura_options_set_allow_http},
    {"replay_unsent_only", NULL, NULL, NULL, neura_options_set_replay_unsent_only},
    {NULL, NULL, NULL, NULL, NULL},
};

static void set_option(const char *name, const char *value) {
  const struct setter *setter = SETTERS;
  while (setter->name != NULL && strcmp(setter->name, name) != 0) setter++;
  if (setter->text != NULL) setter->text(client_options, value);
  else if (setter->number != NULL) setter->number(client_options, (int32_t)atol(value));
  else if (setter->milliseconds != NULL) setter->milliseconds(client_options, atol(value));
  else if (setter->on != NULL) setter->on(client_options, strcmp(value, "true") == 0);
  else failed("the option %s is unknown", name);
}

bool open_client(const struct pair *options, const struct pair *headers) {
  neura_error *error;
  neura_status status;
  client_options = neura_options_new();
  for (; options != NULL && options->name != NULL; options++)
    set_option(options->name, filled(options->value));
  for (; headers != NULL && headers->name != NULL; headers++)
    neura_options_set_header(client_options, headers->name, headers->value);
  status = neura_client_new(client_options, &client, &error);
  return succeeded(status, error);
}

void close_client(void) {
  neura_client_free(client);
  neura_options_free(client_options);
  client = NULL;
  client_options = NULL;
}

neura_request_options *options_of(const struct call *call) {
  neura_request_options *made = neura_request_options_new();
  const struct pair *it;
  for (it = call->headers; it != NULL && it->name != NULL; it++)
    neura_request_options_set_header(made, it->name, it->value);
  for (it = call->options; it != NULL && it->name != NULL; it++) {
    if (strcmp(it->name, "timeout_ms") == 0)
      neura_request_options_set_timeout_ms(made, atol(it->value));
    else if (strcmp(it->name, "max_retries") == 0)
      neura_request_options_set_max_retries(made, (int32_t)atol(it->value));
    else if (strcmp(it->name, "idempotency_key") == 0)
      neura_request_options_set_idempotency_key(made, it->value);
    else
      failed("the option %s is unknown", it->name);
  }
  return made;
}

size_t body_length(const struct call *call) { return call->body != NULL ? strlen(call->body) : 0; }

void found_response(neura_response *response, bool checked) {
  size_t length;
  const uint8_t *body = neura_response_body(response, &length);
  neura_error *error = NULL;
  neura_status status = checked ? neura_response_check(response, &error) : NEURA_OK;
  if (succeeded(status, error)) {
    found("kind", NULL);
    found_number("status", neura_response_status(response));
    found_number("attempts", neura_response_attempts(response));
    found_bytes("body", body, length);
  }
  neura_response_free(response);
}

void found_stream_event(const neura_event *event) {
  size_t length;
  const char *data = neura_event_data(event, &length);
  found_event(neura_event_name(event), data, length, neura_event_id(event),
              neura_event_text(event));
}

void found_stream_end(const neura_stream *stream) {
  found("kind", NULL);
  found_number("status", neura_stream_status(stream));
  found_number("attempts", neura_stream_attempts(stream));
}

/* Frees the text. */
static void found_json(char *json) {
  found("kind", NULL);
  found_answer(json);
  neura_string_free(json);
}

static void found_header(char *text) {
  found("kind", NULL);
  found("code", NULL);
  found("header", text);
  neura_string_free(text);
}

bool made_local_call(const struct call *call) {
  char *text;
  neura_error *error;
  neura_status status;
  void (*add)(char *) = found_json;
  if (strcmp(call->name, "resolve") == 0) {
    status = neura_resolve(client_options, &text, &error);
  } else if (strcmp(call->name, "diagnose") == 0) {
    status = neura_diagnose(client_options, &text, &error);
  } else if (strcmp(call->name, "client_usage") == 0) {
    status = neura_client_usage(client, &text, &error);
  } else if (strcmp(call->name, "auth_header") == 0) {
    status = neura_auth_header(client, &text, &error);
    add = found_header;
  } else {
    return false;
  }
  if (succeeded(status, error)) add(text);
  return true;
}

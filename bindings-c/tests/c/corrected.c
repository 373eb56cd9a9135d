/* A later good value corrects a wrong one of the same setter; messages without any options name the
 * setters of C, too. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static const char *BROKEN = "nk-fake-\xff-0123456789";

/* The message of a client with these options; empty if it is made. Frees the options. */
static const char *refusal(neura_options *options) {
  static char message[500];
  neura_client *client;
  neura_error *error;
  message[0] = '\0';
  if (neura_client_new(options, &client, &error) != NEURA_OK)
    snprintf(message, sizeof message, "%s", neura_error_message(error));
  neura_error_free(error);
  neura_client_free(client);
  neura_options_free(options);
  return message;
}

static void of_a_client(void) {
  neura_options *options = neura_options_new();
  neura_options_set_base_url(options, NULL);
  neura_options_set_base_url(options, given("NEURA_BASE_URL"));
  CHECK_TEXT("a text", refusal(options), "");
  options = neura_options_new();
  neura_options_set_timeout_ms(options, -5);
  neura_options_set_timeout_ms(options, 5000);
  neura_options_set_max_retries(options, -1);
  neura_options_set_max_retries(options, 1);
  neura_options_set_max_in_flight(options, 0);
  neura_options_set_max_in_flight(options, 8);
  CHECK_TEXT("a number", refusal(options), "");
  options = neura_options_new();
  neura_options_set_api_key(options, NULL);
  neura_options_add_api_key(options, BROKEN);
  neura_options_set_api_key(options, given("NEURA_API_KEY"));
  CHECK_TEXT("the first key replaces those before it", refusal(options), "");
  options = neura_options_new();
  neura_options_add_api_key(options, BROKEN);
  neura_options_add_api_key(options, given("NEURA_API_KEY"));
  CHECK_TEXT("one more key replaces none", refusal(options),
             "neura_options_add_api_key: api_key is not UTF-8");
  options = neura_options_new();
  neura_options_set_header(options, "X-Team", NULL);
  neura_options_set_header(options, "X-Other", "one");
  CHECK_TEXT("another header corrects nothing", refusal(options),
             "neura_options_set_header: value is NULL");
  options = neura_options_new();
  neura_options_set_header(options, "X-Team", NULL);
  neura_options_set_header(options, "X-Wide", "a\nb");
  neura_options_set_header(options, "x-team", "one");
  neura_options_set_header(options, "X-WIDE", "a b");
  CHECK_TEXT("the same header does", refusal(options), "");
  options = neura_options_new();
  neura_options_set_header(options, "X Team", "one");
  neura_options_set_header(options, NULL, "one");
  neura_options_set_header(options, "X-Other", "one");
  neura_options_clear_headers(options);
  CHECK_TEXT("headers are taken back, also those without a right name", refusal(options), "");
  options = neura_options_new();
  neura_options_set_client_cert(options, NULL, NULL);
  neura_options_set_client_cert(options, "/nowhere.pem", BROKEN);
  CHECK_TEXT("a later wrong value is the error", refusal(options),
             "neura_options_set_client_cert: key is not UTF-8");
  options = neura_options_new();
  neura_options_set_profile(options, BROKEN);
  neura_options_set_base_url(options, NULL);
  neura_options_set_profile(options, BROKEN);
  CHECK("one of several errors is reported",
        strstr(refusal(options), "neura_options_set_base_url: ") != NULL);
  options = neura_options_new();
  neura_options_set_api_key_callback(options, NULL, NULL);
  neura_options_set_attempt_callback(options, NULL, NULL);
  CHECK("callbacks have errors", strstr(refusal(options), "callback is NULL") != NULL);
}

static bool works(const neura_client *client, const neura_request_options *options) {
  neura_response *response;
  neura_error *error;
  bool holds = neura_models(client, options, &response, &error) == NEURA_OK;
  neura_response_free(response);
  neura_error_free(error);
  return holds;
}

static void of_a_request(void) {
  neura_client *client = client_at(given("NEURA_BASE_URL"));
  neura_request_options *options = neura_request_options_new();
  neura_cancel_token *token = neura_cancel_new();
  neura_request_options_set_idempotency_key(options, NULL);
  CHECK("a wrong option fails the call", !works(client, options));
  neura_request_options_set_idempotency_key(options, "order-7");
  CHECK("a good one in its place does not", works(client, options));
  neura_request_options_set_header(options, "X-Team", "a\nb");
  CHECK("nor a header", !works(client, options));
  neura_request_options_set_header(options, "X-Team", "one");
  CHECK("that is set again", works(client, options));
  neura_request_options_set_header(options, "X Team", "one");
  neura_request_options_set_header(options, NULL, "one");
  neura_request_options_set_header(options, "Authorization", "Bearer nk-fake-of-nobody");
  neura_request_options_clear_headers(options);
  CHECK("headers that were taken back are not sent", works(client, options));
  neura_request_options_set_cancel(options, NULL);
  CHECK("a token", !works(client, options));
  neura_request_options_set_cancel(options, token);
  CHECK("that is there", works(client, options));
  neura_request_options_set_timeout_ms(options, 0);
  CHECK("a limit", !works(client, options));
  neura_request_options_set_timeout_ms(options, NEURA_NO_LIMIT);
  CHECK("that is one", works(client, options));
  neura_cancel_free(token);
  neura_request_options_free(options);
  neura_client_free(client);
  neura_request_options_add_query(NULL, "a", "b");
  neura_request_options_clear_query(NULL);
  neura_request_options_clear_headers(NULL);
  neura_options_clear_headers(NULL);
  neura_request_options_set_body_callback(NULL, NULL, NULL, NULL, -1);
  neura_options_set_replay_unsent_only(NULL, true);
  neura_options_set_max_in_flight(NULL, 1);
}

/* Called before any options exist: nothing else says that the program is C. */
static void without_options(void) {
  char *json, *key = strdup(given("NEURA_API_KEY"));
  neura_error *error;
  unsetenv("NEURA_API_KEY");
  neura_resolve(NULL, &json, &error);
  const char *message = neura_error_message(error);
  CHECK("resolve names a setter of C", strstr(message, "neura_options_set_api_key (") != NULL &&
                                           strstr(message, " api_key") == NULL);
  neura_error_free(error);
  neura_diagnose(NULL, &json, &error);
  CHECK("and so does diagnose", strstr(json, "neura_options_set_api_key") != NULL &&
                                    strstr(json, " api_key") == NULL &&
                                    strstr(json, "raise") == NULL);
  neura_string_free(json);
  setenv("NEURA_API_KEY", key, 1);
  free(key);
}

int main(void) {
  without_options();
  of_a_client();
  of_a_request();
  return report();
}

/* Messages name options as C spells them; mistyped parameters get a suggestion. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

static neura_options *with_key(void) {
  neura_options *options = neura_options_new();
  neura_options_set_api_key(options, "nk-fake-0123456789abcdef");
  return options;
}

/* Whether a client with these options is refused with these words; frees the options. */
static bool refused(neura_options *options, const char *words) {
  neura_client *client;
  neura_error *error;
  neura_status status = neura_client_new(options, &client, &error);
  const char *message = neura_error_message(error);
  bool holds = status == NEURA_ERROR && strstr(message, words) != NULL;
  if (!holds) printf("  %s\n", message != NULL ? message : "no error");
  neura_error_free(error);
  neura_client_free(client);
  neura_options_free(options);
  return holds;
}

static void names_of_options(void) {
  neura_options *options = with_key();
  neura_options_set_max_body_bytes(options, 0);
  CHECK("a size", refused(options, "neura_options_set_max_body_bytes must be more than 0"));
  options = with_key();
  neura_options_set_timeout_ms(options, 0);
  CHECK("a time", refused(options, "neura_options_set_timeout_ms must be more than 0"));
  options = with_key();
  neura_options_set_idle_timeout_ms(options, -1);
  CHECK("no limit", refused(options, "give NEURA_NO_LIMIT for no limit"));
  options = with_key();
  neura_options_set_max_retries(options, -1);
  CHECK("a number", refused(options, "neura_options_set_max_retries must be between"));
  options = with_key();
  neura_options_set_max_in_flight(options, 0);
  CHECK("calls in flight", refused(options, "neura_options_set_max_in_flight must be 1 or more"));
  options = with_key();
  neura_options_set_base_url(options, "http://gw.example/v1");
  CHECK("a switch", refused(options, "allow it with neura_options_set_allow_http"));
  options = with_key();
  neura_options_set_base_url(options, "ftp://gw.example/v1");
  CHECK("a URL's place", refused(options, "the base URL from neura_options_set_base_url is"));
  options = neura_options_new();
  neura_options_set_api_key(options, "");
  CHECK("a key's place", refused(options, "the API key from neura_options_set_api_key is"));
  options = neura_options_new();
  neura_options_add_api_key(options, "");
  CHECK("the place of a key that is added",
        refused(options, "the API key from neura_options_add_api_key is"));
  options = with_key();
  neura_options_add_api_key(options, " ");
  CHECK("the place of the second key",
        refused(options, "the API key from neura_options_add_api_key (number 2 of 2) is"));
  options = neura_options_new();
  neura_options_set_api_key(options, "a b");
  neura_options_add_api_key(options, "nk-fake-0123456789abcdef");
  CHECK("the place of the first key",
        refused(options, "the API key from neura_options_set_api_key (number 1 of 2) has"));
  options = neura_options_new();
  neura_options_set_profile(options, "option-names"); /* The environment has a key, but only without a profile. */
  neura_options_set_env_file(options, "/nowhere/.env");
  CHECK("no file", refused(options, "neura_options_set_env_file(options, NULL)"));
  options = with_key();
  neura_options_set_ca_file(options, "/nowhere.pem");
  CHECK("a file", refused(options, "the file /nowhere.pem of neura_options_set_ca_file"));
}

/* Whether a chat with this request is refused with these words. */
static bool mistyped(const neura_client *client, const char *request, const char *words) {
  neura_response *response;
  neura_error *error;
  neura_status status = neura_chat(client, request, NULL, &response, &error);
  const char *message = neura_error_message(error);
  bool holds = status == NEURA_ERROR && strstr(message, words) != NULL &&
               neura_error_kind(error) == NEURA_KIND_INVALID_ARGUMENT;
  if (!holds) printf("  %s\n", message != NULL ? message : "no error");
  neura_error_free(error);
  neura_response_free(response);
  return holds;
}

static void parameters(void) {
  neura_options *options = with_key();
  neura_options_set_base_url(options, "http://127.0.0.1:9/v1");
  neura_client *client;
  neura_client_new(options, &client, NULL);
  CHECK("a parameter", mistyped(client, "{\"model\": \"m\", \"temprature\": 1}",
                                "\"temprature\": did you mean \"temperature\"?"));
  CHECK("how to send it anyway", mistyped(client, "{\"max_token\": 1}", "with neura_request"));
  CHECK("an option", mistyped(client, "{\"maxretries\": 1}",
                              "did you mean neura_request_options_set_max_retries in the "
                              "request's options?"));
  CHECK("an option by its name",
        mistyped(client, "{\"timeout\": 1}",
                 "\"timeout\" is an option, not a parameter: give "
                 "neura_request_options_set_timeout_ms in the request's options."));
  CHECK("extra_body", mistyped(client, "{\"extra_body\": {}}",
                               "give its members in the request itself"));
  neura_request_options *limited = neura_request_options_new();
  neura_request_options_set_timeout_ms(limited, 0);
  neura_error *error;
  neura_request(client, "GET", "/x", NULL, 0, limited, &(neura_response *){NULL}, &error);
  CHECK("a request's option", strstr(neura_error_message(error),
                                     "neura_request_options_set_timeout_ms must be") != NULL);
  neura_error_free(error);
  neura_request_options_free(limited);
  neura_client_free(client);
  neura_options_free(options);
}

int main(void) {
  names_of_options();
  parameters();
  return report();
}

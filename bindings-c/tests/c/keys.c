/* The error of a wrong key: its kind and status, and no key in its text. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

/* The error of a client with this key, or of its request for the models. */
static neura_status ask_with(const char *key, neura_error **error) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_response *response = NULL;
  neura_options_set_api_key(options, key);
  neura_status status = neura_client_new(options, &client, error);
  if (status == NEURA_OK) status = neura_models(client, NULL, &response, error);
  neura_response_free(response);
  neura_client_free(client);
  neura_options_free(options);
  return status;
}

static void refused(const char *name, const char *key, int kind, int http, const char *code) {
  neura_error *error;
  neura_status status = ask_with(key, &error);
  CHECK_TEXT(name, neura_error_code(error), code);
  CHECK(name, is_error(status, &error, kind, http, *key != '\0' ? key : NULL));
}

/* An error about a key names the function that set it. */
static void names(const char *name, const char *function, neura_error *error) {
  char words[96];
  snprintf(words, sizeof words, "the API key from %s", function);
  const char *message = neura_error_message(error);
  CHECK(name, strncmp(message, words, strlen(words)) == 0);
  CHECK(name, strchr(" (", message[strlen(words)]) != NULL);
  neura_error_free(error);
}

static void names_its_function(void) {
  neura_error *error;
  neura_client *client;
  neura_options *options = neura_options_new();
  neura_options_set_api_key(options, "");
  neura_client_new(options, &client, &error);
  names("a key that cannot be one", "neura_options_set_api_key", error);
  neura_options_set_api_key(options, "nk-fake-0123456789abcdef");
  neura_options_add_api_key(options, "nk fake");
  neura_client_new(options, &client, &error);
  names("one that was added", "neura_options_add_api_key", error);
  neura_options_free(options);
  client = client_at(given("NEURA_BASE_URL"));
  neura_client_set_api_key(client, "Bearer x", &error);
  names("one of a client", "neura_client_set_api_key", error);
  neura_response *response;
  neura_client_set_api_key(client, "nk-fake-0123456789abcdef", NULL);
  neura_models(client, NULL, &response, &error);
  CHECK("a refusal of that one",
        strstr(neura_error_message(error), "neura_client_set_api_key (") != NULL);
  neura_error_free(error);
  neura_client_free(client);
}

/* The same through neura_check, which reports instead of failing. */
static void reported(const char *name, const char *key, const char *kind) {
  neura_options *options = neura_options_new();
  neura_client *client;
  char *json;
  neura_options_set_api_key(options, key);
  neura_client_new(options, &client, NULL);
  neura_status status = neura_check(client, NULL, &json, NULL);
  char wanted[64];
  snprintf(wanted, sizeof wanted, "\"kind\":\"%s\"", kind);
  CHECK(name, status == NEURA_OK && strstr(json, "\"ok\":false") != NULL &&
                  strstr(json, wanted) != NULL && strstr(json, key) == NULL);
  neura_string_free(json);
  neura_client_free(client);
  neura_options_free(options);
}

int main(void) {
  const char *wrong = "nk-fake-unknown-0123456789abcdef";
  const char *expired = given("NEURA_EXPIRED_KEY"), *revoked = given("NEURA_REVOKED_KEY");
  refused("an unknown key", wrong, NEURA_KIND_INVALID_API_KEY, 401, "invalid_api_key");
  refused("an expired key", expired, NEURA_KIND_EXPIRED_API_KEY, 401, "expired_api_key");
  refused("a revoked key", revoked, NEURA_KIND_REVOKED_API_KEY, 401, "revoked_api_key");
  refused("an empty key", "", NEURA_KIND_MALFORMED_API_KEY, -1, "empty");
  refused("a blank key", " \t ", NEURA_KIND_MALFORMED_API_KEY, -1, "empty");
  refused("a key with its prefix", "Bearer nk-fake-0123456789abcdef",
          NEURA_KIND_MALFORMED_API_KEY, -1, "bearer_prefix");
  refused("a key with a space inside", "nk-fake 0123456789abcdef",
          NEURA_KIND_MALFORMED_API_KEY, -1, "whitespace");
  refused("a key with a line break inside", "nk-fake\n0123456789abcdef",
          NEURA_KIND_MALFORMED_API_KEY, -1, "control_character");
  refused("a key that is not ASCII", "nk-fake-\xc3\xa4-0123456789",
          NEURA_KIND_MALFORMED_API_KEY, -1, "non_ascii");
  names_its_function();
  reported("check reports an unknown key", wrong, "invalid_api_key");
  reported("check reports an expired key", expired, "expired_api_key");
  reported("check reports a revoked key", revoked, "revoked_api_key");

  neura_error *error;
  neura_client *client;
  neura_options *options = neura_options_new();
  neura_options_set_header(options, "Authorization", "");
  neura_status status = neura_client_new(options, &client, &error);
  neura_response *response = NULL;
  if (status == NEURA_OK) status = neura_models(client, NULL, &response, &error);
  CHECK_ERROR("a request whose key the caller replaced by nothing", status, error,
              NEURA_KIND_MISSING_API_KEY, 401);
  CHECK("has no reply", response == NULL);
  neura_client_free(client);
  neura_options_free(options);

  unsetenv("NEURA_API_KEY");
  client = (neura_client *)&error;
  status = neura_client_new(NULL, &client, &error);
  CHECK("a missing key leaves no client", client == NULL);
  CHECK("and names the variable",
        strstr(neura_error_message(error), "NEURA_API_KEY") != NULL);
  CHECK_ERROR("it is an error before any connection", status, error,
              NEURA_KIND_MISSING_API_KEY, -1);
  return report();
}

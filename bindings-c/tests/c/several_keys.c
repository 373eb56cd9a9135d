/* Several keys: a list, a new key for a client in use, and the use of each key. */
#define _POSIX_C_SOURCE 200112L
#include <pthread.h>

#include "check.h"

static const char *CHAT =
    "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"One two three\"}]}";

/* The number of this name in the nth key of a usage report, from 0; -1 if absent. */
static long used(const char *json, const char *name, int nth) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "\"%s\":", name);
  for (; (json = strstr(json, wanted)) != NULL; nth--) {
    json += strlen(wanted);
    if (nth == 0) return strtol(json, NULL, 10);
  }
  return -1;
}

/* Whether the first time of this name has the form of RFC 3339. */
static bool is_time(const char *json, const char *name) {
  char wanted[64], zone = 0;
  int year, month, day, hour, minute;
  double second;
  snprintf(wanted, sizeof wanted, "\"%s\":\"", name);
  json = strstr(json, wanted);
  return json != NULL &&
         sscanf(json + strlen(wanted), "%4d-%2d-%2dT%2d:%2d:%lf%c", &year, &month, &day, &hour,
                &minute, &second, &zone) == 7 &&
         year >= 2025 && zone == 'Z';
}

static void a_list(void) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_response *response;
  char *json;
  neura_options_set_api_key(options, given("NEURA_REVOKED_KEY"));
  neura_options_add_api_key(options, given("NEURA_API_KEY"));
  neura_client_new(options, &client, NULL);
  neura_options_free(options);

  neura_client_usage(client, &json, NULL);
  CHECK("nothing was used before the first call",
        used(json, "requests", 0) == 0 && used(json, "requests", 1) == 0 &&
            strstr(json, "\"first_used\":null") != NULL);
  neura_string_free(json);

  CHECK("a list with a revoked key works", neura_chat(client, CHAT, NULL, &response, NULL) == NEURA_OK);
  CHECK("the request was sent twice", neura_response_attempts(response) == 2);
  neura_response_free(response);
  CHECK("the next call", neura_models(client, NULL, &response, NULL) == NEURA_OK);
  CHECK("starts with the valid key", neura_response_attempts(response) == 1);
  neura_response_free(response);

  CHECK("usage", neura_client_usage(client, &json, NULL) == NEURA_OK);
  CHECK("counts the requests", used(json, "requests", 0) == 1 && used(json, "requests", 1) == 2);
  CHECK("one 401", used(json, "unauthorized", 0) == 1 && used(json, "unauthorized", 1) == 0);
  CHECK("the tokens", used(json, "prompt_tokens", 0) == 0 && used(json, "prompt_tokens", 1) == 3 &&
                          used(json, "completion_tokens", 1) > 0);
  CHECK("two keys", used(json, "retries", 1) >= 0 && used(json, "retries", 2) == -1);
  CHECK("their times", is_time(json, "first_used") && is_time(json, "last_used"));
  CHECK("their source", strstr(json, "\"source\":\"caller\"") != NULL);
  CHECK("and no key", strstr(json, given("NEURA_API_KEY")) == NULL &&
                          strstr(json, given("NEURA_REVOKED_KEY")) == NULL);
  neura_string_free(json);
  neura_client_free(client);
}

static neura_status ask(const neura_client *client, neura_error **error) {
  neura_response *response;
  neura_status status = neura_models(client, NULL, &response, error);
  neura_response_free(response);
  return status;
}

static void a_new_key(void) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_error *error;
  neura_options_set_api_key(options, given("NEURA_REVOKED_KEY"));
  neura_client_new(options, &client, NULL);
  neura_options_free(options);
  neura_status status = ask(client, &error);
  CHECK_ERROR("a revoked key", status, error, NEURA_KIND_REVOKED_API_KEY, 401);

  char key[256];
  snprintf(key, sizeof key, "%s", given("NEURA_API_KEY"));
  status = neura_client_set_api_key(client, key, &error);
  CHECK("is replaced", status == NEURA_OK && error == NULL);
  memset(key, 'x', sizeof key - 1);
  CHECK("by one that the next request uses", ask(client, &error) == NEURA_OK);

  status = neura_client_set_api_key(client, "nk-fake 0123456789abcdef", &error);
  CHECK_TEXT("a malformed one", neura_error_code(error), "whitespace");
  CHECK("is refused",
        is_error(status, &error, NEURA_KIND_MALFORMED_API_KEY, -1, "0123456789abcdef"));
  CHECK("and the old one stays", ask(client, &error) == NEURA_OK);

  neura_client_set_api_key(client, given("NEURA_EXPIRED_KEY"), NULL);
  status = ask(client, &error);
  CHECK_ERROR("a worse one is used as well", status, error, NEURA_KIND_EXPIRED_API_KEY, 401);
  neura_client_free(client);
}

enum { THREADS = 8, CALLS = 50 };

struct share {
  const neura_client *client;
  int right;
};

static void *load(void *argument) {
  struct share *share = argument;
  for (int call = 0; call < CALLS; call++) share->right += ask(share->client, NULL) == NEURA_OK;
  return NULL;
}

static void under_load(void) {
  neura_client *client;
  pthread_t threads[THREADS];
  struct share shares[THREADS];
  int right = 0, swapped = 0;
  char *json;
  neura_client_new(NULL, &client, NULL);
  for (int i = 0; i < THREADS; i++) {
    shares[i] = (struct share){client, 0};
    pthread_create(&threads[i], NULL, load, &shares[i]);
  }
  /* The keys are swapped as long as the threads send requests. */
  for (long requests = 0; requests < THREADS * CALLS / 2 && swapped < 100000; swapped++) {
    struct timespec wait = {0, 200000L};
    neura_client_set_api_key(client, given(swapped % 2 ? "NEURA_API_KEY" : "NEURA_SECOND_KEY"),
                             NULL);
    nanosleep(&wait, NULL);
    neura_client_usage(client, &json, NULL);
    requests = used(json, "requests", 0) + used(json, "requests", 1);
    neura_string_free(json);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    right += shares[i].right;
  }
  CHECK("keys that are swapped under load fail no request", right == THREADS * CALLS);
  neura_client_usage(client, &json, NULL);
  CHECK("both keys were used, and nothing was sent twice",
        used(json, "requests", 0) > 0 && used(json, "requests", 1) > 0 &&
            used(json, "requests", 0) + used(json, "requests", 1) == THREADS * CALLS);
  CHECK("a key that comes back keeps its counts", used(json, "requests", 2) == -1 && swapped > 2);
  CHECK("no 401", used(json, "unauthorized", 0) == 0 && used(json, "unauthorized", 1) == 0);
  neura_string_free(json);
  neura_client_free(client);
}

int main(void) {
  a_list();
  a_new_key();
  under_load();
  return report();
}

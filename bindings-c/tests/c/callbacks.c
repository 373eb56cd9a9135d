/* A key callback: when it is called, what it may return, and on which threads. */
#define _POSIX_C_SOURCE 200112L
#include <pthread.h>
#include <stdatomic.h>

#include "check.h"

/* Returns its answers one after the other, repeats the last, and uses one buffer for all. */
struct answers {
  const char *texts[3];
  const char *reason;
  char place[256];
  atomic_int asked, running, crowded;
};

static const char *answer(void *user_data) {
  struct answers *answers = user_data;
  if (atomic_fetch_add(&answers->running, 1) > 0) answers->crowded++;
  int number = atomic_fetch_add(&answers->asked, 1);
  struct timespec wait = {0, 2000000L};
  nanosleep(&wait, NULL);
  /* Stop at the last. */
  while (number > 0 && (number > 2 || answers->texts[number] == NULL)) number--;
  const char *text = answers->texts[number];
  if (text == NULL && answers->reason != NULL) neura_api_key_callback_fail(answers->reason);
  if (text != NULL) snprintf(answers->place, sizeof answers->place, "%s", text);
  atomic_fetch_sub(&answers->running, 1);
  return text != NULL ? answers->place : NULL;
}

static neura_client *client_of(struct answers *answers) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_options_set_api_key_callback(options, answer, answers);
  neura_client_new(options, &client, NULL);
  neura_options_free(options);
  return client;
}

static int attempts_of(const neura_client *client, neura_status *status, neura_error **error) {
  neura_response *response;
  *status = neura_models(client, NULL, &response, error);
  int attempts = neura_response_attempts(response);
  neura_response_free(response);
  return attempts;
}

static void when_it_is_asked(void) {
  struct answers answers = {.texts = {given("NEURA_API_KEY")}};
  neura_client *client = client_of(&answers);
  neura_status status;
  neura_error *error;
  CHECK("not when the client is built", answers.asked == 0);
  CHECK("at the first call", attempts_of(client, &status, &error) == 1 && answers.asked == 1);
  memset(answers.place, 'x', sizeof answers.place - 1);
  CHECK("not at the next, which has a copy of its own",
        attempts_of(client, &status, &error) == 1 && answers.asked == 1);
  char *json;
  neura_client_usage(client, &json, NULL);
  CHECK("its key is counted under it", strstr(json, "\"source\":\"callable\"") != NULL &&
                                           strstr(json, "\"requests\":2") != NULL);
  neura_string_free(json);
  neura_client_free(client);

  struct answers better = {.texts = {given("NEURA_EXPIRED_KEY"), given("NEURA_API_KEY")}};
  client = client_of(&better);
  CHECK("again after a 401, and the request is sent once more",
        attempts_of(client, &status, &error) == 2 && status == NEURA_OK && better.asked == 2);
  neura_client_free(client);

  struct answers same = {.texts = {given("NEURA_EXPIRED_KEY")}};
  client = client_of(&same);
  attempts_of(client, &status, &error);
  CHECK("with the same key the 401 stands", same.asked == 2 && neura_error_attempts(error) == 1);
  CHECK_ERROR("as what it is", status, error, NEURA_KIND_EXPIRED_API_KEY, 401);
  neura_client_free(client);
}

/* A first answer that is not a key fails the call. */
static void fails(const char *name, const char *text, const char *reason, int kind,
                  const char *words) {
  struct answers answers = {.texts = {text}, .reason = reason};
  neura_client *client = client_of(&answers);
  neura_status status;
  neura_error *error;
  attempts_of(client, &status, &error);
  const char *message = neura_error_message(error);
  CHECK(name, message != NULL && strstr(message, words) != NULL);
  CHECK("it was asked once, and nothing was sent",
        answers.asked == 1 && neura_error_attempts(error) == 0);
  CHECK_ERROR(name, status, error, kind, -1);
  neura_client_free(client);
}

static void what_it_may_answer(void) {
  const int config = NEURA_KIND_CONFIG, malformed = NEURA_KIND_MALFORMED_API_KEY;
  fails("NULL", NULL, NULL, config, "it returned NULL");
  fails("NULL with a reason", NULL, "the vault is locked", config, "the vault is locked");
  fails("a reason that is not UTF-8", NULL, "locked: \xff", config, "locked: \xef\xbf\xbd");
  fails("a key that is not UTF-8", "nk-fake-\xff-0123456789", NULL, config, "not UTF-8");
  fails("a malformed key", "Bearer nk-fake-0123456789abcdef", NULL, malformed, "callable");
  fails("an empty key", "", NULL, malformed, "callable");
}

/* A reason that contains a secret of the client. */
static void a_reason_is_redacted(void) {
  struct answers answers = {.reason = "the vault refused nk-fake-other-0123456789abcdef"};
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_error *error;
  neura_status status;
  neura_options_set_api_key_callback(options, answer, &answers);
  neura_options_set_header(options, "Authorization", "Bearer nk-fake-other-0123456789abcdef");
  neura_client_new(options, &client, NULL);
  neura_options_free(options);
  attempts_of(client, &status, &error);
  const char *message = neura_error_message(error);
  CHECK("the message has the reason", message != NULL && strstr(message, "the vault refused") != NULL);
  CHECK("without a secret in it",
        is_error(status, &error, NEURA_KIND_CONFIG, -1, "nk-fake-other-0123456789abcdef"));
  neura_client_free(client);
}

/* Calls that report instead of failing, and auth_header, which returns the key itself. */
static void other_calls(void) {
  struct answers answers = {.reason = "the vault is locked"};
  neura_client *client = client_of(&answers);
  neura_error *error;
  char *text;
  CHECK("check reports it",
        neura_check(client, NULL, &text, NULL) == NEURA_OK && strstr(text, "the vault is locked") &&
            strstr(text, "\"kind\":\"config\""));
  neura_string_free(text);
  neura_status status = neura_auth_header(client, &text, &error);
  CHECK("auth_header leaves no text", text == NULL);
  CHECK_ERROR("and fails", status, error, NEURA_KIND_CONFIG, -1);
  neura_client_set_api_key(client, given("NEURA_API_KEY"), NULL);
  attempts_of(client, &status, &error);
  CHECK("a key that is set takes its place", status == NEURA_OK && answers.asked == 2);
  neura_client_free(client);
}

enum { THREADS = 16 };

static void *ask(void *client) {
  neura_status status;
  attempts_of(client, &status, NULL);
  return status == NEURA_OK ? client : NULL;
}

static void threads(void) {
  struct answers answers = {.texts = {given("NEURA_REVOKED_KEY"), given("NEURA_API_KEY")}};
  neura_client *client = client_of(&answers);
  pthread_t threads[THREADS];
  int right = 0;
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, ask, client);
  for (int i = 0; i < THREADS; i++) {
    void *got;
    pthread_join(threads[i], &got);
    right += got != NULL;
  }
  CHECK("every thread's call works", right == THREADS);
  CHECK("one thread asks for all, at the first call and after the 401", answers.asked == 2);
  CHECK("never two at once", answers.crowded == 0);
  neura_client_free(client);
}

int main(void) {
  when_it_is_asked();
  what_it_may_answer();
  a_reason_is_redacted();
  other_calls();
  threads();
  return report();
}

/* Every getter of an error: with all values, and with all absent. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

static void a_full_error(void) {
  neura_client *client = client_at(given("NEURA_TEST_LIMITED_URL"));
  neura_response *response = (neura_response *)&client;
  neura_error *error;
  neura_status status = neura_models(client, NULL, &response, &error);
  CHECK("a failed call gives an error", status == NEURA_ERROR && error != NULL);
  CHECK("and NULL in place of the reply", response == NULL);
  neura_client_free(client);

  CHECK("kind, after its client is gone", neura_error_kind(error) == NEURA_KIND_RATE_LIMITED);
  CHECK("status", neura_error_status(error) == 429);
  CHECK_TEXT("code", neura_error_code(error), "rate_limit_exceeded");
  CHECK_TEXT("type", neura_error_type(error), "requests");
  CHECK_TEXT("param", neura_error_param(error), "model");
  CHECK_TEXT("request id", neura_error_request_id(error), "req_fake_7");
  CHECK("retry after", neura_error_retry_after_ms(error) == 1500);
  CHECK("retryable", neura_error_retryable(error));
  CHECK("attempts", neura_error_attempts(error) == 1);
  const char *message = neura_error_message(error);
  CHECK("the message has the server's words", strstr(message, "Slow down, please") != NULL);
  CHECK("but not the key that the server echoed",
        strstr(message, given("NEURA_API_KEY")) == NULL);
  CHECK("what was read stays the same pointer", message == neura_error_message(error));
  neura_error_free(error);
}

static void an_error_of_its_own(void) {
  neura_client *client;
  neura_error *error;
  neura_options *options = neura_options_new();
  neura_options_set_timeout_ms(options, 0);
  neura_status status = neura_client_new(options, &client, &error);
  CHECK("absent status", neura_error_status(error) == -1);
  CHECK("absent code", neura_error_code(error) == NULL);
  CHECK("absent type", neura_error_type(error) == NULL);
  CHECK("absent param", neura_error_param(error) == NULL);
  CHECK("absent request id", neura_error_request_id(error) == NULL);
  CHECK("absent retry after", neura_error_retry_after_ms(error) == -1);
  CHECK("not retryable", !neura_error_retryable(error));
  CHECK("never sent", neura_error_attempts(error) == 0);
  CHECK_ERROR("a limit of 0 is config", status, error, NEURA_KIND_CONFIG, -1);
  neura_options_free(options);
}

static void no_error(void) {
  CHECK("NULL has no kind", neura_error_kind(NULL) == -1);
  CHECK("NULL has no status", neura_error_status(NULL) == -1);
  CHECK("NULL has no message", neura_error_message(NULL) == NULL);
  CHECK("NULL has no code", neura_error_code(NULL) == NULL);
  CHECK("NULL has no type", neura_error_type(NULL) == NULL);
  CHECK("NULL has no param", neura_error_param(NULL) == NULL);
  CHECK("NULL has no request id", neura_error_request_id(NULL) == NULL);
  CHECK("NULL has no retry after", neura_error_retry_after_ms(NULL) == -1);
  CHECK("NULL is not retryable", !neura_error_retryable(NULL));
  CHECK("NULL has no attempts", neura_error_attempts(NULL) == -1);
  neura_error_free(NULL);
}

static void kinds(void) {
  CHECK_TEXT("the first kind", neura_kind_name(NEURA_KIND_CONFIG), "config");
  CHECK_TEXT("the last kind", neura_kind_name(NEURA_KIND_OUT_OF_MEMORY), "out_of_memory");
  bool named = true;
  for (int kind = NEURA_KIND_CONFIG; kind <= NEURA_KIND_OUT_OF_MEMORY; kind++)
    named = named && neura_kind_name(kind) != NULL;
  CHECK("every kind has a name", named);
  CHECK("an unknown kind has no name", !neura_kind_name(0) && !neura_kind_name(33) &&
                                        !neura_kind_name(-1));
}

int main(void) {
  a_full_error();
  an_error_of_its_own();
  no_error();
  kinds();
  return report();
}

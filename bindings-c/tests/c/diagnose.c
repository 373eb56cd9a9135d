/* neura_diagnose: a verdict for each reason why authentication fails. */
#define _POSIX_C_SOURCE 200112L
#include "check.h"

/* Texts that a report must contain, in any order. */
#define PARTS(...) (const char *const[]){__VA_ARGS__, NULL}

/* Diagnoses, frees the options, and checks the verdict and the parts of the report. */
static void verdict(const char *name, neura_options *options, const char *wanted,
                    const char *const *parts) {
  char text[64], *json;
  neura_error *error;
  neura_status status = neura_diagnose(options, &json, &error);
  bool well = strcmp(wanted, "valid") == 0;
  CHECK(name, status == NEURA_OK && error == NULL && json != NULL);
  snprintf(text, sizeof text, "\"verdict\":\"%s\"", wanted);
  bool holds = json != NULL && strstr(json, text) != NULL &&
               strstr(json, well ? "\"ok\":true" : "\"ok\":false") != NULL &&
               strstr(json, "\"checks\":[{") != NULL;
  for (; holds && *parts != NULL; parts++) holds = strstr(json, *parts) != NULL;
  if (!holds) printf("  %s\n", json != NULL ? json : "no report");
  CHECK(wanted, holds);
  CHECK("no key in the report", json != NULL && strstr(json, given("NEURA_EXPIRED_KEY")) == NULL &&
                                    strstr(json, given("NEURA_KEY")) == NULL);
  neura_string_free(json);
  neura_options_free(options);
}

static neura_options *with_key(const char *key) {
  neura_options *options = neura_options_new();
  neura_options_set_api_key(options, key);
  return options;
}

static neura_options *at(const char *variable) {
  neura_options *options = neura_options_new();
  neura_options_set_base_url(options, given(variable));
  return options;
}

static const char *key_of(void *variable) { return getenv(variable); }

static neura_options *with_callback(char *variable) {
  neura_options *options = neura_options_new();
  neura_options_set_api_key_callback(options, key_of, variable);
  return options;
}

int main(void) {
  /* Under another name, because the last report is made without NEURA_API_KEY. */
  char valid[] = "NEURA_KEY", none[] = "NEURA_NO_KEY";
  setenv(valid, given("NEURA_API_KEY"), 1);
  verdict("a valid key", NULL, "valid",
          PARTS("\"source\":\"environment\"", "\"code\":\"service\"", given("NEURA_BASE_URL")));
  verdict("an expired key", with_key(given("NEURA_EXPIRED_KEY")), "expired_api_key",
          PARTS("\"source\":\"caller\"", "\"status\":\"failed\""));
  verdict("a malformed key", with_key("Bearer nk-fake-0123456789"), "malformed_api_key",
          PARTS("\"code\":\"key_form\"", "\"key\":null"));
  verdict("a refused connection", at("NEURA_TEST_REFUSED_URL"), "connection",
          PARTS("\"code\":\"tcp\"", "\"status\":\"skipped\""));
  verdict("a page of a gateway", at("NEURA_TEST_HTML_URL"), "decode", PARTS("HTML"));
  verdict("a callback is asked", with_callback(valid), "valid",
          PARTS("\"source\":\"callable\""));
  verdict("and may fail", with_callback(none), "config", PARTS("it returned NULL"));
  unsetenv("NEURA_API_KEY");
  verdict("no key", NULL, "missing_api_key", PARTS("NEURA_API_KEY", "\"key\":null"));
  return report();
}

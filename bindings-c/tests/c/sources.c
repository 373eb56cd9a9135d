/* Every source of the key, and the message if no source has one. */
#define _POSIX_C_SOURCE 200809L
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

/* Parts that a text must contain, in any order. */
#define PARTS(...) (const char *const[]){__VA_ARGS__, NULL}

static const char *home;

static void put(const char *path, const char *text, mode_t mode) {
  FILE *file = fopen(path, "w");
  if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 || chmod(path, mode) != 0) {
    printf("%s cannot be written\n", path);
    exit(2);
  }
}

/* Resolves and frees the options: checks the key's source and the parts of the JSON text. */
static void comes_from(const char *name, neura_options *options, const char *source,
                       const char *const *parts) {
  char wanted[64], *json;
  neura_error *error;
  neura_status status = neura_resolve(options, &json, &error);
  snprintf(wanted, sizeof wanted, "\"source\":\"%s\"", source);
  bool right = status == NEURA_OK && error == NULL && strstr(json, wanted) != NULL;
  for (; right && *parts != NULL; parts++) right = strstr(json, *parts) != NULL;
  right = right && strstr(json, "nk-fake") == NULL;
  if (!right) printf("  %s %s\n", json != NULL ? json : "none", neura_error_message(error));
  CHECK(name, right);
  neura_error_free(error);
  neura_string_free(json);
  neura_options_free(options);
}

/* Resolving must fail with all these parts in the message; frees the options. */
static void comes_from_nowhere(const char *name, neura_options *options, int kind,
                               const char *const *parts) {
  char *json = (char *)&json;
  neura_error *error;
  neura_status status = neura_resolve(options, &json, &error);
  bool named = json == NULL;
  for (; named && *parts != NULL; parts++)
    named = strstr(neura_error_message(error), *parts) != NULL;
  if (!named) printf("  %s\n", neura_error_message(error));
  CHECK(name, named);
  CHECK(name, is_error(status, &error, kind, -1, "nk-fake"));
  neura_options_free(options);
}

static neura_options *with_profile(const char *profile) {
  neura_options *options = neura_options_new();
  neura_options_set_profile(options, profile);
  return options;
}

static neura_options *with_env_file(const char *path) {
  neura_options *options = neura_options_new();
  neura_options_set_env_file(options, path);
  return options;
}

static void the_caller(void) {
  neura_options *options = neura_options_new();
  neura_options_set_api_key(options, "nk-fake-first-0123456789-aaaa");
  comes_from("a key of the caller's", options, "caller",
             PARTS("\"mask\":\"\xe2\x80\xa6" "aaaa\"", "\"name\":null", "\"path\":null"));
  options = neura_options_new();
  neura_options_add_api_key(options, "nk-fake-first-0123456789-aaaa");
  neura_options_add_api_key(options, "nk-fake-second-0123456789-bbbb");
  comes_from("the first of a list", options, "caller",
             PARTS("\"mask\":\"\xe2\x80\xa6" "aaaa\"", "\"base_url_source\":\"environment\""));
  options = neura_options_new();
  neura_options_set_api_key(options, "nk-fake-first-0123456789-aaaa");
  neura_options_add_api_key(options, "Bearer nk-fake-second-0123456789");
  comes_from_nowhere("a malformed key in a list", options, NEURA_KIND_MALFORMED_API_KEY,
                     PARTS("2 of 2"));
}

static const char *never(void *user_data) {
  ++*(int *)user_data;
  return "nk-fake-callback-0123456789";
}

static void a_callback(void) {
  int asked = 0;
  neura_client *client;
  neura_options *options = neura_options_new();
  neura_options_set_api_key_callback(options, never, &asked);
  CHECK("a client is built", neura_client_new(options, &client, NULL) == NEURA_OK);
  comes_from("a callback", options, "callable", PARTS("\"mask\":null", "\"fingerprint\":null"));
  CHECK("that was not called yet", asked == 0);
  neura_client_free(client);
  options = neura_options_new();
  neura_options_set_api_key_callback(options, never, &asked);
  neura_options_add_api_key(options, "nk-fake-first-0123456789-aaaa");
  comes_from_nowhere("a callback and a key", options, NEURA_KIND_CONFIG, PARTS("neura_options_set_api_key)", "neura_options_set_api_key_callback"));
}

static void the_environment(void) {
  char path[512];
  setenv("NEURA_API_KEY", "nk-fake-environment-0123456-cccc", 1);
  comes_from("the environment", NULL, "environment",
             PARTS("\"name\":\"NEURA_API_KEY\"", "cccc\"", "\"profile\":null"));
  comes_from_nowhere("a profile never falls back", with_profile("staging"),
                     NEURA_KIND_MISSING_API_KEY, PARTS("NEURA_API_KEY_STAGING", "staging"));
  setenv("NEURA_API_KEY_STAGING", "nk-fake-staging-0123456789-dddd", 1);
  comes_from("the profile's own variable", with_profile("staging"), "environment",
             PARTS("\"name\":\"NEURA_API_KEY_STAGING\"", "dddd\"", "\"profile\":\"staging\""));
  unsetenv("NEURA_API_KEY_STAGING");
  unsetenv("NEURA_API_KEY");
  snprintf(path, sizeof path, "%s/secret", home);
  put(path, "nk-fake-secret-0123456789-eeee\n", 0600);
  setenv("NEURA_API_KEY_FILE", path, 1);
  comes_from("a mounted secret", NULL, "secret_file",
             PARTS("\"name\":\"NEURA_API_KEY_FILE\"", "eeee\"", path));
  unsetenv("NEURA_API_KEY_FILE");
}

static void env_files(void) {
  char upper[512], named[512];
  snprintf(upper, sizeof upper, "%s/project/.env", home);
  snprintf(named, sizeof named, "%s/other.env", home);
  mkdir("project", 0700);
  mkdir("project/source", 0700);
  put(upper, "NEURA_API_KEY=nk-fake-dotenv-0123456789-ffff\n", 0600);
  put(named, "NEURA_API_KEY=nk-fake-named-0123456789-abab\n", 0600);
  if (chdir("project/source") != 0) exit(2);
  comes_from("a .env file above", NULL, "env_file", PARTS("ffff\"", upper));
  comes_from("a .env file by its name", with_env_file(named), "env_file",
             PARTS("abab\"", named));
  comes_from_nowhere("a .env file that does not exist", with_env_file("nothing.env"),
                     NEURA_KIND_CONFIG, PARTS("nothing.env"));
  comes_from_nowhere("no .env file", with_env_file(NULL), NEURA_KIND_MISSING_API_KEY,
                     PARTS("NEURA_API_KEY"));
  comes_from_nowhere("a profile passes the plain name by", with_profile("staging"),
                     NEURA_KIND_MISSING_API_KEY, PARTS(".env.staging"));
  put("../.env.staging", "NEURA_API_KEY=nk-fake-dotenv-staging-012345-baba\n", 0600);
  setenv("NEURA_PROFILE", "staging", 1);
  comes_from("the profile's own .env file", NULL, "env_file",
             PARTS("baba\"", ".env.staging\"", "\"profile\":\"staging\""));
  unsetenv("NEURA_PROFILE");
  unlink("../.env.staging");
  unlink(upper);
}

/* faults.md 85: a few hundred bytes that expand to more than any memory. */
static void fault_85_an_env_file_without_end(void) {
  char text[1024] = "A=aaaaaaaaaaaaaaaa\n";
  for (int line = 0; line < 11; line++)
    strcat(text, "A=${A}${A}${A}${A}${A}${A}${A}${A}\n");
  put(".env", text, 0600);
  setenv("NEURA_API_KEY", "nk-fake-environment-0123456-cccc", 1);
  comes_from("a key beside a .env file that expands without limit", NULL, "environment", PARTS("cccc\""));
  unsetenv("NEURA_API_KEY");
  strcat(text, "NEURA_API_KEY=${A}\n");
  put(".env", text, 0600);
  comes_from_nowhere("a .env file that expands without limit", NULL, NEURA_KIND_CONFIG, PARTS(".env", "1 MiB"));
  unlink(".env");
}

static void the_credentials_file(void) {
  char path[512];
  snprintf(path, sizeof path, "%s/.config", home);
  mkdir(path, 0700);
  snprintf(path, sizeof path, "%s/.config/neura", home);
  mkdir(path, 0700);
  snprintf(path, sizeof path, "%s/.config/neura/credentials.toml", home);
  put(path,
      "[default]\napi_key = \"nk-fake-credentials-012345-cdcd\"\n"
      "[staging]\napi_key = \"nk-fake-credentials-012345-dcdc\"\n",
      0600);
  comes_from("the credentials file", NULL, "credentials_file", PARTS("cdcd\"", path));
  comes_from("its table for a profile", with_profile("staging"), "credentials_file",
             PARTS("dcdc\"", path, "\"profile\":\"staging\""));
  comes_from_nowhere("a profile without a table", with_profile("other"),
                     NEURA_KIND_MISSING_API_KEY, PARTS("NEURA_API_KEY_OTHER", "[other]"));
  chmod(path, 0644);
  comes_from_nowhere("a credentials file that all may read", NULL, NEURA_KIND_CONFIG,
                     PARTS(path));
  unlink(path);
}

int main(void) {
  home = given("HOME");
  the_caller();
  unsetenv("NEURA_API_KEY");
  a_callback();
  the_environment();
  env_files();
  fault_85_an_env_file_without_end();
  the_credentials_file();
  comes_from_nowhere("a missing key names every place", NULL, NEURA_KIND_MISSING_API_KEY,
                     PARTS("neura_options_set_api_key", "NEURA_API_KEY", "NEURA_API_KEY_FILE", ".env",
                           "credentials.toml"));
  return report();
}

/* Asks NeuraAI from C. NEURA_API_KEY and NEURA_BASE_URL say with which key, and where.
 *
 *     cc chat.c -I include -L target/release -lneura -o chat
 */
#define _POSIX_C_SOURCE 200112L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "neura.h"

static const char *REQUEST =
    "{\"model\": \"gpt-5\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}";

/* Prints the first text named `name`, and returns whether there is one. Enough for this page
 * and no more: a real program reads the JSON with the library that it uses anyway. */
static int print_text(const char *json, size_t length, const char *name) {
  const char *end = json + length, *at = json;
  size_t size = strlen(name);
  for (; (size_t)(end - at) > size + 1; at++) {
    if (at[0] != '"' || memcmp(at + 1, name, size) != 0 || at[size + 1] != '"') continue;
    for (at += size + 2; at < end && (*at == ':' || *at == ' '); at++) continue;
    if (at == end || *at++ != '"') return 0;
    for (; at < end && *at != '"'; at++) {
      if (*at != '\\' || at + 1 == end) putchar(*at);
      else if (*++at == 'n') putchar('\n');
      else putchar(*at);
    }
    return 1;
  }
  return 0;
}

/* What every call can end with. Frees the error. */
static void print_error(const char *what, neura_error *error) {
  printf("%s: %s ", what, neura_kind_name(neura_error_kind(error)));
  if (neura_error_status(error) < 0) printf("-\n");
  else printf("%d\n", (int)neura_error_status(error));
  fprintf(stderr, "%s\n", neura_error_message(error));
  neura_error_free(error);
}

/* Shows what a key gets; without one, the key comes from the environment. */
static void try_key(const char *what, const char *key) {
  neura_options *options = neura_options_new();
  neura_client *client = NULL;
  neura_response *response = NULL;
  neura_error *error = NULL;
  if (key != NULL) neura_options_set_api_key(options, key);
  if (neura_client_new(options, &client, &error) == NEURA_OK &&
      neura_models(client, &response, &error) == NEURA_OK)
    printf("%s: ok\n", what);
  else print_error(what, error);
  neura_response_free(response);
  neura_client_free(client);
  neura_options_free(options);
}

static void check(const neura_client *client) {
  char *json;
  neura_error *error;
  if (neura_check(client, &json, &error) != NEURA_OK) {
    print_error("check", error);
    return;
  }
  printf("check: ");
  if (!print_text(json, strlen(json), "kind")) printf("ok");
  printf("\n");
  neura_string_free(json);
}

static void ask(const neura_client *client) {
  neura_response *response;
  neura_error *error;
  size_t length;
  if (neura_chat(client, REQUEST, &response, &error) != NEURA_OK) {
    print_error("answer", error);
    return;
  }
  const char *body = (const char *)neura_response_body(response, &length);
  printf("answer: ");
  print_text(body, length, "content");
  printf("\n");
  neura_response_free(response);
}

static void stream(const neura_client *client) {
  neura_stream *stream;
  neura_event event;
  neura_error *error;
  neura_status status = neura_chat_stream(client, REQUEST, &stream, &error);
  if (status == NEURA_OK) {
    printf("stream: ");
    while ((status = neura_stream_next(stream, &event, &error)) == NEURA_OK)
      print_text(event.data, event.data_length, "content");
    printf("\n");
  }
  if (status == NEURA_ERROR) print_error("stream", error);
  neura_stream_free(stream);
}

int main(void) {
  neura_client *client;
  neura_error *error;
  if (neura_client_new(NULL, &client, &error) != NEURA_OK) {
    print_error("client", error);
    return 1;
  }
  check(client);
  ask(client);
  stream(client);
  neura_client_free(client);

  const char *invalid = getenv("NEURA_INVALID_KEY");
  const char *expired = getenv("NEURA_EXPIRED_KEY");
  const char *revoked = getenv("NEURA_REVOKED_KEY");
  try_key("invalid", invalid != NULL ? invalid : "nk-wrong-key-0000000000");
  if (expired != NULL) try_key("expired", expired);
  if (revoked != NULL) try_key("revoked", revoked);
  unsetenv("NEURA_API_KEY");
  try_key("missing", NULL);
  return 0;
}

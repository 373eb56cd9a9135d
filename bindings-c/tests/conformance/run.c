/* Runs the cases that stdin names, a line for each: `file TAB id`, and `TAB name=value` for each
 * `{name}` of the table. It answers with a line for each failed check, and then `done`. */
#include "run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results.h"

enum { MOST_GIVEN = 8, LONGEST_LINE = 16384 };

static struct pair given[MOST_GIVEN + 1];
static void *blocks; /* of kept: each block begins with the address of the one before it */

void failed(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("FAILED: ", stdout);
  vprintf(format, arguments);
  putchar('\n');
  va_end(arguments);
}

void *kept(size_t size) {
  void **block = (void **)calloc(1, sizeof *block + size);
  if (block == NULL) abort();
  *block = blocks;
  blocks = block;
  return block + 1;
}

static void free_blocks(void) {
  while (blocks != NULL) {
    void *next = *(void **)blocks;
    free(blocks);
    blocks = next;
  }
}

static const char *replaced(const char *text, const struct pair *value) {
  char name[32];
  const char *at;
  sprintf(name, "{%.29s}", value->name);
  while ((at = strstr(text, name)) != NULL) {
    size_t before = (size_t)(at - text);
    char *longer = (char *)kept(strlen(text) + strlen(value->value) + 1);
    memcpy(longer, text, before);
    strcpy(longer + before, value->value);
    strcat(longer, at + strlen(name));
    text = longer;
  }
  return text;
}

const char *filled(const char *text) {
  const struct pair *value;
  for (value = given; text != NULL && value->name != NULL; value++) text = replaced(text, value);
  return text;
}

/* A client that cannot be made is what its calls come to. neura_resolve needs none, and must come
 * to the same. */
static void call_once(const struct conformance_case *it, const struct call *call, bool is_open) {
  if (!is_open) compare_result(call, it->absent_text);
  if (!is_open && strcmp(call->name, "resolve") != 0) return;
  forget_results();
  make_call(call);
  compare_result(call, it->absent_text);
}

/* What a client with this key of the caller comes to is what the calls must come to. */
static void compare_with_key(const struct conformance_case *it) {
  struct pair options[] = {{"api_key", it->same_as_key}, {NULL, NULL}};
  struct pair values[] = {{"kind", NULL}, {"code", NULL}, {"header", NULL}, {NULL, NULL}};
  struct call call = *it->calls;
  struct pair *value;
  forget_results();
  if (open_client(options, NULL)) make_call(&call);
  for (value = values; value->name != NULL; value++) {
    const char *text = result(value->name);
    value->value = text != NULL ? strcpy((char *)kept(strlen(text) + 1), text) : NULL;
  }
  close_client();
  call.values = values;
  forget_results();
  call_once(it, &call, open_client(it->options, it->headers));
}

static void run_case(const struct conformance_case *it) {
  const struct call *call = it->calls;
  if (it->same_as_key != NULL) {
    compare_with_key(it);
  } else {
    bool is_open;
    forget_results();
    is_open = open_client(it->options, it->headers);
    for (; call->name != NULL; call++) call_once(it, call, is_open);
  }
  close_client();
}

static void run_line(char *line) {
  const struct conformance_case *it = conformance_cases;
  const char *file = strtok(line, "\t\n"), *id = strtok(NULL, "\t\n");
  size_t count = 0;
  char *value;
  memset(given, 0, sizeof given);
  while (count < MOST_GIVEN && (value = strtok(NULL, "\t\n")) != NULL) {
    given[count].name = value;
    value = strchr(value, '=');
    *value = '\0';
    given[count++].value = value + 1;
  }
  while (it->id != NULL && (strcmp(it->file, file) != 0 || strcmp(it->id, id) != 0)) it++;
  if (it->id != NULL) run_case(it);
  else failed("the table has no %s of %s", id, file);
}

int main(void) {
  static char line[LONGEST_LINE];
  while (fgets(line, sizeof line, stdin) != NULL) {
    run_line(line);
    free_blocks();
    puts("done");
    fflush(stdout);
  }
  return 0;
}

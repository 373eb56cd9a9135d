#include "results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "run.h"

enum { MOST_VALUES = 32, MOST_EVENTS = 256 };

struct found_value {
  const char *name;
  const char *value;
  size_t length;
};

static struct found_value values[MOST_VALUES];
static size_t value_count;
static struct event events[MOST_EVENTS];
static const char *texts[MOST_EVENTS];
static size_t event_count, text_count;
static const char *answer;

static char *copied(const void *bytes, size_t length) {
  char *copy = (char *)kept(length + 1);
  if (length > 0) memcpy(copy, bytes, length);
  return copy;
}

void forget_results(void) {
  value_count = event_count = text_count = 0;
  answer = NULL;
}

static void add(const char *name, const char *value, size_t length) {
  struct found_value *next = &values[value_count++];
  if (value_count > MOST_VALUES) abort();
  next->name = copied(name, strlen(name));
  next->value = value;
  next->length = length;
}

void found(const char *name, const char *value) {
  size_t length = value != NULL ? strlen(value) : 0;
  add(name, value != NULL ? copied(value, length) : NULL, length);
}

void found_number(const char *name, int64_t number) {
  char text[32];
  sprintf(text, "%lld", (long long)number);
  found(name, number < 0 ? NULL : text);
}

void found_bytes(const char *name, const void *bytes, size_t length) {
  add(name, copied(bytes, length), length);
}

void found_answer(const char *json) {
  found("answer", json);
  answer = result("answer");
  if (!json_is_valid(answer)) failed("the answer is not JSON: %s", answer);
}

void found_event(const char *name, const char *data, size_t length, const char *id,
                 const char *text) {
  struct event *next = &events[event_count++];
  if (event_count > MOST_EVENTS) abort();
  next->name = copied(name, strlen(name));
  next->data = copied(data, length);
  next->length = length;
  next->id = copied(id, strlen(id));
  if (text != NULL && *text != '\0') texts[text_count++] = copied(text, strlen(text));
}

const char *result(const char *name) {
  size_t at;
  bool is_null;
  const char *value;
  for (at = 0; at < value_count; at++)
    if (strcmp(values[at].name, name) == 0) return values[at].value;
  value = answer != NULL ? json_at(answer, name, &is_null) : NULL;
  if (value == NULL) failed("the result has no %s", name);
  return value == NULL || is_null ? NULL : value;
}

static const char *shown(const char *value) { return value != NULL ? value : "(absent)"; }

static void compare_values(const struct pair *wanted) {
  for (; wanted != NULL && wanted->name != NULL; wanted++) {
    const char *value = result(wanted->name), *expected = filled(wanted->value);
    bool same = value != NULL && expected != NULL ? strcmp(value, expected) == 0
                                                  : value == expected;
    if (!same) failed("%s is %s, not %s", wanted->name, shown(value), shown(expected));
  }
}

static void compare_words(const struct call *call) {
  const char *const *part, *said;
  if (call->begins == NULL && call->words == NULL && call->absent_words == NULL) return;
  said = result(call->words_of);
  if (said == NULL) {
    failed("there is no %s", call->words_of);
    return;
  }
  if (call->begins != NULL && strncmp(said, call->begins, strlen(call->begins)) != 0)
    failed("\"%s\" does not begin with \"%s\"", said, call->begins);
  for (part = call->words; part != NULL && *part != NULL; part++)
    if (strstr(said, *part) == NULL) failed("no \"%s\" in \"%s\"", *part, said);
  for (part = call->absent_words; part != NULL && *part != NULL; part++)
    if (strstr(said, *part) != NULL) failed("\"%s\" in \"%s\"", *part, said);
}

static bool same_event(const struct event *one, const struct event *other) {
  return strcmp(one->name, other->name) == 0 && one->length == other->length &&
         memcmp(one->data, other->data, one->length) == 0 && strcmp(one->id, other->id) == 0;
}

static void compare_events(const struct event *wanted) {
  size_t at;
  for (at = 0; wanted != NULL && wanted[at].name != NULL; at++) {
    if (at >= event_count) break;
    if (!same_event(&wanted[at], &events[at]))
      failed("event %u is %s (%s): %s, not %s (%s): %s", (unsigned)at, events[at].name,
             events[at].id, events[at].data, wanted[at].name, wanted[at].id, wanted[at].data);
  }
  if (at != event_count || (wanted != NULL && wanted[at].name != NULL))
    failed("there are %u events", (unsigned)event_count);
}

static void compare_texts(const char *const *wanted) {
  size_t at;
  for (at = 0; wanted != NULL && wanted[at] != NULL && at < text_count; at++)
    if (strcmp(wanted[at], texts[at]) != 0)
      failed("chunk %u adds \"%s\", not \"%s\"", (unsigned)at, texts[at], wanted[at]);
  if (at != text_count || (wanted != NULL && wanted[at] != NULL))
    failed("%u chunks add words", (unsigned)text_count);
}

static bool contains(const struct found_value *value, const char *part) {
  size_t length = strlen(part), at;
  for (at = 0; value->value != NULL && at + length <= value->length; at++)
    if (memcmp(value->value + at, part, length) == 0) return true;
  return false;
}

static void look_for(const char *const *absent_text) {
  size_t at;
  for (; absent_text != NULL && *absent_text != NULL; absent_text++)
    for (at = 0; at < value_count; at++)
      if (contains(&values[at], *absent_text))
        failed("\"%s\" in the %s", *absent_text, values[at].name);
}

void compare_result(const struct call *call, const char *const *absent_text) {
  found_number("events", (int64_t)event_count);
  compare_values(call->values);
  compare_words(call);
  if (call->has_events) compare_events(call->events);
  if (call->has_texts) compare_texts(call->texts);
  if (call->has_json && result("kind") == NULL && !json_is_valid(result("body")))
    failed("the body is not JSON: %s", result("body"));
  look_for(absent_text);
}

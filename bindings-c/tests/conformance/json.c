#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

static const char *after_space(const char *at) { return at + strspn(at, " \t\r\n"); }

/* The end of the string that begins at `at`; NULL if it is not one. */
static const char *string_end(const char *at) {
  if (*at != '"') return NULL;
  for (at++; *at != '"'; at++) {
    if (*at == '\0') return NULL;
    if (*at == '\\' && *++at == '\0') return NULL;
  }
  return at + 1;
}

/* The end of the value that begins at `at`; NULL if no value begins there. */
static const char *value_end(const char *at) {
  char close = *at == '{' ? '}' : ']';
  if (*at == '"') return string_end(at);
  if (*at != '{' && *at != '[') {
    size_t length = strcspn(at, ",]} \t\r\n");
    return length > 0 ? at + length : NULL;
  }
  at = after_space(at + 1);
  if (*at == close) return at + 1;
  for (;;) {
    if (close == '}') {
      if ((at = string_end(at)) == NULL) return NULL;
      at = after_space(at);
      if (*at++ != ':') return NULL;
      at = after_space(at);
    }
    if ((at = value_end(at)) == NULL) return NULL;
    at = after_space(at);
    if (*at == close) return at + 1;
    if (*at++ != ',') return NULL;
    at = after_space(at);
  }
}

bool json_is_valid(const char *text) {
  if (strncmp(text, "\xef\xbb\xbf", 3) == 0) text += 3;
  text = value_end(after_space(text));
  return text != NULL && *after_space(text) == '\0';
}

/* Writes a code point below 0x10000, as this library escapes only control characters. */
static char *write_utf8(char *to, unsigned long code) {
  if (code >= 0x800) *to++ = (char)(0xe0 | code >> 12);
  if (code >= 0x800) *to++ = (char)(0x80 | (code >> 6 & 0x3f));
  else if (code >= 0x80) *to++ = (char)(0xc0 | code >> 6);
  *to++ = (char)(code >= 0x80 ? 0x80 | (code & 0x3f) : code);
  return to;
}

/* The text of the value from `at` to `end`. */
static char *as_text(const char *at, const char *end) {
  char *text = (char *)kept((size_t)(end - at) + 1), *to = text;
  if (*at != '"') {
    memcpy(text, at, (size_t)(end - at));
    return text;
  }
  for (at++; at < end - 1; at++) {
    if (*at != '\\') {
      *to++ = *at;
    } else if (*++at == 'u') {
      char digits[5] = {0};
      memcpy(digits, at + 1, 4);
      to = write_utf8(to, strtoul(digits, NULL, 16));
      at += 4;
    } else {
      const char *escape = strchr("b\bf\fn\nr\rt\t", *at);
      *to++ = escape != NULL ? escape[1] : *at;
    }
  }
  return text;
}

static bool is_text(const char *at, const char *text, size_t length) {
  const char *found = as_text(at, value_end(at));
  return strlen(found) == length && memcmp(found, text, length) == 0;
}

/* The member of an object; NULL if the object lacks it. */
static const char *member(const char *at, const char *name, size_t length) {
  at = *at == '{' ? after_space(at + 1) : "";
  while (*at == '"') {
    const char *value = after_space(after_space(string_end(at)) + 1);
    if (is_text(at, name, length)) return value;
    at = after_space(value_end(value));
    if (*at == ',') at = after_space(at + 1);
  }
  return NULL;
}

/* The item of a list that a step of a path names; NULL if the list lacks it. */
static const char *item(const char *at, const char *step, size_t length) {
  const char *equals = (const char *)memchr(step, '=', length);
  unsigned long index = strtoul(step, NULL, 10);
  for (at = after_space(at + 1); *at != ']'; index--) {
    if (equals == NULL && index == 0) return at;
    if (equals != NULL) {
      const char *value = member(at, step, (size_t)(equals - step));
      if (value != NULL && is_text(value, equals + 1, length - (size_t)(equals + 1 - step)))
        return at;
    }
    at = after_space(value_end(at));
    if (*at == ',') at = after_space(at + 1);
  }
  return NULL;
}

static const char *list_length(const char *at) {
  char *text = (char *)kept(32);
  unsigned count = 0;
  for (at = after_space(at + 1); *at != ']'; count++) {
    at = after_space(value_end(at));
    if (*at == ',') at = after_space(at + 1);
  }
  sprintf(text, "%u", count);
  return text;
}

const char *json_at(const char *json, const char *path, bool *is_null) {
  const char *at = after_space(json);
  *is_null = false;
  while (at != NULL && *path != '\0') {
    size_t length = strcspn(path, ".");
    if (*at == '[' && strcmp(path, "length") == 0) return list_length(at);
    at = *at == '[' ? item(at, path, length) : member(at, path, length);
    path += length + (path[length] == '.');
  }
  if (at == NULL) return NULL;
  *is_null = strncmp(at, "null", 4) == 0;
  return as_text(at, value_end(at));
}

/* The cases of conformance/ as C data. The test writes the table from the JSON files, because C
 * has no reader of JSON: see tests/abi/conformance. Each list ends with NULL, and a NULL list is
 * empty. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* An option, a header, or a value to compare; an absent value is NULL. A list ends where the name
 * is NULL. */
struct pair {
  const char *name;
  const char *value;
};

/* An event of a stream. A list ends where the name is NULL. */
struct event {
  const char *name;
  const char *data;
  size_t length;
  const char *id;
};

/* One call, and what it must come to. A list ends where the name is NULL. Texts may contain
 * `{name}`, which stands for a value that the test gives with the case, such as a server's URL. */
struct call {
  const char *name; /* `request` with check, `stream`, or what follows neura_ in C's own name */
  const char *method;
  const char *path;
  const char *body;
  const struct pair *options;
  const struct pair *headers;

  const struct pair *values;       /* of the reply or the error, or members of the answer */
  const char *words_of;            /* the value that has the words */
  const char *begins;              /* its beginning; NULL for any */
  const char *const *words;        /* parts of it */
  const char *const *absent_words; /* no parts of it */
  const struct event *events;      /* compared if has_events */
  const char *const *texts;        /* what the chunks add to the answer, if has_texts */
  bool has_events;
  bool has_texts;
  bool has_json; /* the body of a reply must be JSON */
};

struct conformance_case {
  const char *file;
  const char *id;
  const struct pair *options; /* of the client */
  const struct pair *headers;
  const struct call *calls;
  const char *same_as_key;        /* the calls come to the same as with this key of the caller */
  const char *const *absent_text; /* not in any text of a result */
};

#ifdef __cplusplus
extern "C" {
#endif

/* Ends where the id is NULL. */
extern const struct conformance_case conformance_cases[];

#ifdef __cplusplus
}
#endif

#endif

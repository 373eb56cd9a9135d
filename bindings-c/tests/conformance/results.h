/* What calls come to, as named texts. */
#ifndef RESULTS_H
#define RESULTS_H

#include <stddef.h>
#include <stdint.h>

#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Forgets the result of the last call. */
void forget_results(void);

/* Adds a value to the result; a NULL value is absent. The text is copied. */
void found(const char *name, const char *value);

/* The same for a number; a negative one is absent. */
void found_number(const char *name, int64_t number);

/* The same for bytes, which may contain NUL. */
void found_bytes(const char *name, const void *bytes, size_t length);

/* Adds the JSON text of an answer, whose members are values too: see json_at. */
void found_answer(const char *json);

/* Adds an event. `text` is what it adds to a chat's answer; NULL or empty for nothing. */
void found_event(const char *name, const char *data, size_t length, const char *id,
                 const char *text);

/* A value of the result: NULL if it is absent. A name that was never added fails the case. It
 * is valid until forget_results. */
const char *result(const char *name);

/* Compares the result with what the call must come to. */
void compare_result(const struct call *call, const char *const *absent_text);

#ifdef __cplusplus
}
#endif

#endif

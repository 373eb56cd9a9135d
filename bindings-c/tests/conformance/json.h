/* Reads JSON text that this library wrote. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whether the bytes are one JSON text; a byte order mark may precede it. */
bool json_is_valid(const char *text);

/* The value at a path such as `keys.0.requests` or `checks.code=proxy.found`, where
 * `code=proxy` is the first object of a list whose member `code` is `proxy`; `length` is the number
 * of a list's items. NULL if there is no such value.
 *
 * The value is as text: a string without its quotes and escapes, else its JSON. `is_null` says that
 * it is null. It is valid until the case ends. */
const char *json_at(const char *json, const char *path, bool *is_null);

#ifdef __cplusplus
}
#endif

#endif

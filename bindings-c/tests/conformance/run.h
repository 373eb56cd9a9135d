/* The case that runs, and its failures. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reports that a check of the running case failed. */
void failed(const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 1, 2)))
#endif
    ;

/* The text with the values of the running case in place of `{name}`. It is valid until the case
 * ends. NULL gives NULL. */
const char *filled(const char *text);

/* Memory that is valid until the case ends. */
void *kept(size_t size);

/* What follows has several implementations: with neura.h in client.c and calls.c, or queue.c for
 * calls through a queue; with neura.hpp in calls.cpp. */

/* Makes the client of a case. On failure the error is the result. */
bool open_client(const struct pair *options, const struct pair *headers);

/* Makes a call of the client, and adds its result. */
void make_call(const struct call *call);

/* Frees the client; there may be none. */
void close_client(void);

#ifdef __cplusplus
}
#endif

#endif

/* The client of the running case with neura.h, and the results of its calls. */
#ifndef CLIENT_H
#define CLIENT_H

#include "neura.h"
#include "run.h"

extern neura_client *client;
extern neura_options *client_options; /* for the functions that need no client */

/* The options of a call, which its maker frees. */
neura_request_options *options_of(const struct call *call);

/* The length of a call's body. */
size_t body_length(const struct call *call);

/* Adds an error to the result; it is not freed. */
void found_error(const neura_error *error);

/* Whether a call succeeded. Adds the error if not, and frees it. */
bool succeeded(neura_status status, neura_error *error);

/* Adds a reply to the result, and frees it. `checked`: its status must be one of success. */
void found_response(neura_response *response, bool checked);

/* Adds an event of a stream to the result. */
void found_stream_event(const neura_event *event);

/* Adds the head of a stream that is complete to the result. */
void found_stream_end(const neura_stream *stream);

/* Makes a call that never waits, and adds its result. Returns false for another call. */
bool made_local_call(const struct call *call);

#endif

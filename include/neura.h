/*
 * neura: the native client for the NeuraAI API.
 *
 * Made by cbindgen from bindings-c/src; edit there, then run
 * `NEURA_WRITE_HEADER=1 cargo test -p neura-c --test abi header`.
 *
 * The rules, which hold for every function:
 *
 * Calls. A call that can fail returns neura_status and takes `neura_error **error` last.
 * That may be NULL; otherwise it becomes NULL on success and an owned error on failure, so
 * free the error of one call before the next. On failure out-pointers become NULL and
 * nothing else is written. An argument that must not be NULL and is, is the error
 * NEURA_KIND_INVALID_ARGUMENT.
 *
 * Text is NUL-terminated UTF-8, checked on its way in: anything else is
 * NEURA_KIND_INVALID_ARGUMENT. Bodies are a pointer and a length; NULL with length 0 is none.
 *
 * Ownership. `_new`, `_open` and out-pointers give owned objects; free each once with the
 * `_free` of its type, which takes NULL. Owned text is freed with neura_string_free.
 * Pointers read out of an object are borrowed until that object is freed, those of an event
 * until the next call on its stream. Static text is never freed. Responses and streams
 * outlive their client.
 *
 * Absent is NULL, or -1 for numbers, never 0 or "". A getter that is given NULL says absent.
 *
 * Threads. A client and a cancel token may be used by any number of threads, every other
 * object by one at a time.
 *
 * No function aborts or unwinds. Names start with neura_ or NEURA_.
 */


#ifndef NEURA_H
#define NEURA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * As a limit of time: no limit. Zero and negative numbers are a mistake that the call
 * reports (`NEURA_KIND_CONFIG`).
 */
#define NEURA_NO_LIMIT INT64_MAX

/**
 * How a call ended.
 */
typedef enum {
  /**
   * It worked.
   */
  NEURA_OK = 0,
  /**
   * A stream is complete: there is no further event.
   */
  NEURA_END = 1,
  /**
   * It failed; the error says why.
   */
  NEURA_ERROR = 2,
} neura_status;

/**
 * What went wrong, the same in every language. The numbers never change and are never
 * reused; later versions may add some, so a `switch` needs a `default`.
 */
typedef enum {
  /**
   * An option, an environment variable or a file says something that cannot be used.
   */
  NEURA_KIND_CONFIG = 1,
  /**
   * An argument of a call cannot be used.
   */
  NEURA_KIND_INVALID_ARGUMENT = 2,
  /**
   * No key was found, or the service got none.
   */
  NEURA_KIND_MISSING_API_KEY = 3,
  /**
   * The key cannot be one; found before any connection. The error's code names the problem.
   */
  NEURA_KIND_MALFORMED_API_KEY = 4,
  /**
   * 401: the service does not know the key.
   */
  NEURA_KIND_INVALID_API_KEY = 5,
  /**
   * 401: the key is past its end date.
   */
  NEURA_KIND_EXPIRED_API_KEY = 6,
  /**
   * 401: the key was revoked.
   */
  NEURA_KIND_REVOKED_API_KEY = 7,
  /**
   * Any other 401.
   */
  NEURA_KIND_AUTHENTICATION = 8,
  /**
   * 400.
   */
  NEURA_KIND_BAD_REQUEST = 9,
  /**
   * 402.
   */
  NEURA_KIND_PAYMENT_REQUIRED = 10,
  /**
   * 403.
   */
  NEURA_KIND_PERMISSION_DENIED = 11,
  /**
   * 404.
   */
  NEURA_KIND_NOT_FOUND = 12,
  /**
   * 408: the service gave up waiting for the request.
   */
  NEURA_KIND_REQUEST_TIMEOUT = 13,
  /**
   * 409.
   */
  NEURA_KIND_CONFLICT = 14,
  /**
   * 413.
   */
  NEURA_KIND_PAYLOAD_TOO_LARGE = 15,
  /**
   * 422.
   */
  NEURA_KIND_UNPROCESSABLE = 16,
  /**
   * 429: too many requests for now.
   */
  NEURA_KIND_RATE_LIMITED = 17,
  /**
   * 429: the quota is used up; waiting does not help.
   */
  NEURA_KIND_QUOTA_EXCEEDED = 18,
  /**
   * 500 to 599.
   */
  NEURA_KIND_SERVER = 19,
  /**
   * 300 to 399: redirects are never followed.
   */
  NEURA_KIND_REDIRECT = 20,
  /**
   * Any other status outside 200 to 299.
   */
  NEURA_KIND_API = 21,
  /**
   * No connection, or one that ended too early.
   */
  NEURA_KIND_CONNECTION = 22,
  /**
   * A limit of time was reached; the message says which.
   */
  NEURA_KIND_TIMEOUT = 23,
  /**
   * No trusted TLS connection.
   */
  NEURA_KIND_TLS = 24,
  /**
   * The proxy refused or failed.
   */
  NEURA_KIND_PROXY = 25,
  /**
   * The reply is not HTTP/1.1 as it must be.
   */
  NEURA_KIND_PROTOCOL = 26,
  /**
   * The body is not what was asked for: not JSON, or a broken encoding.
   */
  NEURA_KIND_DECODE = 27,
  /**
   * The reply is larger than the limit.
   */
  NEURA_KIND_BODY_TOO_LARGE = 28,
  /**
   * A chat stream ended before the service said that it was complete.
   */
  NEURA_KIND_INCOMPLETE_STREAM = 29,
  /**
   * The caller cancelled the call.
   */
  NEURA_KIND_CANCELLED = 30,
  /**
   * A fault of this library.
   */
  NEURA_KIND_INTERNAL = 31,
  /**
   * There was no memory for a body, an event or a head of this size.
   */
  NEURA_KIND_OUT_OF_MEMORY = 32,
} neura_kind;

/**
 * Cancels the calls that it was given to, from any thread. **Owned** by who made it.
 */
typedef struct neura_cancel_token neura_cancel_token;

/**
 * A client: a key, a base URL, limits, and a pool of connections. Any number of threads may
 * use one client at the same time; **owned** by who made it.
 */
typedef struct neura_client neura_client;

/**
 * Why a call failed. **Owned** by who gets it; free it with `neura_error_free`.
 * No text of it ever shows a key.
 */
typedef struct neura_error neura_error;

/**
 * How a client is built. One thread at a time.
 *
 * Setters return nothing and copy what they are given; with NULL options they do nothing.
 * What was given wrongly, `neura_client_new` says: NULL or anything but UTF-8 where text is
 * needed is `NEURA_KIND_INVALID_ARGUMENT`, and the message names the setter.
 */
typedef struct neura_options neura_options;

/**
 * What is different for one request. One thread at a time; may serve any number of requests.
 *
 * Setters return nothing and copy what they are given; with NULL options they do nothing.
 * What was given wrongly, the call says: NULL or anything but UTF-8 where text is needed is
 * `NEURA_KIND_INVALID_ARGUMENT`, and the message names the setter.
 */
typedef struct neura_request_options neura_request_options;

/**
 * A reply with its whole body. **Owned** by who gets it, and outlives its client. One
 * thread at a time.
 */
typedef struct neura_response neura_response;

/**
 * An open stream. **Owned** by who gets it, and outlives its client. One thread at a time;
 * to end it from another thread, give its request a cancel token.
 */
typedef struct neura_stream neura_stream;

/**
 * Gives the API key, or says that it cannot: see `neura_options_set_api_key_callback`.
 *
 * The library asks for the key when a call first needs it, and again after a 401. The call
 * is then sent once more if the key is another one.
 *
 * Returns. The key as NUL-terminated UTF-8, or NULL where there is none. The library copies
 * the text at once and never frees it: it must stay valid until the callback is asked again
 * with the same user_data, or until the call that asked returns, whichever comes first.
 *
 * Failure. NULL makes the call that asked fail with `NEURA_KIND_CONFIG`. The error says why
 * in the callback's own words, if it gave them to `neura_api_key_callback_fail` first. After
 * a 401 the call fails with that 401 instead.
 *
 * Threads. The callback runs on whatever thread makes the call. One client never asks from
 * two threads at once. Two clients that were built with the same options may, and a text
 * that both were given must then bear it.
 *
 * While it runs, other calls of the client may wait for it: it must not use that client. It
 * must come back by returning: no C++ exception and no `longjmp` may leave it.
 */
typedef const char *(*neura_api_key_callback)(void *user_data);

/**
 * One event. Its pointers are **borrowed until** the next call on its stream.
 */
typedef struct {
  /**
   * The event's name; `message` where the server named none, and in a chat stream.
   */
  const char *event;
  /**
   * The event's data, with a NUL at its end. Data may hold NULs of its own, so the
   * length tells where it ends. In a chat stream: one chunk's JSON text.
   */
  const char *data;
  /**
   * The bytes of data, without the NUL at the end.
   */
  size_t data_length;
  /**
   * The last id that the server sent; empty where there was none, and in a chat stream.
   */
  const char *id;
} neura_event;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Makes options in which nothing is set: `neura_client_new` then uses the environment and
 * the defaults.
 *
 * @return  **owned** options; free them with `neura_options_free`
 */
neura_options *neura_options_new(void);

/**
 * Frees options. Clients that were built with them stay as they are.
 *
 * @param options  the **owned** options; NULL is fine
 */
void neura_options_free(neura_options *options);

/**
 * Sets the base URL. Not set: the environment variable `NEURA_BASE_URL`, else what the file
 * says that gave the key, else `https://api.neura-ai.app/v1`.
 *
 * @param options   the options
 * @param base_url  the URL; empty is the default
 */
void neura_options_set_base_url(neura_options *options, const char* base_url);

/**
 * Limits a whole call: all attempts, the waits between them, and the body. A stream's
 * limit ends with its headers. Not set: 600,000 ms.
 *
 * @param options     the options
 * @param timeout_ms  milliseconds over 0, or `NEURA_NO_LIMIT`
 */
void neura_options_set_timeout_ms(neura_options *options, int64_t timeout_ms);

/**
 * Limits making a connection, TLS included. Not set: 5,000 ms.
 *
 * @param options     the options
 * @param timeout_ms  milliseconds over 0, or `NEURA_NO_LIMIT`
 */
void neura_options_set_connect_timeout_ms(neura_options *options, int64_t timeout_ms);

/**
 * Limits the silence between two bytes once the headers came. Not set: 300,000 ms.
 *
 * @param options     the options
 * @param timeout_ms  milliseconds over 0, or `NEURA_NO_LIMIT`
 */
void neura_options_set_idle_timeout_ms(neura_options *options, int64_t timeout_ms);

/**
 * Sets how often a failed request is sent again, where that may help. Not set: 2.
 *
 * @param options      the options
 * @param max_retries  0 or more
 */
void neura_options_set_max_retries(neura_options *options, int32_t max_retries);

/**
 * Sets a header that every request carries. It replaces one of the same name, the
 * client's own included.
 *
 * @param options  the options
 * @param name     the header's name
 * @param value    the header's value
 */
void neura_options_set_header(neura_options *options, const char* name, const char* value);

/**
 * Allows a base URL with `http` to a host that is not this machine: the key then crosses
 * the network in the clear. Not set: refused (`NEURA_KIND_CONFIG`).
 *
 * @param options  the options
 * @param allow    whether to allow it
 */
void neura_options_set_allow_http(neura_options *options, bool allow);

/**
 * Sets the proxy on the way to the service. Not set: `https_proxy`, `HTTPS_PROXY`,
 * `http_proxy`, `all_proxy`, `ALL_PROXY` and `no_proxy` of the environment, by curl's rules;
 * those never apply to this machine itself.
 *
 * @param options  the options
 * @param url      `http://`, `https://`, `socks5://` or `socks5h://`, a host and a port, with
 *                 `user:password@` before the host where the proxy wants them; what cannot
 *                 be one is `NEURA_KIND_CONFIG`. NULL or empty: no proxy, whatever the
 *                 environment says
 */
void neura_options_set_proxy(neura_options *options, const char* url);

/**
 * Sets the file of the certificates that are trusted. Not set: what `SSL_CERT_FILE` names,
 * else what `CURL_CA_BUNDLE` names, else the system's, else those built in.
 *
 * @param options  the options
 * @param ca_file  the path of a PEM file, or of a folder of such files
 */
void neura_options_set_ca_file(neura_options *options, const char* ca_file);

/**
 * Sets the certificate that the client shows to a server that asks for one. Not set: none.
 * A file that cannot be read, or a key that does not belong to the certificate, is
 * `NEURA_KIND_CONFIG`.
 *
 * @param options      the options
 * @param certificate  the path of a PEM file: the certificate, its issuers' behind it
 * @param key          the path of a PEM file with the certificate's key, not encrypted; NULL:
 *                     the key stands in the certificate's file
 */
void neura_options_set_client_cert(neura_options *options,
                                   const char* certificate,
                                   const char* key);

/**
 * Limits the body of a reply, unpacked: a longer one is `NEURA_KIND_BODY_TOO_LARGE`. Not
 * set: 256 MiB.
 *
 * @param options  the options
 * @param bytes    more than 0
 */
void neura_options_set_max_body_bytes(neura_options *options, int64_t bytes);

/**
 * Limits one event of a stream: a longer one is `NEURA_KIND_BODY_TOO_LARGE`. Not set: 64 MiB.
 *
 * @param options  the options
 * @param bytes    more than 0
 */
void neura_options_set_max_event_bytes(neura_options *options, int64_t bytes);

/**
 * Limits the head of a reply, its status line and headers: a longer one is
 * `NEURA_KIND_PROTOCOL`. Not set: 64 KiB.
 *
 * @param options  the options
 * @param bytes    more than 0
 */
void neura_options_set_max_header_bytes(neura_options *options, int64_t bytes);

/**
 * Sets the API key, in place of all that were given before. Not set: the key is looked up,
 * in this order: `NEURA_API_KEY`, the file that `NEURA_API_KEY_FILE` names, what the program
 * of `NEURA_API_KEY_COMMAND` prints, a `.env` file, the credentials file
 * `~/.config/neura/credentials.toml`.
 *
 * @param options  the options
 * @param api_key  the key; empty or blank is `NEURA_KIND_MALFORMED_API_KEY`
 */
void neura_options_set_api_key(neura_options *options, const char* api_key);

/**
 * Adds one more API key behind those that were given. After a 401 the client goes on to the
 * next key and sends the request once more with it.
 *
 * @param options  the options
 * @param api_key  the key; empty or blank is `NEURA_KIND_MALFORMED_API_KEY`
 */
void neura_options_add_api_key(neura_options *options, const char* api_key);

/**
 * Sets a function that gives the API key. Together with keys as text it is
 * `NEURA_KIND_CONFIG`.
 *
 * @param options    the options
 * @param callback   the function, not NULL; what it may do is said at
 *                   `neura_api_key_callback`
 * @param user_data  what it is called with, NULL too; it must stay valid until these
 *                   options and every client that was built with them are freed
 */
void neura_options_set_api_key_callback(neura_options *options,
                                        neura_api_key_callback callback,
                                        void *user_data);

/**
 * Chooses one of several keys of the environment and the files: with `staging`
 * `NEURA_API_KEY_STAGING`, `NEURA_API_KEY_STAGING_FILE`, `.env.staging`, and the table
 * `[staging]` of the credentials file. A key without a profile is then never used. Not set:
 * the environment variable `NEURA_PROFILE`, else no profile.
 *
 * @param options  the options
 * @param profile  the profile's name
 */
void neura_options_set_profile(neura_options *options, const char* profile);

/**
 * Names the `.env` file to read, or switches `.env` files off. Not set: the nearest one
 * from the working directory upwards, as far as the repository's root or the home folder.
 *
 * @param options   the options
 * @param env_file  the path of a file that must be there, or NULL: no `.env` file is read
 */
void neura_options_set_env_file(neura_options *options, const char* env_file);

/**
 * Says why an API key callback fails, for the message of the call that asked. Only for use
 * inside the callback, right before it returns NULL, on its own thread; anywhere else this
 * does nothing. Keys that the client knows are taken out of the words.
 *
 * @param message  what went wrong, copied; NULL gives no reason, and bytes that are not
 *                 UTF-8 become U+FFFD
 */
void neura_api_key_callback_fail(const char* message);

/**
 * Makes a client. It does not connect yet, and it asks no callback.
 *
 * @param options  the options, **borrowed until** the call returns; NULL for none: the key
 *                 and the base URL are then looked up
 * @param client   receives the **owned** client; free it with `neura_client_free`
 * @param error    receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`: among others `NEURA_KIND_MISSING_API_KEY`,
 *          `NEURA_KIND_MALFORMED_API_KEY`, `NEURA_KIND_CONFIG`
 */
neura_status neura_client_new(const neura_options *options,
                              neura_client **client,
                              neura_error **error);

/**
 * Frees a client. Responses and streams that it gave outlive it; calls that run on it in
 * other threads must have returned.
 *
 * @param client  the **owned** client; NULL is fine
 */
void neura_client_free(neura_client *client);

/**
 * Gives the header that authenticates a request, for other tools:
 * `Authorization: Bearer ...`. This is the secret itself.
 *
 * @param client  the client
 * @param text    receives **owned** text; free it with `neura_string_free`
 * @param error   receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`: where a callback is asked and gives no key
 */
neura_status neura_auth_header(const neura_client *client, char **text, neura_error **error);

/**
 * Gives the client a new API key. Requests use it from the next one on; those in flight end
 * with the old one, and so none fails. Any thread may call this.
 *
 * @param client  the client
 * @param key     the key, copied
 * @param error   receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`: `NEURA_KIND_MALFORMED_API_KEY`, or
 *          `NEURA_KIND_CONFIG` where the base URL came from the old key's file; the old key
 *          then stays in use
 */
neura_status neura_client_set_api_key(const neura_client *client,
                                      const char* key,
                                      neura_error **error);

/**
 * Tells how much each key was used that the client ever held.
 *
 * @param client  the client
 * @param json    receives **owned** JSON text without any key; free it with
 *                `neura_string_free`. It has `keys`, a list of `fingerprint`, `mask`,
 *                `source`, `requests` (retries included), `unauthorized` (replies with
 *                401), `rate_limited` (429), `retries`, `prompt_tokens`,
 *                `completion_tokens`, `first_used`, `last_used` (RFC 3339, null for never)
 * @param error   receives the **owned** error
 * @return  `NEURA_OK`; `NEURA_ERROR` only for an argument that is NULL
 */
neura_status neura_client_usage(const neura_client *client, char **json, neura_error **error);

/**
 * Says where the key comes from that a client with these options would use. It connects to
 * nothing, asks no callback and runs no program.
 *
 * @param options  the options, **borrowed until** the call returns; NULL for none
 * @param json     receives **owned** JSON text without the key; free it with
 *                 `neura_string_free`. Its keys: `source` (`caller`, `callable`,
 *                 `environment`, `secret_file`, `command`, `env_file`, `credentials_file`), `name`
 *                 (the variable), `path`, `profile`, `mask`, `fingerprint`, `base_url`,
 *                 `base_url_source`, `key_age_days` (where the credentials file has
 *                 `added`); null where absent
 * @param error    receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`: what `neura_client_new` says of the key and the
 *          base URL. The message of `NEURA_KIND_MISSING_API_KEY` names every place
 */
neura_status neura_resolve(const neura_options *options,
                           char **json,
                           neura_error **error);

/**
 * Finds out why authentication fails, or that it does not: the places of the key, its form,
 * the files, the way to the service, and the service's answer, for which a callback is asked
 * as a client would ask it. It waits for the network, for 30 s at the most in one step.
 *
 * @param options  the options, **borrowed until** the call returns; NULL for none
 * @param json     receives **owned** JSON text without the key; free it with
 *                 `neura_string_free`. Its keys: `ok`, `verdict` (`valid`, or the name of
 *                 the kind that calls fail with), `checks` (a list of `code`, `status`:
 *                 `ok`, `warning`, `failed` or `skipped`, `found`, `advice`), `key` (as
 *                 `neura_resolve` gives it), `base_url`; null where absent
 * @param error    receives the **owned** error
 * @return  `NEURA_OK`; `NEURA_ERROR` only for an argument that cannot be used
 */
neura_status neura_diagnose(const neura_options *options, char **json, neura_error **error);

/**
 * Makes request options in which nothing is set: the client's hold.
 *
 * @return  **owned** options; free them with `neura_request_options_free`
 */
neura_request_options *neura_request_options_new(void);

/**
 * Frees request options. Requests that were made with them go on.
 *
 * @param options  the **owned** options; NULL is fine
 */
void neura_request_options_free(neura_request_options *options);

/**
 * Limits the whole call, as `neura_options_set_timeout_ms` does for all calls.
 *
 * @param options     the options
 * @param timeout_ms  milliseconds over 0, or `NEURA_NO_LIMIT`
 */
void neura_request_options_set_timeout_ms(neura_request_options *options, int64_t timeout_ms);

/**
 * Sets how often this request is sent again, where that may help.
 *
 * @param options      the options
 * @param max_retries  0 or more
 */
void neura_request_options_set_max_retries(neura_request_options *options, int32_t max_retries);

/**
 * Adds a header to this request. It replaces the client's own of the same name.
 *
 * @param options  the options
 * @param name     the header's name
 * @param value    the header's value
 */
void neura_request_options_set_header(neura_request_options *options,
                                      const char* name,
                                      const char* value);

/**
 * Sets the `Idempotency-Key` header, the same on every attempt.
 *
 * @param options  the options
 * @param key      what names this request, such as a UUID
 */
void neura_request_options_set_idempotency_key(neura_request_options *options, const char* key);

/**
 * Lets `neura_cancel` end the calls made with these options.
 *
 * @param options  the options
 * @param token    the token, **borrowed until** the setter returns: it may be freed before
 *                 the call ends
 */
void neura_request_options_set_cancel(neura_request_options *options,
                                      const neura_cancel_token *token);

/**
 * Sends a request and reads the whole reply, whatever its status: see
 * `neura_response_check`.
 *
 * @param client    the client
 * @param method    `GET`, `POST`, ... in any case
 * @param path      the path after the base URL, such as `/models`
 * @param body      the body, **borrowed until** the call returns and not copied; it is sent as
 *                  JSON unless the options have another `Content-Type`. NULL with length 0 for none
 * @param length    the body's bytes, at most 2^31
 * @param options   the request's options, **borrowed until** the call returns; NULL for none
 * @param response  receives the **owned** reply; free it with `neura_response_free`
 * @param error     receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_request(const neura_client *client,
                           const char* method,
                           const char* path,
                           const void* body,
                           size_t length,
                           const neura_request_options *options,
                           neura_response **response,
                           neura_error **error);

/**
 * Sends a request and opens the event stream that answers it. A status outside 200 to 299
 * is an error.
 *
 * @param client   the client
 * @param method   `GET`, `POST`, ... in any case
 * @param path     the path after the base URL
 * @param body     as for `neura_request`
 * @param length   the body's bytes, at most 2^31
 * @param options  as for `neura_request`; a cancel token also ends the open stream
 * @param stream   receives the **owned** stream; free it with `neura_stream_free`
 * @param error    receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_stream_open(const neura_client *client,
                               const char* method,
                               const char* path,
                               const void* body,
                               size_t length,
                               const neura_request_options *options,
                               neura_stream **stream,
                               neura_error **error);

/**
 * The HTTP status.
 *
 * @param response  the reply
 * @return  the status; -1 where response is NULL
 */
int32_t neura_response_status(const neura_response *response);

/**
 * One header; the first, where the server sent it more than once.
 *
 * @param response  the reply
 * @param name      the header's name, in any case
 * @return  text, **borrowed until** the response is freed; NULL where there is none
 */
const char* neura_response_header(const neura_response *response, const char* name);

/**
 * The body as it came. It has no NUL at its end: the length tells where that is.
 *
 * @param response  the reply
 * @param length    receives the number of bytes, 0 where response is NULL
 * @return  the first byte, **borrowed until** the response is freed, also where the body is
 *          empty; NULL where response or length is NULL
 */
const uint8_t *neura_response_body(const neura_response *response, size_t *length);

/**
 * The service's id of the request, to quote to its support.
 *
 * @param response  the reply
 * @return  text, **borrowed until** the response is freed; NULL where there is none
 */
const char* neura_response_request_id(const neura_response *response);

/**
 * How many times the request was sent.
 *
 * @param response  the reply
 * @return  the number, 1 or more; -1 where response is NULL
 */
int32_t neura_response_attempts(const neura_response *response);

/**
 * Turns a status outside 200 to 299 into the error that it means.
 *
 * @param response  the reply
 * @param error     receives the **owned** error
 * @return  `NEURA_OK` inside 200 to 299, else `NEURA_ERROR`
 */
neura_status neura_response_check(const neura_response *response, neura_error **error);

/**
 * Frees a reply, and every pointer read out of it.
 *
 * @param response  the **owned** reply; NULL is fine
 */
void neura_response_free(neura_response *response);

/**
 * Waits for the next event.
 *
 * @param stream  the stream
 * @param event   receives the event, **borrowed until** the next call on the stream. At the
 *                end and on failure its pointers become NULL and its length 0
 * @param error   receives the **owned** error
 * @return  `NEURA_OK` with an event, `NEURA_END` when the stream is complete, or
 *          `NEURA_ERROR`; after the last two there is no further event
 */
neura_status neura_stream_next(neura_stream *stream, neura_event *event, neura_error **error);

/**
 * Closes a stream at once, read to its end or not, and frees it with its event.
 *
 * @param stream  the **owned** stream; NULL is fine
 */
void neura_stream_free(neura_stream *stream);

/**
 * Asks one chat completion: `POST /chat/completions`. A status outside 200 to 299, and a
 * body that is not JSON, is an error.
 *
 * @param client        the client
 * @param request_json  the request as JSON text, **borrowed until** the call returns
 * @param response      receives the **owned** reply; free it with `neura_response_free`
 * @param error         receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_chat(const neura_client *client,
                        const char* request_json,
                        neura_response **response,
                        neura_error **error);

/**
 * Asks one chat completion as a stream of chunks. `"stream": true` is added where the
 * request does not say it. An error inside the stream is an error of `neura_stream_next`,
 * and so is an end before the service said that the answer is complete
 * (`NEURA_KIND_INCOMPLETE_STREAM`).
 *
 * @param client        the client
 * @param request_json  the request as JSON text, **borrowed until** the call returns
 * @param stream        receives the **owned** stream; free it with `neura_stream_free`
 * @param error         receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_chat_stream(const neura_client *client,
                               const char* request_json,
                               neura_stream **stream,
                               neura_error **error);

/**
 * Lists the models: `GET /models`. A status outside 200 to 299, and a body that is not
 * JSON, is an error.
 *
 * @param client    the client
 * @param response  receives the **owned** reply; free it with `neura_response_free`
 * @param error     receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_models(const neura_client *client,
                          neura_response **response,
                          neura_error **error);

/**
 * Asks for embeddings: `POST /embeddings`. A status outside 200 to 299, and a body that is
 * not JSON, is an error.
 *
 * @param client        the client
 * @param request_json  the request as JSON text, **borrowed until** the call returns
 * @param response      receives the **owned** reply; free it with `neura_response_free`
 * @param error         receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_embeddings(const neura_client *client,
                              const char* request_json,
                              neura_response **response,
                              neura_error **error);

/**
 * Tests the key by asking for the models. A key that is refused, or no connection, is not
 * an error of this call: the text says so.
 *
 * @param client  the client
 * @param json    receives **owned** JSON text; free it with `neura_string_free`. Its keys:
 *                `ok`, `kind`, `status`, `message`, `key`, `latency_ms`, `request_id`,
 *                `models` (how many); null where nothing is known
 * @param error   receives the **owned** error
 * @return  `NEURA_OK`; `NEURA_ERROR` only for an argument that is NULL
 */
neura_status neura_check(const neura_client *client, char **json, neura_error **error);

/**
 * Makes a cancel token. `neura_request_options_set_cancel` gives it to calls.
 *
 * @return  an **owned** token; free it with `neura_cancel_free`
 */
neura_cancel_token *neura_cancel_new(void);

/**
 * Cancels: calls and streams that were given the token end with `NEURA_KIND_CANCELLED`
 * within 100 ms, also those that start later. Any thread may call this.
 *
 * @param token  the token; NULL is fine
 */
void neura_cancel(const neura_cancel_token *token);

/**
 * Frees a token. This cancels nothing: calls that were given it go on.
 *
 * @param token  the **owned** token; NULL is fine
 */
void neura_cancel_free(neura_cancel_token *token);

/**
 * What went wrong, as data.
 *
 * @param error  the error
 * @return  one of `NEURA_KIND_...`; -1 where error is NULL
 */
int32_t neura_error_kind(const neura_error *error);

/**
 * What failed, what the server said, and what to do next, for people.
 *
 * @param error  the error
 * @return  text, **borrowed until** the error is freed; NULL where error is NULL
 */
const char* neura_error_message(const neura_error *error);

/**
 * The HTTP status of the reply.
 *
 * @param error  the error
 * @return  the status; -1 where no reply came
 */
int32_t neura_error_status(const neura_error *error);

/**
 * The server's code; for `NEURA_KIND_MALFORMED_API_KEY` what is wrong with the key.
 *
 * @param error  the error
 * @return  text, **borrowed until** the error is freed; NULL where there is none
 */
const char* neura_error_code(const neura_error *error);

/**
 * The server's type of error.
 *
 * @param error  the error
 * @return  text, **borrowed until** the error is freed; NULL where there is none
 */
const char* neura_error_type(const neura_error *error);

/**
 * The parameter that the server complains of.
 *
 * @param error  the error
 * @return  text, **borrowed until** the error is freed; NULL where there is none
 */
const char* neura_error_param(const neura_error *error);

/**
 * The service's id of the request, to quote to its support.
 *
 * @param error  the error
 * @return  text, **borrowed until** the error is freed; NULL where there is none
 */
const char* neura_error_request_id(const neura_error *error);

/**
 * How long the server asked to wait.
 *
 * @param error  the error
 * @return  milliseconds; -1 where the server did not say
 */
int64_t neura_error_retry_after_ms(const neura_error *error);

/**
 * Whether the same request may succeed later. The client's own retries are over by then.
 *
 * @param error  the error
 * @return  true if so; false where error is NULL
 */
bool neura_error_retryable(const neura_error *error);

/**
 * How many times the request was sent.
 *
 * @param error  the error
 * @return  the number, 0 when the call failed before any connection; -1 where error is NULL
 */
int32_t neura_error_attempts(const neura_error *error);

/**
 * Frees an error and every text read out of it.
 *
 * @param error  the **owned** error; NULL is fine
 */
void neura_error_free(neura_error *error);

/**
 * The stable name of a kind, such as `invalid_api_key`.
 *
 * @param kind  one of `NEURA_KIND_...`
 * @return  **static** text; NULL for a number that is no kind
 */
const char* neura_kind_name(int32_t kind);

/**
 * Frees text that this library gave out as **owned**.
 *
 * @param text  the text, which must not be used afterwards; NULL is fine
 */
void neura_string_free(char* text);

/**
 * The library's version, such as `0.1.0`.
 *
 * @return  **static** text
 */
const char* neura_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* NEURA_H */

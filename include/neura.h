/*
 * neura: the native client for the NeuraAI API.
 *
 * Made by cbindgen from bindings-c/src; edit there, then run
 * `NEURA_WRITE_HEADER=1 cargo test -p neura-c --test abi header`.
 *
 * The rules, which hold for every function:
 *
 * Calls. A call that can fail returns neura_status. Its last argument is
 * `neura_error **error`, which may be NULL. Otherwise `*error` becomes NULL on success and an
 * owned error on failure: free the error of one call before the next call. On failure
 * out-pointers become NULL and nothing else is written. NULL for an argument that needs a
 * value is the error NEURA_KIND_INVALID_ARGUMENT.
 *
 * Text is NUL-terminated UTF-8. The library checks it: anything else is
 * NEURA_KIND_INVALID_ARGUMENT. Bodies are a pointer and a length; NULL with length 0 means no
 * body.
 *
 * Ownership. `_new`, `_open` and out-pointers give owned objects. Free each once with the
 * `_free` of its type, which accepts NULL. Owned text is freed with neura_string_free.
 * Pointers read from an object are borrowed until that object is freed; those of an event
 * until the next call on its stream, or, of a completion, until that is freed. Never free
 * static text. Responses, streams and completions outlive their client.
 *
 * An absent value is NULL, or -1 for numbers, never 0 or "". A getter returns it for a NULL
 * object, too.
 *
 * Threads. Any number of threads may use a client, a cancel token or a queue at once. Only one
 * thread at a time may use any other object.
 *
 * Without blocking. A call that waits does so on its caller's thread. neura_queue makes the same
 * calls on threads of the library, for a program with an event loop.
 *
 * No function unwinds, and none ends the process but for lack of memory, as said below. Names
 * start with neura_ or NEURA_.
 *
 * The process.
 *
 * Environment and files are read by neura_client_new, neura_resolve and neura_diagnose, with
 * getenv: no other thread may change the environment meanwhile. Later only a file that gave
 * the key is looked at again, when it changes, and NEURA_API_KEY_COMMAND is run at the first
 * call and after a 401, but not in a setuid or setgid program: such a program should clear its
 * environment first. A look-up of a name reads what the C library reads. The environment,
 * the working directory, the locale and the umask are never changed. Nothing is printed, but
 * for the log that NEURA_LOG asks for.
 *
 * Signals. The library sets no handler and changes no mask. A call that a handler interrupts
 * goes on, without EINTR, within its time limits. neura_cancel may be called in a signal
 * handler: it takes no lock, allocates nothing and leaves errno alone; nothing else may. A
 * connection that is closed raises no SIGPIPE. A line of NEURA_LOG to a stderr that is a
 * closed pipe does, as every output of the program there. The program of NEURA_API_KEY_COMMAND
 * is a child process, which the call waits for by its id.
 *
 * Threads of its own. A call runs on its caller's thread, one of a queue on a thread of the
 * library's, which ends after 10 s without work. Another looks up a name (it ends by itself, also
 * when the call has given up), or reads what NEURA_API_KEY_COMMAND prints. On Linux a thread that
 * waits sleeps until something comes, a limit passes or the call is cancelled; on other systems
 * it wakes 20 times a second.
 *
 * fork. A child may go on with all clients, options and tokens, also if other threads were in
 * calls. It opens connections of its own. A stream or body that was opened before the fork is
 * the parent's: in the child it is only freed, which leaves the parent's connection alone.
 * A child that was made without the handlers of pthread_atfork, as by a bare clone or _Fork,
 * calls exec before anything of the library.
 *
 * pthread_cancel takes effect after the call: each call holds it back, in callbacks too. A
 * call ends early by neura_cancel. The type PTHREAD_CANCEL_ASYNCHRONOUS is not allowed, and
 * neither is leaving a call with longjmp.
 *
 * Stack. A call needs at most 128 KiB, and what its callbacks need.
 *
 * dlclose is allowed when every object is freed and no callback is set. The library's code
 * stays loaded, and dlopen finds it again.
 *
 * Descriptors. A client holds its idle connections, at most 1,000, to use them again: those
 * older than 50 s are closed at its next call, all of them by neura_client_free. An open
 * stream or body holds its connection until its end or its _free. Files are closed before the
 * call returns. All are close-on-exec. Without a free descriptor a call fails, and its message
 * says so.
 *
 * Memory. If there is none for a body, an event or a head, or for the request's copy, the call
 * fails with NEURA_KIND_OUT_OF_MEMORY. If even a small allocation fails, the process ends with
 * SIGABRT, after a line on stderr.
 */


#ifndef NEURA_H
#define NEURA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A time limit of this value means no limit. Zero and negative numbers are the error
 * `NEURA_KIND_CONFIG`.
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
   * An option, an environment variable or a file has an invalid value.
   */
  NEURA_KIND_CONFIG = 1,
  /**
   * An argument of a call is invalid.
   */
  NEURA_KIND_INVALID_ARGUMENT = 2,
  /**
   * No key was found, or the service got none.
   */
  NEURA_KIND_MISSING_API_KEY = 3,
  /**
   * The key has an invalid form, found before any connection. The error's code names the problem.
   */
  NEURA_KIND_MALFORMED_API_KEY = 4,
  /**
   * 401: the service does not know the key.
   */
  NEURA_KIND_INVALID_API_KEY = 5,
  /**
   * 401: the key has expired.
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
   * The connection failed or ended too early.
   */
  NEURA_KIND_CONNECTION = 22,
  /**
   * A time limit was reached; the message says which.
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
   * The server's reply is not valid HTTP/1.1.
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
   * A chat stream ended before the service marked it as complete.
   */
  NEURA_KIND_INCOMPLETE_STREAM = 29,
  /**
   * The caller cancelled the call.
   */
  NEURA_KIND_CANCELLED = 30,
  /**
   * A bug in this library.
   */
  NEURA_KIND_INTERNAL = 31,
  /**
   * There was no memory for a body, an event or a head of this size.
   */
  NEURA_KIND_OUT_OF_MEMORY = 32,
} neura_kind;

/**
 * A number of a reply's rate limits, as the service's `x-ratelimit-` headers have it.
 */
typedef enum {
  /**
   * How many requests a window allows.
   */
  NEURA_RATE_LIMIT_REQUESTS_LIMIT = 1,
  /**
   * How many requests are left.
   */
  NEURA_RATE_LIMIT_REQUESTS_REMAINING = 2,
  /**
   * Milliseconds until the window of requests is full again; 0 if that is past.
   */
  NEURA_RATE_LIMIT_REQUESTS_RESET_MS = 3,
  /**
   * How many tokens a window allows.
   */
  NEURA_RATE_LIMIT_TOKENS_LIMIT = 4,
  /**
   * How many tokens are left.
   */
  NEURA_RATE_LIMIT_TOKENS_REMAINING = 5,
  /**
   * Milliseconds until the window of tokens is full again; 0 if that is past.
   */
  NEURA_RATE_LIMIT_TOKENS_RESET_MS = 6,
} neura_rate_limit;

/**
 * How much is logged.
 */
typedef enum {
  /**
   * One line for each attempt of a call.
   */
  NEURA_LOG_LEVEL_INFO = 1,
  /**
   * Also some headers of the reply.
   */
  NEURA_LOG_LEVEL_DEBUG = 2,
} neura_log_level;

/**
 * One finished attempt of a call. It has no key, but the key's fingerprint. It is **borrowed
 * until** the callback that it was passed to returns.
 */
typedef struct neura_attempt neura_attempt;

/**
 * A reply whose body is read as it arrives. The receiver **owns** it; it outlives its client.
 * Only one thread at a time may use it. To end it from another thread, give its request a
 * cancel token.
 */
typedef struct neura_body neura_body;

/**
 * Cancels the calls that it is given to, from any thread. Its creator **owns** it.
 */
typedef struct neura_cancel_token neura_cancel_token;

/**
 * A client: a key, a base URL, limits, and a pool of connections. Any number of threads may
 * use one client at the same time. Its creator **owns** it.
 */
typedef struct neura_client neura_client;

/**
 * The completion of a submitted call. The receiver **owns** it. Only one thread at a time may use
 * it. It outlives its queue.
 */
typedef struct neura_completion neura_completion;

/**
 * Why a call failed. The receiver **owns** it; free it with `neura_error_free`. None of its
 * texts contains a key.
 */
typedef struct neura_error neura_error;

/**
 * One event of a stream, **borrowed until** the next call on its stream; an event that
 * `neura_completion_event` returned, **until** its completion is freed.
 */
typedef struct neura_event neura_event;

/**
 * How a client is built. Only one thread at a time may use it.
 *
 * Setters return nothing and copy their arguments; with NULL options they do nothing. A wrong
 * argument of a setter is an error of `neura_client_new`: NULL, or bytes that are not UTF-8,
 * instead of text is `NEURA_KIND_INVALID_ARGUMENT`, and the message names the setter. A later good
 * value of the same setter (and of the same header) corrects it; `neura_options_set_api_key` also
 * corrects the keys that were added, and `neura_options_clear_headers` a header with a wrong name.
 */
typedef struct neura_options neura_options;

/**
 * Calls that are made without blocking, on threads of the library, and their completions. Its
 * creator **owns** it.
 *
 * A program submits calls with `neura_submit_...`. Each call that was submitted gives one
 * completion, also if it fails. `neura_queue_fd` is readable while a completion is ready, and
 * `neura_queue_next` returns it. The order is that in which the calls end.
 *
 * Clients. A queue serves any number of clients. A client may be freed while its calls run; the
 * user_data of its callbacks must stay valid until their completions are read.
 *
 * Threads. Any number of threads may submit to one queue and read from it at the same time. Only
 * `neura_queue_free` needs the queue for itself. Each call that runs or waits for the network uses
 * a thread of the library, with a stack of 256 KiB and the signal mask of the thread that
 * submitted: at most 1,024 for a queue, or the client's own limit. Further calls wait for their
 * turn, which counts towards their timeout. A thread ends after 10 s without work.
 *
 * Fork. A child process cannot use its parent's queue: every call on it fails with
 * `NEURA_KIND_INVALID_ARGUMENT`, and `neura_queue_free` only frees. It may make a queue of its own.
 */
typedef struct neura_queue neura_queue;

/**
 * Options of single requests. Any number of requests may use one object, but only one thread
 * at a time.
 *
 * Setters return nothing and copy their arguments; with NULL options they do nothing. A wrong
 * argument is reported by the call that uses the options: NULL or invalid UTF-8 in place of a text
 * is `NEURA_KIND_INVALID_ARGUMENT`, and the message names the setter. A later good value of the
 * same setter (and of the same header) corrects it; `neura_request_options_clear_headers` and
 * `_clear_query` correct a header with a wrong name and a wrong parameter. The two also make the
 * options ready for the next request.
 */
typedef struct neura_request_options neura_request_options;

/**
 * A reply with its whole body. The receiver **owns** it; it outlives its client. Only one
 * thread at a time may use it.
 */
typedef struct neura_response neura_response;

/**
 * An open stream. The receiver **owns** it; it outlives its client. Only one thread at a time
 * may use it. To end it from another thread, give its request a cancel token. To read it without
 * blocking: `neura_submit_stream_next`.
 */
typedef struct neura_stream neura_stream;

/**
 * Returns the API key, or NULL on failure: see `neura_options_set_api_key_callback`.
 *
 * The library asks for the key when a call first needs it, and again after a 401. The call
 * is then sent once more if the key has changed.
 *
 * Returns. The key as NUL-terminated UTF-8, or NULL if it has no key. The library copies the
 * text at once and never frees it. The text must stay valid until the callback runs again with
 * the same user_data, or until the call that asked for it returns, whichever comes first.
 *
 * Failure. After NULL the call fails with `NEURA_KIND_CONFIG`. To explain why, the callback
 * passes a message to `neura_api_key_callback_fail` before it returns. After a 401 the call
 * fails with that 401 instead.
 *
 * Threads. The callback runs on the thread that makes the call; for a call of a queue, on a
 * thread of the library with a stack of 256 KiB. One client never runs it on two threads at once.
 * Two clients that were built with the same options may: the callback must then return a
 * different buffer to each thread.
 *
 * While it runs, other calls of the client may wait for it, so it must not use that client.
 * It must return normally: no C++ exception and no `longjmp` may leave it.
 */
typedef const char *(*neura_api_key_callback)(void *user_data);

/**
 * Called after each attempt of a call: see `neura_options_set_attempt_callback`.
 *
 * Threads. It runs on the thread that makes the call (of a queue: a thread of the library), which
 * waits for it, so on several at once if there are several calls. It may use this library, also
 * the client of the attempt; a call that it makes is reported as well. It must return normally: no
 * C++ exception and no `longjmp` may leave it.
 */
typedef void (*neura_attempt_callback)(void *user_data, const neura_attempt *attempt);

/**
 * Gets one line of the log: see `neura_set_log_callback`.
 *
 * The line has no line end and no key, and is **borrowed until** the callback returns.
 *
 * Threads. It runs on the thread that makes a call (of a queue: a thread of the library), which
 * waits for it, so on several at once if there are several calls. It may use this library; a call
 * that it makes is logged as well. It must return normally: no C++ exception and no `longjmp` may
 * leave it.
 */
typedef void (*neura_log_callback)(void *user_data, const char *line);

/**
 * Gives the next bytes of a request's body: see `neura_request_options_set_body_callback`.
 *
 * Returns. `NEURA_OK` after it wrote 1 to `size` bytes to `buffer` and their number to `*length`;
 * `NEURA_END` when there are no more; `NEURA_ERROR` if it failed, after which the call fails with
 * `NEURA_KIND_INVALID_ARGUMENT`. To explain why, it passes a message to
 * `neura_body_callback_fail` before it returns. Any other result is a failure, too.
 *
 * Threads. It runs on the thread that makes the call, which waits for it: its time counts for the
 * call's timeout, but only between two calls of it is the call cancelled or ended. It must return
 * normally: no C++ exception and no `longjmp` may leave it.
 */
typedef int32_t (*neura_body_callback)(void *user_data,
                                       void *buffer,
                                       size_t size,
                                       size_t *length);

/**
 * Goes back to the first byte of a request's body: see `neura_request_options_set_body_callback`.
 *
 * Returns. `NEURA_OK`, or `NEURA_ERROR` if it failed, as `neura_body_callback` does. It has the
 * same rules about threads.
 */
typedef int32_t (*neura_body_rewind_callback)(void *user_data);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Makes empty options: `neura_client_new` then uses the environment and the defaults.
 *
 * @return  **owned** options; free them with `neura_options_free`
 */
neura_options *neura_options_new(void);

/**
 * Frees options. Clients that were built with them do not change.
 *
 * @param options  the **owned** options; NULL is fine
 */
void neura_options_free(neura_options *options);

/**
 * Sets a header of every request. It replaces one of the same name, even the client's own.
 *
 * @param options  the options
 * @param name     the header's name
 * @param value    the header's value
 */
void neura_options_set_header(neura_options *options, const char* name, const char* value);

/**
 * Takes back all headers that were set with `neura_options_set_header`, also wrong ones.
 *
 * @param options  the options
 */
void neura_options_clear_headers(neura_options *options);

/**
 * The API key. It replaces all that were given before. An empty one is
 * `NEURA_KIND_MALFORMED_API_KEY`. Default: the first that is found of `NEURA_API_KEY`, the
 * file that `NEURA_API_KEY_FILE` names, what the program in `NEURA_API_KEY_COMMAND` prints, a
 * `.env` file, the credentials file.
 *
 * @param options  the options
 * @param api_key  the value
 */
void neura_options_set_api_key(neura_options *options, const char* api_key);

/**
 * Which of several keys of the environment and the files to use. The profile `staging` reads
 * `NEURA_API_KEY_STAGING`, `NEURA_API_KEY_STAGING_FILE`, `.env.staging`, and the table
 * `[staging]` of the credentials file. A profile never falls back to the key without one.
 * Default: `NEURA_PROFILE`, else none.
 *
 * @param options  the options
 * @param profile  the value
 */
void neura_options_set_profile(neura_options *options, const char* profile);

/**
 * The one `.env` file to read, which must exist; NULL for none. Default: the nearest one, from
 * the working directory upwards.
 *
 * @param options   the options
 * @param env_file  the path of a file, or NULL
 */
void neura_options_set_env_file(neura_options *options, const char* env_file);

/**
 * Where requests go. Plain http is for loopback hosts, unless `neura_options_set_allow_http`
 * is set. Default: `NEURA_BASE_URL`, else the URL in the key's own file, else
 * `https://api.neura-ai.app/v1`.
 *
 * @param options   the options
 * @param base_url  the value
 */
void neura_options_set_base_url(neura_options *options, const char* base_url);

/**
 * One deadline for a whole call: all attempts, the waits and the body; for a stream it ends
 * with the headers. Default: 600,000 ms.
 *
 * @param options     the options
 * @param timeout_ms  milliseconds, more than 0, or `NEURA_NO_LIMIT`
 */
void neura_options_set_timeout_ms(neura_options *options, int64_t timeout_ms);

/**
 * The limit for opening a connection: looking up the name, connecting, the proxy and the TLS
 * handshake together. Default: 5,000 ms.
 *
 * @param options     the options
 * @param timeout_ms  milliseconds, more than 0, or `NEURA_NO_LIMIT`
 */
void neura_options_set_connect_timeout_ms(neura_options *options, int64_t timeout_ms);

/**
 * The limit between two pieces of a body, after the headers. Default: 300,000 ms.
 *
 * @param options     the options
 * @param timeout_ms  milliseconds, more than 0, or `NEURA_NO_LIMIT`
 */
void neura_options_set_idle_timeout_ms(neura_options *options, int64_t timeout_ms);

/**
 * How many times a failed request is sent again; 0 sends it once. Default: 2.
 *
 * @param options      the options
 * @param max_retries  the number
 */
void neura_options_set_max_retries(neura_options *options, int32_t max_retries);

/**
 * Whether only a request that certainly never reached the server is sent again. Default:
 * false.
 *
 * @param options  the options
 * @param on       whether to switch it on
 */
void neura_options_set_replay_unsent_only(neura_options *options, bool on);

/**
 * How many asynchronous calls run at a time; more wait in order. 0 is `NEURA_KIND_CONFIG`.
 * Default: 1,024, shared by all clients that do not set this.
 *
 * @param options        the options
 * @param max_in_flight  the number
 */
void neura_options_set_max_in_flight(neura_options *options, int32_t max_in_flight);

/**
 * The proxy on the way to the service: `http://`, `https://`, `socks5://` or `socks5h://`,
 * with `user:password@`, percent-encoded, if it requires them; NULL or an empty text for none.
 * Default: the proxy of the environment, by curl's rules: `https_proxy`, `HTTPS_PROXY`,
 * `http_proxy`, `all_proxy`, `ALL_PROXY` and `no_proxy`; never for a loopback host.
 *
 * @param options  the options
 * @param proxy    the URL, or NULL
 */
void neura_options_set_proxy(neura_options *options, const char* proxy);

/**
 * A PEM file with the certificates of the authorities to trust, or a folder of such files; no
 * others are trusted then. Default: the file or folder in `SSL_CERT_FILE`, else in
 * `CURL_CA_BUNDLE`, else the system's authorities, else those that come with this library.
 *
 * @param options  the options
 * @param ca_file  the path of a file
 */
void neura_options_set_ca_file(neura_options *options, const char* ca_file);

/**
 * The largest body of a reply in bytes, unpacked; a larger one is `NEURA_KIND_BODY_TOO_LARGE`.
 * Default: 256 MiB.
 *
 * @param options  the options
 * @param bytes    more than 0
 */
void neura_options_set_max_body_bytes(neura_options *options, int64_t bytes);

/**
 * The largest event of a stream in bytes; a larger one is `NEURA_KIND_BODY_TOO_LARGE`.
 * Default: 64 MiB.
 *
 * @param options  the options
 * @param bytes    more than 0
 */
void neura_options_set_max_event_bytes(neura_options *options, int64_t bytes);

/**
 * The largest head of a reply in bytes; a larger one, or one of more than 128 headers, is
 * `NEURA_KIND_PROTOCOL`. Default: 64 KiB.
 *
 * @param options  the options
 * @param bytes    more than 0
 */
void neura_options_set_max_header_bytes(neura_options *options, int64_t bytes);

/**
 * Whether the key may be sent over plain http to a host that is not loopback. Default: false.
 *
 * @param options  the options
 * @param on       whether to switch it on
 */
void neura_options_set_allow_http(neura_options *options, bool on);

/**
 * Sets the certificate for a server that asks for a client certificate. Default: no
 * certificate. A file that cannot be read, or a key that does not belong to the certificate,
 * is `NEURA_KIND_CONFIG`.
 *
 * @param options      the options
 * @param certificate  the path of a PEM file: the certificate, followed by its issuers'
 * @param key          the path of a PEM file with the certificate's key, not encrypted; NULL if
 *                     the key is in the certificate's file
 */
void neura_options_set_client_cert(neura_options *options,
                                   const char* certificate,
                                   const char* key);

/**
 * Adds an API key after those already set. After a 401 the client sends the request once more
 * with the next key.
 *
 * @param options  the options
 * @param api_key  the key; empty or blank is `NEURA_KIND_MALFORMED_API_KEY`
 */
void neura_options_add_api_key(neura_options *options, const char* api_key);

/**
 * Sets a function that returns the API key. A callback and keys as text together are the
 * error `NEURA_KIND_CONFIG`.
 *
 * @param options    the options
 * @param callback   the function, not NULL; for its rules see
 *                   `neura_api_key_callback`
 * @param user_data  its argument, which may be NULL; it must stay valid until these options and
 *                   every client that was built with them are freed, and the completions of
 *                   their queued calls are read
 */
void neura_options_set_api_key_callback(neura_options *options,
                                        neura_api_key_callback callback,
                                        void *user_data);

/**
 * Sets the reason of a failed API key callback, for the error of the call. Use it only inside
 * the callback, on the callback's thread, just before it returns NULL; elsewhere it does
 * nothing. Keys that the client knows are removed from the message.
 *
 * @param message  what went wrong, copied; NULL gives no reason, and bytes that are not
 *                 UTF-8 become U+FFFD
 */
void neura_api_key_callback_fail(const char* message);

/**
 * Sets a function that is called after each attempt of every call of the client, for logs and
 * metrics. The attempts are those of the log; a body or a stream that is read after the call
 * is no attempt.
 *
 * @param options    the options
 * @param callback   the function, not NULL; for its rules see `neura_attempt_callback`
 * @param user_data  its argument, which may be NULL; it must stay valid until these options and
 *                   every client that was built with them are freed, and the completions of
 *                   their queued calls are read
 */
void neura_options_set_attempt_callback(neura_options *options,
                                        neura_attempt_callback callback,
                                        void *user_data);

/**
 * The method of the request, such as `POST`.
 *
 * @param attempt  the attempt
 * @return  text, **borrowed until** the callback returns; NULL if attempt is NULL
 */
const char* neura_attempt_method(const neura_attempt *attempt);

/**
 * The path of the request's URL, without its query.
 *
 * @param attempt  the attempt
 * @return  text, **borrowed until** the callback returns; NULL if attempt is NULL
 */
const char* neura_attempt_path(const neura_attempt *attempt);

/**
 * The HTTP status of the reply.
 *
 * @param attempt  the attempt
 * @return  the status; -1 if no reply came
 */
int32_t neura_attempt_status(const neura_attempt *attempt);

/**
 * The kind of the error of an attempt without a reply.
 *
 * @param attempt  the attempt
 * @return  one of `NEURA_KIND_...`; -1 if a reply came
 */
int32_t neura_attempt_kind(const neura_attempt *attempt);

/**
 * The number of the attempt in its call.
 *
 * @param attempt  the attempt
 * @return  the number, 1 or more; -1 if attempt is NULL
 */
int32_t neura_attempt_number(const neura_attempt *attempt);

/**
 * How long the call waited before the attempt.
 *
 * @param attempt  the attempt
 * @return  milliseconds, 0 before the first; -1 if attempt is NULL
 */
int64_t neura_attempt_waited_ms(const neura_attempt *attempt);

/**
 * How long the attempt took, up to the headers of the reply.
 *
 * @param attempt  the attempt
 * @return  milliseconds; -1 if attempt is NULL
 */
int64_t neura_attempt_took_ms(const neura_attempt *attempt);

/**
 * The service's id of the request.
 *
 * @param attempt  the attempt
 * @return  text, **borrowed until** the callback returns; NULL if absent
 */
const char* neura_attempt_request_id(const neura_attempt *attempt);

/**
 * The first 12 hex digits of the SHA-256 of the key that was sent.
 *
 * @param attempt  the attempt
 * @return  text, **borrowed until** the callback returns; NULL if the caller's own header
 *          replaced the key
 */
const char* neura_attempt_key_fingerprint(const neura_attempt *attempt);

/**
 * Sets a function that gets the log of all clients of the process, in place of `NEURA_LOG` and
 * stderr: for each attempt of a call its method, path, status or error, wait, request id and the
 * key's fingerprint. Any thread may call this at any time.
 *
 * @param level      one of `NEURA_LOG_LEVEL_...`
 * @param callback   the function; for its rules see `neura_log_callback`. NULL ends this:
 *                   `NEURA_LOG` counts again
 * @param user_data  its argument, which may be NULL; it must stay valid until another callback or
 *                   NULL is set and the calls that were running by then have returned
 * @return  whether it was set; false for a level that does not exist
 */
bool neura_set_log_callback(int32_t level,
                            neura_log_callback callback,
                            void *user_data);

/**
 * Makes a client. This connects to nothing and runs no callback.
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
 * Frees a client. Its responses and streams stay valid. Calls on it in other threads must
 * have returned before.
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
 * @return  `NEURA_OK`, or `NEURA_ERROR` if the callback returns no key
 */
neura_status neura_auth_header(const neura_client *client, char **text, neura_error **error);

/**
 * Gives the client a new API key. Later requests use it. Requests in flight keep the old key,
 * so none of them fails. Any thread may call this.
 *
 * @param client  the client
 * @param key     the key, copied
 * @param error   receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`: `NEURA_KIND_MALFORMED_API_KEY`, or
 *          `NEURA_KIND_CONFIG` if the base URL came from the old key's file. On failure the
 *          old key stays in use
 */
neura_status neura_client_set_api_key(const neura_client *client,
                                      const char* key,
                                      neura_error **error);

/**
 * Returns the usage of each key that the client has ever had.
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
 * Finds the key that a client with these options would use, and says where it is. It connects
 * to nothing, and it runs no callback and no program.
 *
 * @param options  the options, **borrowed until** the call returns; NULL for none
 * @param json     receives **owned** JSON text without the key; free it with
 *                 `neura_string_free`. Its keys: `source` (`caller`, `callable`,
 *                 `environment`, `secret_file`, `command`, `env_file`, `credentials_file`), `name`
 *                 (the variable), `path`, `profile`, `mask`, `fingerprint`, `base_url`,
 *                 `base_url_source`, `key_age_days` (if the credentials file has
 *                 `added`); null if absent
 * @param error    receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`: the errors of `neura_client_new` about the key and the
 *          base URL. The message of `NEURA_KIND_MISSING_API_KEY` names every place
 */
neura_status neura_resolve(const neura_options *options,
                           char **json,
                           neura_error **error);

/**
 * Checks whether authentication works, and if not, why: where the key is, its form, the files,
 * the connection to the service, and the service's answer. It runs the API key callback as a
 * client would. It waits for the network, at most 30 s in each step.
 *
 * @param options  the options, **borrowed until** the call returns; NULL for none
 * @param json     receives **owned** JSON text without the key; free it with
 *                 `neura_string_free`. Its keys: `ok`, `verdict` (`valid`, or the name of
 *                 the kind that calls fail with), `checks` (a list of `code`, `status`:
 *                 `ok`, `warning`, `failed` or `skipped`, `found`, `advice`), `key` (as
 *                 `neura_resolve` gives it), `base_url`; null if absent
 * @param error    receives the **owned** error
 * @return  `NEURA_OK`; `NEURA_ERROR` only for an argument that cannot be used
 */
neura_status neura_diagnose(const neura_options *options, char **json, neura_error **error);

/**
 * Makes empty request options: the client's options apply.
 *
 * @return  **owned** options; free them with `neura_request_options_free`
 */
neura_request_options *neura_request_options_new(void);

/**
 * Frees request options. Requests that use them go on.
 *
 * @param options  the **owned** options; NULL is fine
 */
void neura_request_options_free(neura_request_options *options);

/**
 * Sets a header of this request. It replaces an earlier one of the same name, and the client's
 * own.
 *
 * @param options  the options
 * @param name     the header's name
 * @param value    the header's value
 */
void neura_request_options_set_header(neura_request_options *options,
                                      const char* name,
                                      const char* value);

/**
 * Takes back all headers that were set with `neura_request_options_set_header`, also wrong ones.
 *
 * @param options  the options
 */
void neura_request_options_clear_headers(neura_request_options *options);

/**
 * Adds a parameter to the query of the request's URL, percent-encoded here. Added twice, it is
 * sent twice; one that is in the path stays.
 *
 * @param options  the options
 * @param name     the parameter's name
 * @param value    its value
 */
void neura_request_options_add_query(neura_request_options *options,
                                     const char* name,
                                     const char* value);

/**
 * Takes back all parameters that were added with `neura_request_options_add_query`, also wrong
 * ones.
 *
 * @param options  the options
 */
void neura_request_options_clear_query(neura_request_options *options);

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
 * One deadline for a whole call: all attempts, the waits and the body; for a stream it ends
 * with the headers. Default: the client's.
 *
 * @param options     the options
 * @param timeout_ms  milliseconds, more than 0, or `NEURA_NO_LIMIT`
 */
void neura_request_options_set_timeout_ms(neura_request_options *options, int64_t timeout_ms);

/**
 * How many times a failed request is sent again; 0 sends it once. Default: the client's.
 *
 * @param options      the options
 * @param max_retries  the number
 */
void neura_request_options_set_max_retries(neura_request_options *options, int32_t max_retries);

/**
 * A unique name of the request, such as a UUID, sent as `Idempotency-Key`, the same on every
 * attempt.
 *
 * @param options          the options
 * @param idempotency_key  the value
 */
void neura_request_options_set_idempotency_key(neura_request_options *options,
                                               const char* idempotency_key);

/**
 * Sets a function that returns the request's body in pieces, so that it need not be in memory:
 * for `neura_request`, `neura_body_open` and `neura_stream_open`, whose own body is then NULL
 * with length 0. No `Content-Type` is sent unless these options set one.
 *
 * Each request that uses the options asks for its body from here on; two at the same time would
 * mix their bodies. A request is sent again, after a failure or a 401, only if nothing of its body
 * was read or `rewind` goes back to its start.
 *
 * @param options    the options
 * @param callback   the function, not NULL; for its rules see `neura_body_callback`
 * @param rewind     goes back to the body's start; NULL if that is impossible
 * @param user_data  the argument of both, which may be NULL; it must stay valid until these
 *                   options are freed and every request that uses them has returned
 * @param length     the number of bytes in all, sent as `Content-Length`: more or fewer are
 *                   `NEURA_KIND_INVALID_ARGUMENT`; -1 if unknown: the body is then sent in chunks
 */
void neura_request_options_set_body_callback(neura_request_options *options,
                                             neura_body_callback callback,
                                             neura_body_rewind_callback rewind,
                                             void *user_data,
                                             int64_t length);

/**
 * Sets the reason of a failed body callback, for the error of the call. Use it only inside
 * the callback, on the callback's thread, just before it returns `NEURA_ERROR`; elsewhere it does
 * nothing. Keys that the client knows are removed from the message.
 *
 * @param message  what went wrong, copied; NULL gives no reason, and bytes that are not
 *                 UTF-8 become U+FFFD
 */
void neura_body_callback_fail(const char* message);

/**
 * Sends a request and reads the whole reply, whatever its status. `neura_response_check`
 * turns the status into an error.
 *
 * @param client    the client
 * @param method    `GET`, `POST`, ... in any case
 * @param path      the path after the base URL, such as `/models`
 * @param body      the body, **borrowed until** the call returns and not copied. Its type is
 *                  JSON unless the options set another `Content-Type`. NULL with length 0 for no
 *                  body
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
 * Sends a request and opens its reply as an event stream. A status outside 200 to 299 is an
 * error.
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
 * @return  the status; -1 if response is NULL
 */
int32_t neura_response_status(const neura_response *response);

/**
 * One header; the first if the server sent several of the same name.
 *
 * @param response  the reply
 * @param name      the header's name, in any case
 * @return  text, **borrowed until** the response is freed; NULL if absent
 */
const char* neura_response_header(const neura_response *response, const char* name);

/**
 * The body, unpacked if the server compressed it: its length may differ from Content-Length. It
 * does not end with a NUL: use the length.
 *
 * @param response  the reply
 * @param length    receives the number of bytes, 0 if response is NULL
 * @return  the first byte, **borrowed until** the response is freed. Also
 *          for an empty body not NULL; NULL only if response or length is NULL
 */
const uint8_t *neura_response_body(const neura_response *response, size_t *length);

/**
 * The words of the answer's first choice: `choices[0].message.content`.
 *
 * @param response  the reply of a chat
 * @return  text, **borrowed until** the response is freed. Empty if the answer has no words, such
 *          as one that calls a tool; NULL if the body is not a JSON object. A NUL in it is U+FFFD
 */
const char* neura_response_text(const neura_response *response);

/**
 * The service's id of the request, to quote to its support.
 *
 * @param response  the reply
 * @return  text, **borrowed until** the response is freed; NULL if absent
 */
const char* neura_response_request_id(const neura_response *response);

/**
 * How many times the request was sent.
 *
 * @param response  the reply
 * @return  the number, 1 or more; -1 if response is NULL
 */
int32_t neura_response_attempts(const neura_response *response);

/**
 * Turns a status outside 200 to 299 into an error.
 *
 * @param response  the reply
 * @param error     receives the **owned** error
 * @return  `NEURA_OK` for 200 to 299, else `NEURA_ERROR`
 */
neura_status neura_response_check(const neura_response *response, neura_error **error);

/**
 * Frees a reply, and every pointer read from it.
 *
 * @param response  the **owned** reply; NULL is fine
 */
void neura_response_free(neura_response *response);

/**
 * How many headers the reply has; repeated ones count each time.
 *
 * @param response  the reply
 * @return  the number; -1 if response is NULL
 */
int32_t neura_response_header_count(const neura_response *response);

/**
 * One header by its place, in the order of the reply.
 *
 * @param response  the reply
 * @param index     from 0
 * @param name      receives the name in lower case, **borrowed until** the response is freed; NULL
 *                  after the last header. May be NULL itself
 * @param value     receives the value, likewise
 * @return  whether there is such a header
 */
bool neura_response_header_at(const neura_response *response,
                              size_t index,
                              const char **name,
                              const char **value);

/**
 * A number of the reply's rate limits.
 *
 * @param response  the reply
 * @param value     one of `NEURA_RATE_LIMIT_...`
 * @return  the number; -1 if the server did not send it
 */
int64_t neura_response_rate_limit(const neura_response *response, int32_t value);

/**
 * Sends a request and returns when the headers of its reply came, whatever its status; the body
 * is read with `neura_body_read`. The timeout of a call ends with the headers; then the idle
 * timeout holds.
 *
 * @param client   the client
 * @param method   `GET`, `POST`, ... in any case
 * @param path     the path after the base URL
 * @param content  the body that is sent, as for `neura_request`
 * @param length   its bytes, at most 2^31
 * @param options  as for `neura_request`; a cancel token also ends the reading
 * @param body     receives the **owned** reply; free it with `neura_body_free`
 * @param error    receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_body_open(const neura_client *client,
                             const char* method,
                             const char* path,
                             const void* content,
                             size_t length,
                             const neura_request_options *options,
                             neura_body **body,
                             neura_error **error);

/**
 * Waits for the next bytes of the body, unpacked if the server compressed it. Returns as soon as
 * there is one, so often fewer than fit. `neura_options_set_max_body_bytes` does not apply.
 *
 * @param body    the reply
 * @param buffer  the caller's memory, which receives the bytes
 * @param size    how many bytes fit, 1 or more
 * @param length  receives the number of bytes; 0 at the end and on failure
 * @param error   receives the **owned** error
 * @return  `NEURA_OK` with bytes, `NEURA_END` when the body is complete, or `NEURA_ERROR`, also
 *          for a body that was cut; after the last two, every later call returns the same. Once
 *          the request's token is cancelled, it is `NEURA_KIND_CANCELLED`
 */
neura_status neura_body_read(neura_body *body,
                             void *buffer,
                             size_t size,
                             size_t *length,
                             neura_error **error);

/**
 * Turns a status outside 200 to 299 into an error. Waits a little for the words of the server,
 * unless the body was read.
 *
 * @param body   the reply
 * @param error  receives the **owned** error
 * @return  `NEURA_OK` for 200 to 299, else `NEURA_ERROR`
 */
neura_status neura_body_check(const neura_body *body, neura_error **error);

/**
 * The HTTP status.
 *
 * @param body  the reply
 * @return  the status; -1 if body is NULL
 */
int32_t neura_body_status(const neura_body *body);

/**
 * One header; the first if the server sent several of the same name.
 *
 * @param body  the reply
 * @param name  the header's name, in any case
 * @return  text, **borrowed until** the body is freed; NULL if absent
 */
const char* neura_body_header(const neura_body *body, const char* name);

/**
 * How many headers the reply has; repeated ones count each time.
 *
 * @param body  the reply
 * @return  the number; -1 if body is NULL
 */
int32_t neura_body_header_count(const neura_body *body);

/**
 * One header by its place, as `neura_response_header_at`.
 *
 * @param body   the reply
 * @param index  from 0
 * @param name   receives the name in lower case, **borrowed until** the body is freed; NULL
 *                after the last header. May be NULL itself
 * @param value  receives the value, likewise
 * @return  whether there is such a header
 */
bool neura_body_header_at(const neura_body *body,
                          size_t index,
                          const char **name,
                          const char **value);

/**
 * The service's id of the request, to quote to its support.
 *
 * @param body  the reply
 * @return  text, **borrowed until** the body is freed; NULL if absent
 */
const char* neura_body_request_id(const neura_body *body);

/**
 * How many times the request was sent.
 *
 * @param body  the reply
 * @return  the number, 1 or more; -1 if body is NULL
 */
int32_t neura_body_attempts(const neura_body *body);

/**
 * A number of the reply's rate limits.
 *
 * @param body   the reply
 * @param value  one of `NEURA_RATE_LIMIT_...`
 * @return  the number; -1 if the server did not send it
 */
int64_t neura_body_rate_limit(const neura_body *body, int32_t value);

/**
 * Closes a reply at once, even before the end of its body, and frees it.
 *
 * @param body  the **owned** reply; NULL is fine
 */
void neura_body_free(neura_body *body);

/**
 * Waits for the next event.
 *
 * @param stream  the stream
 * @param event   receives the event, **borrowed until** the next call on the stream; NULL at the
 *                end and on failure
 * @param error   receives the **owned** error
 * @return  `NEURA_OK` with an event, `NEURA_END` when the stream is complete, or
 *          `NEURA_ERROR`; after the last two, every later call returns the same. Once the
 *          request's token is cancelled, it is `NEURA_KIND_CANCELLED`, also if events had arrived
 */
neura_status neura_stream_next(neura_stream *stream,
                               const neura_event **event,
                               neura_error **error);

/**
 * Closes a stream at once, even before its end, and frees it with its event. If a queue is
 * reading it, that read ends with `NEURA_KIND_CANCELLED` within 100 ms, or with the event that
 * came.
 *
 * @param stream  the **owned** stream; NULL is fine
 */
void neura_stream_free(neura_stream *stream);

/**
 * The HTTP status.
 *
 * @param stream  the stream
 * @return  the status, 200 to 299; -1 if stream is NULL
 */
int32_t neura_stream_status(const neura_stream *stream);

/**
 * One header; the first if the server sent several of the same name.
 *
 * @param stream  the stream
 * @param name    the header's name, in any case
 * @return  text, **borrowed until** the stream is freed; NULL if absent
 */
const char* neura_stream_header(const neura_stream *stream, const char* name);

/**
 * How many headers the reply has; repeated ones count each time.
 *
 * @param stream  the stream
 * @return  the number; -1 if stream is NULL
 */
int32_t neura_stream_header_count(const neura_stream *stream);

/**
 * One header by its place, as `neura_response_header_at`.
 *
 * @param stream  the stream
 * @param index   from 0
 * @param name    receives the name in lower case, **borrowed until** the stream is freed; NULL
 *                after the last header. May be NULL itself
 * @param value   receives the value, likewise
 * @return  whether there is such a header
 */
bool neura_stream_header_at(const neura_stream *stream,
                            size_t index,
                            const char **name,
                            const char **value);

/**
 * The service's id of the request, to quote to its support.
 *
 * @param stream  the stream
 * @return  text, **borrowed until** the stream is freed; NULL if absent
 */
const char* neura_stream_request_id(const neura_stream *stream);

/**
 * How many times the request was sent.
 *
 * @param stream  the stream
 * @return  the number, 1 or more; -1 if stream is NULL
 */
int32_t neura_stream_attempts(const neura_stream *stream);

/**
 * A number of the reply's rate limits.
 *
 * @param stream  the stream
 * @param value   one of `NEURA_RATE_LIMIT_...`
 * @return  the number; -1 if the server did not send it
 */
int64_t neura_stream_rate_limit(const neura_stream *stream, int32_t value);

/**
 * The event's name; `message` if the server sent no name, and in a chat stream.
 *
 * @param event  the event
 * @return  text, **borrowed until** the next call on the stream; NULL if event is NULL
 */
const char* neura_event_name(const neura_event *event);

/**
 * The event's data, with a NUL at its end. In a chat stream: one chunk's JSON text.
 *
 * @param event   the event
 * @param length  receives the number of bytes without the NUL at the end, 0 if event is NULL;
 *                may be NULL. Data may contain other NULs, so use the length unless it is JSON
 * @return  the data, **borrowed until** the next call on the stream; NULL if event is NULL
 */
const char *neura_event_data(const neura_event *event, size_t *length);

/**
 * The last id that the server sent; empty if it sent none, and in a chat stream.
 *
 * @param event  the event
 * @return  text, **borrowed until** the next call on the stream; NULL if event is NULL
 */
const char* neura_event_id(const neura_event *event);

/**
 * The words that a chunk of a chat adds to the answer's first choice: `delta.content`. Printed
 * one after the other, they are the answer.
 *
 * @param event  the event
 * @return  text, **borrowed until** the next call on the stream. Empty if the chunk adds no words,
 *          such as the first and the last of an answer, and other JSON objects; NULL if the data is
 *          no JSON object. A NUL in it is U+FFFD
 */
const char* neura_event_text(const neura_event *event);

/**
 * Requests one chat completion: `POST /chat/completions`. A status outside 200 to 299 is an
 * error, and so is a body that is not JSON.
 *
 * @param client        the client
 * @param request_json  the request as JSON text, **borrowed until** the call returns
 * @param options       the request's options, **borrowed until** the call returns; NULL for none
 * @param response      receives the **owned** reply; free it with `neura_response_free`
 * @param error         receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_chat(const neura_client *client,
                        const char* request_json,
                        const neura_request_options *options,
                        neura_response **response,
                        neura_error **error);

/**
 * Requests one chat completion as a stream of chunks. `"stream": true` is added if the request
 * lacks it. An error inside the stream is an error of `neura_stream_next`, and so is an end
 * before the service marked the answer as complete (`NEURA_KIND_INCOMPLETE_STREAM`).
 *
 * @param client        the client
 * @param request_json  the request as JSON text, **borrowed until** the call returns
 * @param options       the request's options, **borrowed until** the call returns; NULL for none
 * @param stream        receives the **owned** stream; free it with `neura_stream_free`
 * @param error         receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_chat_stream(const neura_client *client,
                               const char* request_json,
                               const neura_request_options *options,
                               neura_stream **stream,
                               neura_error **error);

/**
 * Lists the models: `GET /models`. A status outside 200 to 299 is an error, and so is a body
 * that is not JSON.
 *
 * @param client    the client
 * @param options   the request's options, **borrowed until** the call returns; NULL for none
 * @param response  receives the **owned** reply; free it with `neura_response_free`
 * @param error     receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_models(const neura_client *client,
                          const neura_request_options *options,
                          neura_response **response,
                          neura_error **error);

/**
 * Requests one model: `GET /models/{id}`. A status outside 200 to 299 is an error, and so is a
 * body that is not JSON.
 *
 * @param client    the client
 * @param id        the model's id, such as `gpt-5`
 * @param options   the request's options, **borrowed until** the call returns; NULL for none
 * @param response  receives the **owned** reply; free it with `neura_response_free`
 * @param error     receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_model(const neura_client *client,
                         const char* id,
                         const neura_request_options *options,
                         neura_response **response,
                         neura_error **error);

/**
 * Requests embeddings: `POST /embeddings`. A status outside 200 to 299 is an error, and so is
 * a body that is not JSON.
 *
 * @param client        the client
 * @param request_json  the request as JSON text, **borrowed until** the call returns
 * @param options       the request's options, **borrowed until** the call returns; NULL for none
 * @param response      receives the **owned** reply; free it with `neura_response_free`
 * @param error         receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_embeddings(const neura_client *client,
                              const char* request_json,
                              const neura_request_options *options,
                              neura_response **response,
                              neura_error **error);

/**
 * Checks the key with a request for the models. A refused key or a failed connection is not
 * an error of this call: it is in the JSON text.
 *
 * @param client   the client
 * @param options  the request's options, **borrowed until** the call returns; NULL for none
 * @param json     receives **owned** JSON text; free it with `neura_string_free`. Its keys:
 *                 `ok`, `kind`, `status`, `message`, `key`, `latency_ms`, `request_id`,
 *                 `models` (how many); null if unknown
 * @param error    receives the **owned** error
 * @return  `NEURA_OK`; `NEURA_ERROR` only for an argument that is wrong
 */
neura_status neura_check(const neura_client *client,
                         const neura_request_options *options,
                         char **json,
                         neura_error **error);

/**
 * Makes a queue. It holds one descriptor, which programs that are started with `exec` do not
 * inherit, and no thread until the first call.
 *
 * @param queue  receives the **owned** queue; free it with `neura_queue_free`
 * @param error  receives the **owned** error
 * @return  `NEURA_OK`, or `NEURA_ERROR` if no descriptor is left: `NEURA_KIND_CONNECTION`, as for a
 *          call
 */
neura_status neura_queue_new(neura_queue **queue,
                             neura_error **error);

/**
 * The descriptor to watch for reading, with `poll`, `epoll`, `kqueue`, libuv, GLib, Qt or the
 * like. It is level-triggered: readable as long as a completion is ready. It may also be readable
 * without one; `neura_queue_next` then returns `NEURA_END`, and it is not readable any more. Do not
 * read from it, write to it or close it.
 *
 * @param queue  the queue
 * @return  the descriptor, **borrowed until** the queue is freed; -1 on Windows, and if queue is
 *          NULL
 */
int32_t neura_queue_fd(const neura_queue *queue);

/**
 * The same on Windows: a manual-reset event, for `WaitForMultipleObjects` or
 * `RegisterWaitForSingleObject`. Do not set, reset or close it.
 *
 * @param queue  the queue
 * @return  the event's handle, **borrowed until** the queue is freed; NULL on other systems, and
 *          if queue is NULL
 */
void *neura_queue_event(const neura_queue *queue);

/**
 * Takes the next completion, without waiting.
 *
 * @param queue       the queue
 * @param completion  receives the **owned** completion; free it with `neura_completion_free`. NULL
 *                    if none is ready
 * @param error       receives the **owned** error of this function; a call's own error is in its
 *                    completion
 * @return  `NEURA_OK` with a completion, `NEURA_END` if none is ready, or `NEURA_ERROR`
 */
neura_status neura_queue_next(const neura_queue *queue,
                              neura_completion **completion,
                              neura_error **error);

/**
 * Waits until a completion is ready, for a program without an event loop. Signals do not end it.
 *
 * @param queue       the queue
 * @param timeout_ms  the longest wait in milliseconds; negative for no limit
 * @param error       receives the **owned** error
 * @return  `NEURA_OK` if a completion is ready, `NEURA_END` if the time is over or if none will come
 *          (the queue is closed and every completion was read), or `NEURA_ERROR`
 */
neura_status neura_queue_wait(const neura_queue *queue,
                              int64_t timeout_ms,
                              neura_error **error);

/**
 * How many completions are still to be read: those that are ready, and those of the calls that
 * wait or run.
 *
 * @param queue  the queue
 * @return  the number; -1 if queue is NULL, and after a fork
 */
int64_t neura_queue_pending(const neura_queue *queue);

/**
 * Cancels all calls and refuses new ones. A stream that is being read is closed. Every call still
 * gives its completion, usually with `NEURA_KIND_CANCELLED`, within 100 ms: to get back all
 * user_data, read until `neura_queue_pending` is 0, and then free the queue.
 *
 * @param queue  the queue; NULL is fine
 */
void neura_queue_close(const neura_queue *queue);

/**
 * Closes and frees a queue with the completions that were not read, and ends its threads. Streams
 * and replies that were taken stay valid. Other threads must no longer use the queue or wait for
 * its descriptor.
 *
 * It waits until the cancelled calls have ended: usually less than 100 ms, at most 5 s. Then no body
 * and no user_data is in use any more. Only a callback of the program that does not return, such as
 * that for the API key, or one that itself frees the queue, can make it wait for so long; what that
 * callback uses must live on.
 *
 * @param queue  the **owned** queue; NULL is fine
 */
void neura_queue_free(neura_queue *queue);

/**
 * Submits `neura_request`. The completion has a reply.
 *
 * This holds for all functions whose name starts with `neura_submit_`: they do not wait. The
 * library copies texts and options; the client and the options may be freed at once. The call's
 * time counts from now. A cancel token in the options also ends a submitted call. After
 * `NEURA_ERROR` the call has not begun, and there will be no completion: an argument is wrong, or
 * the queue is closed. All other errors are in the completion.
 *
 * @param queue      the queue
 * @param client     the client
 * @param method     `GET`, `POST`, ... in any case
 * @param path       the path after the base URL, such as `/models`
 * @param body       the body, **borrowed until** the completion is read or the queue is freed, and
 *                   not copied. NULL with length 0 for no body
 * @param length     the body's bytes, at most 2^31
 * @param options    the request's options; NULL for none
 * @param user_data  any pointer, for `neura_completion_user_data`; the library does not use it
 * @param error      receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_submit_request(const neura_queue *queue,
                                  const neura_client *client,
                                  const char* method,
                                  const char* path,
                                  const void* body,
                                  size_t length,
                                  const neura_request_options *options,
                                  void *user_data,
                                  neura_error **error);

/**
 * Submits `neura_stream_open`. The completion has a stream, as soon as the reply's headers came.
 * See `neura_submit_request`.
 *
 * @param queue      the queue
 * @param client     the client
 * @param method     `GET`, `POST`, ... in any case
 * @param path       the path after the base URL
 * @param body       as for `neura_submit_request`
 * @param length     the body's bytes, at most 2^31
 * @param options    the request's options; NULL for none
 * @param user_data  any pointer, for `neura_completion_user_data`
 * @param error      receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_submit_stream(const neura_queue *queue,
                                 const neura_client *client,
                                 const char* method,
                                 const char* path,
                                 const void* body,
                                 size_t length,
                                 const neura_request_options *options,
                                 void *user_data,
                                 neura_error **error);

/**
 * Submits `neura_chat`. The completion has a reply. See `neura_submit_request`.
 *
 * @param queue         the queue
 * @param client        the client
 * @param request_json  the request as JSON text, copied
 * @param options       the request's options; NULL for none
 * @param user_data     any pointer, for `neura_completion_user_data`
 * @param error         receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_submit_chat(const neura_queue *queue,
                               const neura_client *client,
                               const char* request_json,
                               const neura_request_options *options,
                               void *user_data,
                               neura_error **error);

/**
 * Submits `neura_chat_stream`. The completion has a stream, as soon as the reply's headers came.
 * See `neura_submit_request`.
 *
 * @param queue         the queue
 * @param client        the client
 * @param request_json  the request as JSON text, copied
 * @param options       the request's options; NULL for none
 * @param user_data     any pointer, for `neura_completion_user_data`
 * @param error         receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_submit_chat_stream(const neura_queue *queue,
                                      const neura_client *client,
                                      const char* request_json,
                                      const neura_request_options *options,
                                      void *user_data,
                                      neura_error **error);

/**
 * Submits `neura_models`. The completion has a reply. See `neura_submit_request`.
 *
 * @param queue      the queue
 * @param client     the client
 * @param options    the request's options; NULL for none
 * @param user_data  any pointer, for `neura_completion_user_data`
 * @param error      receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_submit_models(const neura_queue *queue,
                                 const neura_client *client,
                                 const neura_request_options *options,
                                 void *user_data,
                                 neura_error **error);

/**
 * Submits `neura_model`. The completion has a reply. See `neura_submit_request`.
 *
 * @param queue      the queue
 * @param client     the client
 * @param id         the model's id, such as `gpt-5`, copied
 * @param options    the request's options; NULL for none
 * @param user_data  any pointer, for `neura_completion_user_data`
 * @param error      receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_submit_model(const neura_queue *queue,
                                const neura_client *client,
                                const char* id,
                                const neura_request_options *options,
                                void *user_data,
                                neura_error **error);

/**
 * Submits `neura_embeddings`. The completion has a reply. See `neura_submit_request`.
 *
 * @param queue         the queue
 * @param client        the client
 * @param request_json  the request as JSON text, copied
 * @param options       the request's options; NULL for none
 * @param user_data     any pointer, for `neura_completion_user_data`
 * @param error         receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_submit_embeddings(const neura_queue *queue,
                                     const neura_client *client,
                                     const char* request_json,
                                     const neura_request_options *options,
                                     void *user_data,
                                     neura_error **error);

/**
 * Submits `neura_check`. The completion has JSON text, also for a refused key or a call that was
 * cancelled. See `neura_submit_request`.
 *
 * @param queue      the queue
 * @param client     the client
 * @param options    the request's options; NULL for none
 * @param user_data  any pointer, for `neura_completion_user_data`
 * @param error      receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_submit_check(const neura_queue *queue,
                                const neura_client *client,
                                const neura_request_options *options,
                                void *user_data,
                                neura_error **error);

/**
 * Submits a read of a stream's next event. The completion has an event and `NEURA_OK`, or
 * `NEURA_END` when the stream is complete, or `NEURA_ERROR`; after the last two, every later read
 * ends in the same way. An event that has arrived is ready at once. See `neura_submit_request`.
 *
 * Until its completion is read, the stream must not be read otherwise: a second read is
 * `NEURA_KIND_INVALID_ARGUMENT`. It may be freed, which ends the read.
 *
 * @param queue      the queue: any, also for a stream that `neura_chat_stream` opened
 * @param stream     the stream; events that `neura_stream_next` returned are over
 * @param user_data  any pointer, for `neura_completion_user_data`
 * @param error      receives the **owned** error
 * @return  `NEURA_OK` or `NEURA_ERROR`
 */
neura_status neura_submit_stream_next(const neura_queue *queue,
                                      const neura_stream *stream,
                                      void *user_data,
                                      neura_error **error);

/**
 * The pointer that the call was submitted with.
 *
 * @param completion  the completion
 * @return  the pointer; NULL if completion is NULL
 */
void *neura_completion_user_data(const neura_completion *completion);

/**
 * How the call ended.
 *
 * @param completion  the completion
 * @return  `NEURA_OK` with what the call gives, `NEURA_END` for the next event of a stream that is
 *          complete, or `NEURA_ERROR` with an error; also `NEURA_ERROR` if completion is NULL
 */
neura_status neura_completion_status(const neura_completion *completion);

/**
 * Takes the reply of `neura_submit_request`, `_chat`, `_models`, `_model` or `_embeddings`.
 *
 * @param completion  the completion
 * @return  the **owned** reply; free it with `neura_response_free`. NULL if the call gave none, and
 *          after it was taken. A reply that is not taken is freed with the completion
 */
neura_response *neura_completion_response(neura_completion *completion);

/**
 * Takes the stream of `neura_submit_stream` or `neura_submit_chat_stream`. It may be read with
 * `neura_submit_stream_next`, in any queue, and with `neura_stream_next`.
 *
 * @param completion  the completion
 * @return  the **owned** stream; free it with `neura_stream_free`. NULL if the call gave none, and
 *          after it was taken. A stream that is not taken is closed with the completion
 */
neura_stream *neura_completion_stream(neura_completion *completion);

/**
 * The event of `neura_submit_stream_next`.
 *
 * @param completion  the completion
 * @return  the event, **borrowed until** the completion is freed; NULL if the call gave none
 */
const neura_event *neura_completion_event(const neura_completion *completion);

/**
 * The JSON text of `neura_submit_check`.
 *
 * @param completion  the completion
 * @return  text, **borrowed until** the completion is freed; NULL if the call gave none
 */
const char* neura_completion_json(const neura_completion *completion);

/**
 * The error of a call that failed.
 *
 * @param completion  the completion
 * @return  the error, **borrowed until** the completion is freed: do not free it; NULL if the call
 *          did not fail
 */
const neura_error *neura_completion_error(const neura_completion *completion);

/**
 * Frees a completion, every pointer read from it, and a reply or stream that was not taken.
 *
 * @param completion  the **owned** completion; NULL is fine
 */
void neura_completion_free(neura_completion *completion);

/**
 * Makes a cancel token. `neura_request_options_set_cancel` gives it to calls.
 *
 * @return  an **owned** token; free it with `neura_cancel_free`
 */
neura_cancel_token *neura_cancel_new(void);

/**
 * Cancels: calls and streams with this token end with `NEURA_KIND_CANCELLED` within 100 ms. This
 * also holds for calls that start later. On Linux they end at once. Any thread may call this, also
 * in a signal handler: it waits for no lock and allocates nothing.
 *
 * @param token  the token; NULL is fine
 */
void neura_cancel(const neura_cancel_token *token);

/**
 * Frees a token. This cancels nothing: calls with this token go on.
 *
 * @param token  the **owned** token; NULL is fine
 */
void neura_cancel_free(neura_cancel_token *token);

/**
 * The kind of the error.
 *
 * @param error  the error
 * @return  one of `NEURA_KIND_...`; -1 if error is NULL
 */
int32_t neura_error_kind(const neura_error *error);

/**
 * A message for people: what failed, what the server said, and what to do next.
 *
 * @param error  the error
 * @return  text, **borrowed until** the error is freed; NULL if error is NULL
 */
const char* neura_error_message(const neura_error *error);

/**
 * The HTTP status of the reply.
 *
 * @param error  the error
 * @return  the status; -1 if no reply came
 */
int32_t neura_error_status(const neura_error *error);

/**
 * The server's error code; for `NEURA_KIND_MALFORMED_API_KEY` the problem with the key.
 *
 * @param error  the error
 * @return  text, **borrowed until** the error is freed; NULL if absent
 */
const char* neura_error_code(const neura_error *error);

/**
 * The server's error type.
 *
 * @param error  the error
 * @return  text, **borrowed until** the error is freed; NULL if absent
 */
const char* neura_error_type(const neura_error *error);

/**
 * The parameter that the server's error names.
 *
 * @param error  the error
 * @return  text, **borrowed until** the error is freed; NULL if absent
 */
const char* neura_error_param(const neura_error *error);

/**
 * The service's id of the request, to quote to its support.
 *
 * @param error  the error
 * @return  text, **borrowed until** the error is freed; NULL if absent
 */
const char* neura_error_request_id(const neura_error *error);

/**
 * How long the server asked to wait.
 *
 * @param error  the error
 * @return  milliseconds; -1 if the server did not say
 */
int64_t neura_error_retry_after_ms(const neura_error *error);

/**
 * Whether the same request may succeed later. The client has already made its own retries.
 *
 * @param error  the error
 * @return  true if so; false if error is NULL
 */
bool neura_error_retryable(const neura_error *error);

/**
 * How many attempts were made, also those that could not connect.
 *
 * @param error  the error
 * @return  the number, 0 if the call failed before the first; -1 if error is NULL
 */
int32_t neura_error_attempts(const neura_error *error);

/**
 * Frees an error and every text read from it.
 *
 * @param error  the **owned** error; NULL is fine
 */
void neura_error_free(neura_error *error);

/**
 * The body of the reply, at most 1 MiB, without the client's keys and other secrets. It does not
 * end with a NUL: use the length.
 *
 * @param error   the error
 * @param length  receives the number of bytes, 0 if there is no body
 * @return  the first byte, **borrowed until** the error is freed; NULL if no reply came, or if
 *          error or length is NULL
 */
const uint8_t *neura_error_body(const neura_error *error,
                                size_t *length);

/**
 * A number of the rate limits of the reply.
 *
 * @param error  the error
 * @param value  one of `NEURA_RATE_LIMIT_...`
 * @return  the number; -1 if no reply came or the server did not send it
 */
int64_t neura_error_rate_limit(const neura_error *error, int32_t value);

/**
 * The stable name of a kind, such as `invalid_api_key`.
 *
 * @param kind  one of `NEURA_KIND_...`
 * @return  **static** text; NULL for an unknown number
 */
const char* neura_kind_name(int32_t kind);

/**
 * Frees **owned** text of this library.
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

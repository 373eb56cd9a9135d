/* libcurl: an easy handle for each thread, whose options are set once. */
#include "worker.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct handle {
  CURL *curl;
  /* A reply, in memory that is kept for the next one. */
  char *body;
  size_t length, room;
  size_t events;
};

static void must(CURLcode code, const char *what) {
  if (code != CURLE_OK) fail(what, curl_easy_strerror(code));
}

static void append(struct handle *handle, const char *bytes, size_t length) {
  if (handle->length + length > handle->room) {
    while (handle->length + length > handle->room) handle->room = handle->room * 2 + 4096;
    handle->body = realloc(handle->body, handle->room);
    if (handle->body == NULL) fail("realloc", "no memory");
  }
  memcpy(handle->body + handle->length, bytes, length);
  handle->length += length;
}

static size_t keep(char *bytes, size_t one, size_t length, void *handle) {
  append(handle, bytes, one * length);
  return one * length;
}

/* Counts the events of a text that ends with LF LF each; keeps what follows the last one. */
static size_t split(char *bytes, size_t one, size_t length, void *context) {
  struct handle *handle = context;
  append(handle, bytes, one * length);
  char *start = handle->body, *end = handle->body + handle->length, *at = start;
  while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
    if (++at == end) break;
    if (*at != '\n') continue;
    if (at - start > 6 && memcmp(start, "data: ", 6) == 0 && start[6] == '{') handle->events++;
    start = ++at;
  }
  handle->length = (size_t)(end - start);
  memmove(handle->body, start, handle->length);
  return one * length;
}

static struct handle *opened(const char *path) {
  struct handle *handle = calloc(1, sizeof *handle);
  if (handle == NULL || (handle->curl = curl_easy_init()) == NULL) fail("libcurl", "no memory");
  struct curl_slist *lines = curl_slist_append(NULL, joined("Authorization: Bearer ", setting.key));
  lines = curl_slist_append(lines, "Content-Type: application/json");
  /* A large body does not wait for "100 Continue". */
  lines = curl_slist_append(lines, "Expect:");
  must(curl_easy_setopt(handle->curl, CURLOPT_HTTPHEADER, lines), "CURLOPT_HTTPHEADER");
  must(curl_easy_setopt(handle->curl, CURLOPT_URL, joined(setting.base_url, path)), "CURLOPT_URL");
  must(curl_easy_setopt(handle->curl, CURLOPT_NOSIGNAL, 1L), "CURLOPT_NOSIGNAL");
  must(curl_easy_setopt(handle->curl, CURLOPT_WRITEFUNCTION, keep), "CURLOPT_WRITEFUNCTION");
  must(curl_easy_setopt(handle->curl, CURLOPT_WRITEDATA, handle), "CURLOPT_WRITEDATA");
  if (setting.ca_file != NULL)
    must(curl_easy_setopt(handle->curl, CURLOPT_CAINFO, setting.ca_file), "CURLOPT_CAINFO");
  return handle;
}

static void posts(struct handle *handle, const char *body, size_t length) {
  must(curl_easy_setopt(handle->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length), "size");
  must(curl_easy_setopt(handle->curl, CURLOPT_POSTFIELDS, body), "CURLOPT_POSTFIELDS");
}

static size_t perform(void *context) {
  struct handle *handle = context;
  long status = 0;
  handle->length = handle->events = 0;
  must(curl_easy_perform(handle->curl), "curl_easy_perform");
  must(curl_easy_getinfo(handle->curl, CURLINFO_RESPONSE_CODE, &status), "status");
  if (status != 200) fail("libcurl", "another status than 200");
  return handle->events != 0 ? handle->events : handle->length;
}

static void *open_chat(void) {
  struct handle *handle = opened("/chat/completions");
  posts(handle, question, strlen(question));
  return handle;
}

static void *open_stream(void) {
  struct handle *handle = opened("/chat/completions");
  posts(handle, streamed, strlen(streamed));
  must(curl_easy_setopt(handle->curl, CURLOPT_WRITEFUNCTION, split), "CURLOPT_WRITEFUNCTION");
  must(curl_easy_setopt(handle->curl, CURLOPT_BUFFERSIZE, 64L * 1024), "CURLOPT_BUFFERSIZE");
  return handle;
}

static void *open_down(void) {
  char path[64];
  snprintf(path, sizeof path, "/download/%zu", setting.size);
  struct handle *handle = opened(path);
  must(curl_easy_setopt(handle->curl, CURLOPT_BUFFERSIZE, 512L * 1024), "CURLOPT_BUFFERSIZE");
  return handle;
}

static void *open_up(void) {
  struct handle *handle = opened("/upload");
  char *payload = malloc(setting.size);
  if (payload == NULL) fail("malloc", "no memory");
  memset(payload, 'x', setting.size);
  posts(handle, payload, setting.size);
  must(curl_easy_setopt(handle->curl, CURLOPT_UPLOAD_BUFFERSIZE, 2L * 1024 * 1024), "upload");
  return handle;
}

int main(int count, char **arguments) {
  static const struct side sides[] = {
      {"call", open_chat, perform, expect_any},      {"threads", open_chat, perform, expect_any},
      {"stream", open_stream, perform, expect_events}, {"down", open_down, perform, expect_size},
      {"up", open_up, perform, expect_any},          {NULL, NULL, NULL, NULL},
  };
  curl_global_init(CURL_GLOBAL_DEFAULT);
  return bench_main(count, arguments, sides);
}

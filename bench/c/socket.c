/* A bare socket: a prepared request, and a reply that is read by its Content-Length. */
#include "worker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM 16384

static char request[2048];
static size_t request_length;
static int connection;

static void *open_socket(void) {
  char host[64], path[256];
  unsigned port = 0;
  if (sscanf(setting.base_url, "http://%63[^:]:%u%255s", host, &port, path) != 3)
    fail("BENCH_URL", "not http://HOST:PORT/PATH");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int on = 1;
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) fail("BENCH_URL", "no address");
  connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) fail("connect", host);
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int length = snprintf(request, sizeof request,
                        "POST %s/chat/completions HTTP/1.1\r\nHost: %s:%u\r\n"
                        "Authorization: Bearer %s\r\nAccept: application/json\r\n"
                        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                        path, host, port, setting.key, strlen(question), question);
  if (length < 0 || (size_t)length >= sizeof request) fail("request", "too long");
  request_length = (size_t)length;
  return request;
}

/* The bytes of head and body, once the head has come; 0 before. */
static size_t whole(const char *reply, size_t *head) {
  const char *end = strstr(reply, "\r\n\r\n"), *line = strstr(reply, "\r\n");
  if (end == NULL) return 0;
  *head = (size_t)(end - reply) + 4;
  for (; line < end; line = strstr(line, "\r\n")) {
    line += 2;
    if (strncasecmp(line, "content-length:", 15) == 0)
      return *head + strtoul(line + 15, NULL, 10);
  }
  fail("reply", "no Content-Length");
}

static size_t call(void *context) {
  static char reply[ROOM + 1];
  size_t filled = 0, length = 0, head = 0;
  if (write(connection, context, request_length) != (ssize_t)request_length) fail("write", "cut");
  while (length == 0 || filled < length) {
    ssize_t bytes = read(connection, reply + filled, ROOM - filled);
    if (bytes <= 0) fail("read", "cut");
    filled += (size_t)bytes;
    reply[filled] = 0;
    if (length == 0) length = whole(reply, &head);
  }
  char *body = malloc(length - head);
  if (body == NULL) fail("malloc", "no memory");
  memcpy(body, reply + head, length - head);
  free(body);
  return length - head;
}

int main(int count, char **arguments) {
  static const struct side sides[] = {
      {"call", open_socket, call, expect_any},
      {NULL, NULL, NULL, NULL},
  };
  return bench_main(count, arguments, sides);
}

/* A server in a child process, for many connections on one thread: it answers every request after
 * 200 ms, a streamed chat with a head at once and five chunks 40 ms apart, and a GET of a path that
 * ends with /flood with events without a pause. */
#ifndef SLOW_SERVER_H
#define SLOW_SERVER_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SLOW_WAIT_MS = 200, SLOW_CHUNKS = 5, SLOW_CHUNK_MS = 40, SLOW_FDS = 4096 };

#define SLOW_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define SLOW_CHUNK \
  "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"w\"},\"finish_reason\":null}]}\n\n"
#define SLOW_LAST \
  "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
#define SLOW_BODY "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hello\"}}]}"

/* A connection, by its descriptor. */
struct slow_connection {
  char request[2048];
  size_t length;
  long due; /* when the next piece is sent; 0 if none */
  int left; /* chunks of a stream; -1 for a reply, -2 for a flood */
};

static struct slow_connection slow_connections[SLOW_FDS];

static long slow_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void slow_send(int fd, const char *text) {
  size_t length = strlen(text);
  while (length > 0) {
    ssize_t sent = send(fd, text, length, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (sent < 0) return;
    text += sent;
    length -= (size_t)sent;
  }
}

static void slow_close(int fd) {
  close(fd);
  memset(&slow_connections[fd], 0, sizeof slow_connections[fd]);
}

/* Whether the request in the buffer is complete. */
static bool slow_complete(const struct slow_connection *connection) {
  const char *end = strstr(connection->request, "\r\n\r\n");
  if (end == NULL) return false;
  const char *length = strstr(connection->request, "ontent-length:");
  if (length == NULL) length = strstr(connection->request, "ontent-Length:");
  size_t body = length != NULL && length < end ? strtoul(length + 14, NULL, 10) : 0;
  return connection->length >= (size_t)(end + 4 - connection->request) + body;
}

static void slow_read(int fd) {
  struct slow_connection *connection = &slow_connections[fd];
  size_t room = sizeof connection->request - 1 - connection->length;
  ssize_t got = recv(fd, connection->request + connection->length, room, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    slow_close(fd);
    return;
  }
  connection->length += (size_t)got;
  connection->request[connection->length] = '\0';
  if (!slow_complete(connection)) return;
  if (strstr(connection->request, "/flood ") != NULL) {
    slow_send(fd, SLOW_HEAD "Connection: close\r\n\r\n");
    connection->left = -2;
    connection->due = slow_now();
  } else if (strstr(connection->request, "\"stream\"") != NULL) {
    slow_send(fd, SLOW_HEAD "Connection: close\r\n\r\n");
    connection->left = SLOW_CHUNKS;
    connection->due = slow_now() + SLOW_CHUNK_MS;
  } else {
    connection->left = -1;
    connection->due = slow_now() + (strstr(connection->request, "/fast ") ? 0 : SLOW_WAIT_MS);
  }
  connection->length = 0;
}

/* Sends what is due. A flood is written as far as the socket takes it. */
static void slow_answer(int fd, long now) {
  static char flood[32 * (sizeof SLOW_CHUNK - 1) + 1];
  struct slow_connection *connection = &slow_connections[fd];
  if (connection->left == -2) {
    if (flood[0] == '\0')
      for (int i = 0; i < 32; i++) strcat(flood, SLOW_CHUNK);
    if (send(fd, flood, sizeof flood - 1, MSG_NOSIGNAL) < 0 && errno != EAGAIN) slow_close(fd);
  } else if (connection->left == -1) {
    char reply[256];
    snprintf(reply, sizeof reply,
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
             strlen(SLOW_BODY), SLOW_BODY);
    connection->due = 0;
    slow_send(fd, reply);
  } else if (connection->left-- > 0) {
    connection->due = now + SLOW_CHUNK_MS;
    slow_send(fd, SLOW_CHUNK);
  } else {
    slow_send(fd, SLOW_LAST);
    slow_close(fd);
  }
}

static void slow_serve(int listener) {
  int poller = epoll_create1(0), one = 1;
  struct epoll_event event = {.events = EPOLLIN, .data = {.fd = listener}}, events[256];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int ready = epoll_wait(poller, events, 256, 1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.fd != listener) {
        slow_read(events[i].data.fd);
        continue;
      }
      int fd;
      while ((fd = accept(listener, NULL, NULL)) >= 0 && fd < SLOW_FDS) {
        fcntl(fd, F_SETFL, O_NONBLOCK);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        event.data.fd = fd;
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
      }
    }
    long now = slow_now();
    for (int fd = 0; fd < SLOW_FDS; fd++)
      if (slow_connections[fd].due != 0 && slow_connections[fd].due <= now) slow_answer(fd, now);
  }
}

/* Starts it before the program has threads, and writes its base URL; slow_stop ends it, or its alarm. */
static pid_t slow_start(char *base_url, size_t size) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max < SLOW_FDS ? limit.rlim_max : SLOW_FDS;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  bind(listener, (struct sockaddr *)&address, sizeof address);
  listen(listener, 4096);
  fcntl(listener, F_SETFL, O_NONBLOCK);
  getsockname(listener, (struct sockaddr *)&address, &length);
  snprintf(base_url, size, "http://127.0.0.1:%d/v1", ntohs(address.sin_port));
  pid_t child = fork();
  if (child == 0) {
    alarm(600); /* a program that is killed does not leave it behind */
    slow_serve(listener);
  }
  close(listener);
  return child;
}

static void slow_stop(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

#endif

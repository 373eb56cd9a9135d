/* No free file descriptor: each message says so and blames nothing else. Which descriptors are
 * held, and that no program that is started gets them. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "queue.h"


static void leave_free(int count, struct rlimit *before) {
  int next = open("/dev/null", O_RDONLY);
  close(next);
  getrlimit(RLIMIT_NOFILE, before);
  struct rlimit limit = {(rlim_t)(next + count), before->rlim_max};
  setrlimit(RLIMIT_NOFILE, &limit);
}

static bool says_so(const char *message) {
  bool holds = message != NULL && strstr(message, "no file descriptors left") != NULL &&
               strstr(message, "ulimit -n") != NULL && strstr(message, "etwork") == NULL &&
               strstr(message, "base URL") == NULL && strstr(message, "Name a program") == NULL;
  if (!holds) printf("  %s\n", message != NULL ? message : "no error");
  return holds;
}

static bool call_fails(const char *url) {
  neura_client *client = client_at(url);
  neura_response *response;
  neura_error *error;
  struct rlimit before;
  leave_free(0, &before);
  neura_models(client, NULL, &response, &error);
  setrlimit(RLIMIT_NOFILE, &before);
  bool holds = says_so(neura_error_message(error));
  neura_error_free(error);
  bool works = neura_models(client, NULL, &response, NULL) == NEURA_OK;
  neura_response_free(response);
  neura_client_free(client);
  return holds && works;
}

static bool building_fails(const char *variable, const char *value, int left) {
  neura_options *options = neura_options_new();
  neura_client *client;
  neura_error *error;
  struct rlimit before;
  char *key = strdup(given("NEURA_API_KEY"));
  neura_options_set_env_file(options, NULL);
  unsetenv("NEURA_API_KEY");
  setenv(variable, value, 1);
  leave_free(left, &before);
  if (neura_client_new(options, &client, &error) == NEURA_OK) {
    neura_response *response;
    neura_models(client, NULL, &response, &error); /* A program is run at the first call. */
    neura_response_free(response);
  }
  setrlimit(RLIMIT_NOFILE, &before);
  unsetenv(variable);
  setenv("NEURA_API_KEY", key, 1);
  free(key);
  bool holds = says_so(neura_error_message(error));
  neura_error_free(error);
  neura_client_free(client);
  neura_options_free(options);
  return holds;
}

/* Streams until there is no descriptor left; after one of them is freed a call works again. */
static bool streams_fill_it_up(void) {
  enum { MANY = 64 };
  neura_client *client = client_at(given("NEURA_BASE_URL"));
  neura_stream *streams[MANY];
  neura_response *response;
  neura_error *error = NULL;
  struct rlimit before;
  int opened = 0;
  leave_free(8, &before);
  while (opened < MANY && neura_chat_stream(client, ASK, NULL, &streams[opened], &error) == NEURA_OK)
    opened++;
  bool holds = opened > 1 && opened <= 8 && says_so(neura_error_message(error)) &&
               streams[opened] == NULL;
  neura_error_free(error);
  for (int again = 0; again < 3; again++) /* It says so each time, and holds nothing. */
    holds = holds && neura_models(client, NULL, &response, NULL) == NEURA_ERROR;
  neura_stream_free(streams[--opened]);
  holds = holds && neura_models(client, NULL, &response, NULL) == NEURA_OK;
  neura_response_free(response);
  while (opened > 0) neura_stream_free(streams[--opened]);
  setrlimit(RLIMIT_NOFILE, &before);
  neura_client_free(client);
  return holds;
}

static bool a_queue_fails(void) {
  neura_queue *queue;
  neura_error *error;
  struct rlimit before;
  leave_free(0, &before);
  neura_status status = neura_queue_new(&queue, &error);
  setrlimit(RLIMIT_NOFILE, &before);
  bool holds = status == NEURA_ERROR && queue == NULL && says_so(neura_error_message(error));
  neura_error_free(error);
  return holds;
}

/* A submitted call fails in its completion, and the next one works. */
static bool a_submitted_call_fails(void) {
  neura_client *client = client_at(given("NEURA_BASE_URL"));
  neura_queue *queue = new_queue();
  struct rlimit before;
  leave_free(0, &before);
  neura_submit_models(queue, client, NULL, NULL, NULL);
  neura_completion *completion = next_completion(queue);
  setrlimit(RLIMIT_NOFILE, &before);
  bool holds = says_so(neura_error_message(neura_completion_error(completion)));
  neura_completion_free(completion);
  neura_submit_models(queue, client, NULL, NULL, NULL);
  holds = holds && next_kind(queue) == 0;
  neura_queue_free(queue);
  neura_client_free(client);
  return holds;
}

static bool the_report_says_so(void) {
  char *json;
  struct rlimit before;
  leave_free(0, &before);
  neura_diagnose(NULL, &json, NULL);
  setrlimit(RLIMIT_NOFILE, &before);
  bool holds = json != NULL && strstr(json, "ulimit -n") != NULL;
  if (!holds) printf("  %s\n", json);
  neura_string_free(json);
  return holds;
}

/* The number of open descriptors; -1 if one that was opened by the library would be inherited. */
static int held(bool *inherited) {
  DIR *all = opendir("/proc/self/fd");
  int count = 0;
  for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
    int number = atoi(entry->d_name);
    if (entry->d_name[0] == '.' || number == dirfd(all)) continue;
    count++;
    if (number > 2 && (fcntl(number, F_GETFD) & FD_CLOEXEC) == 0) {
      printf("  %d is inherited\n", number);
      *inherited = true;
    }
  }
  closedir(all);
  return count;
}

static void descriptors(void) {
  bool inherited = false;
  for (int number = 3; number < 1024; number++) /* Those of whatever started this program. */
    if (fcntl(number, F_GETFD) >= 0) fcntl(number, F_SETFD, FD_CLOEXEC);
  int before = held(&inherited);
  neura_client *client = client_at(given("NEURA_BASE_URL"));
  neura_response *response;
  neura_stream *stream;
  neura_body *body;
  CHECK("a client that made no call holds none", held(&inherited) == before);
  neura_models(client, NULL, &response, NULL);
  CHECK("after a call one connection waits for the next", held(&inherited) == before + 1);
  neura_response_free(response);
  CHECK("a response holds none", held(&inherited) == before + 1);
  neura_chat_stream(client, "{\"model\": \"gpt-5\", \"messages\": []}", NULL, &stream, NULL);
  neura_body_open(client, "GET", "/models", NULL, 0, NULL, &body, NULL);
  int open = held(&inherited);
  CHECK("a stream and a body hold one each at most", open >= before + 1 && open <= before + 2);
  neura_client_free(client);
  neura_stream_free(stream);
  neura_body_free(body);
  CHECK("without a client and what it opened none is left", held(&inherited) == before);
  CHECK("all of them are closed in a program that is started", !inherited);
}

int main(void) {
  CHECK("an address", call_fails(given("NEURA_BASE_URL")));
  char named[200];
  snprintf(named, sizeof named, "http://localhost%s", strrchr(given("NEURA_BASE_URL"), ':'));
  CHECK("a name", call_fails(named));
  CHECK("a file with a key", building_fails("NEURA_API_KEY_FILE", "/etc/hostname", 0));
  CHECK("a program that prints a key", building_fails("NEURA_API_KEY_COMMAND", "echo nk", 0));
  CHECK("its pipes", building_fails("NEURA_API_KEY_COMMAND", "echo nk", 2));
  CHECK("a queue", a_queue_fails());
  CHECK("a call of a queue", a_submitted_call_fails());
  CHECK("streams that hold them all", streams_fill_it_up());
  CHECK("the report", the_report_says_so());
  CHECK("authorities", building_fails("SSL_CERT_FILE", "/etc/hostname", 0));
  descriptors();
  return report();
}

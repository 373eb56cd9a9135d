/* NEURA_USAGE_FILE: a client that is never freed has its usage written when the process ends. The
 * argument says how it ends. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "neura.h"

static neura_client *client;

static int ask(int calls) {
  for (int call = 0; call < calls; call++) {
    neura_response *response;
    if (neura_models(client, NULL, &response, NULL) != NEURA_OK) return 4;
    neura_response_free(response);
  }
  return 0;
}

int main(int count, char **arguments) {
  if (count != 2 || neura_client_new(NULL, &client, NULL) != NEURA_OK) return 2;
  if (ask(3) != 0) return 3;
  if (strcmp(arguments[1], "freed") == 0) neura_client_free(client);
  if (strcmp(arguments[1], "exit") == 0) exit(0);
  if (strcmp(arguments[1], "idle") == 0) {
    sleep(2);
    _exit(0); /* Nothing is written at the end. */
  }
  if (strcmp(arguments[1], "fork") == 0) {
    int status;
    pid_t child = fork();
    if (child == 0) exit(ask(2)); /* atexit is called here too. */
    if (waitpid(child, &status, 0) != child || status != 0) return 5;
  }
  return 0;
}

/* dlclose: the library may be opened, used and closed again and again. It is not linked. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "neura.h"

/* ISO C has no conversion of an object pointer to a function pointer. */
#define FIND(name) memcpy(&name, &(void *){dlsym(library, "neura_" #name)}, sizeof name)

static bool mapped(void) {
  char line[1024];
  bool found = false;
  FILE *maps = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof line, maps) != NULL) found = found || strstr(line, "libneura.so");
  fclose(maps);
  return found;
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  dlclose(dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL));
  if (!mapped()) return 9; /* Also where nothing of it ran. */
  for (int again = 0; again < 5; again++) {
    neura_options *(*options_new)(void);
    void (*options_free)(neura_options *);
    void (*options_set_base_url)(neura_options *, const char *);
    void (*options_set_timeout_ms)(neura_options *, int64_t);
    neura_status (*client_new)(const neura_options *, neura_client **, neura_error **);
    void (*client_free)(neura_client *);
    neura_status (*models)(const neura_client *, const neura_request_options *, neura_response **,
                           neura_error **);
    void (*response_free)(neura_response *);
    neura_client *client;
    neura_response *response;
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return 3;
    FIND(options_new), FIND(options_free), FIND(options_set_base_url), FIND(client_new);
    FIND(options_set_timeout_ms), FIND(client_free), FIND(models), FIND(response_free);
    if (client_new(NULL, &client, NULL) != NEURA_OK) return 4;
    if (models(client, NULL, &response, NULL) != NEURA_OK) return 5;
    response_free(response);
    client_free(client);
    /* A look-up that may still run when the library is closed. */
    neura_options *options = options_new();
    options_set_base_url(options, "https://nowhere.invalid/v1");
    options_set_timeout_ms(options, 1);
    if (client_new(options, &client, NULL) != NEURA_OK) return 6;
    if (models(client, NULL, &response, NULL) != NEURA_ERROR) return 7;
    client_free(client);
    options_free(options);
    dlclose(library);
    if (!mapped()) return 8;
  }
  sleep(1); /* For the look-ups. */
  puts("5 times");
  return 0;
}

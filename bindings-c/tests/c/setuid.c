/* Prints its user and the error of a call. */
#include <stdio.h>
#include <unistd.h>

#include "neura.h"

int main(void) {
  neura_client *client;
  neura_response *response = NULL;
  neura_error *error;
  printf("user %d\n", (int)geteuid());
  if (neura_client_new(NULL, &client, &error) == NEURA_OK)
    neura_models(client, NULL, &response, &error);
  printf("%s\n", neura_error_message(error));
  neura_response_free(response);
  neura_client_free(client);
  neura_error_free(error);
  return 0;
}

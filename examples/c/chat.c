/* One chat; prints the reply's JSON. The key comes from NEURA_API_KEY. */
#include <stdio.h>
#include "neura.h"

int main(void) {
  const char *request = "{\"model\":\"gpt-5\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";
  neura_client *client = NULL; neura_response *reply = NULL; neura_error *error = NULL; size_t length;
  if (neura_client_new(NULL, &client, &error) == NEURA_OK &&
      neura_chat(client, request, NULL, &reply, &error) == NEURA_OK) {
    const char *body = (const char *)neura_response_body(reply, &length);
    printf("%.*s\n", (int)length, body);
  } else fprintf(stderr, "%s: %s\n", neura_kind_name(neura_error_kind(error)), neura_error_message(error));
  neura_response_free(reply); neura_client_free(client); neura_error_free(error);
  return reply == NULL;
}

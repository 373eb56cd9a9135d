/* Makes a client with a key that is plainly fake, and frees it. */
#include <stdio.h>

#include <neura.h>

int main(void) {
    neura_options* options = neura_options_new();
    neura_client* client = NULL;
    neura_options_set_api_key(options, "nk-fake-0123456789abcdef");
    if (neura_client_new(options, &client, NULL) != NEURA_OK) {
        return 1;
    }
    printf("neura %s\n", neura_version());
    neura_client_free(client);
    neura_options_free(options);
    return 0;
}

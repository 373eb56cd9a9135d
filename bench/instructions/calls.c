/* calls URL COUNT REQUEST WHAT: for callgrind, COUNT calls or one stream, with the request in the file.
 * WHAT: `request` or `chat`, a call; `events` or `chunks`, a stream that is read to its end. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "neura.h"

static neura_error *error;

static int failed(void) {
    fprintf(stderr, "%s\n", neura_error_message(error));
    neura_error_free(error);
    return 1;
}

static int call(neura_client *client, const char *request, int is_chat) {
    neura_response *response;
    neura_status status;
    if (is_chat) {
        status = neura_chat(client, request, NULL, &response, &error);
    } else {
        status = neura_request(client, "POST", "/chat/completions", request, strlen(request), NULL,
                               &response, &error);
    }
    if (status != NEURA_OK) {
        return failed();
    }
    neura_response_free(response);
    return 0;
}

static int read_stream(neura_client *client, const char *request, int is_chat, long wanted) {
    neura_stream *stream;
    neura_status status;
    if (is_chat) {
        status = neura_chat_stream(client, request, NULL, &stream, &error);
    } else {
        status = neura_stream_open(client, "POST", "/chat/completions", request, strlen(request),
                                   NULL, &stream, &error);
    }
    if (status != NEURA_OK) {
        return failed();
    }
    const neura_event *event;
    long count = 0;
    size_t length;
    while ((status = neura_stream_next(stream, &event, &error)) == NEURA_OK) {
        count += neura_event_data(event, &length) != NULL;
    }
    if (status == NEURA_ERROR) {
        return failed();
    }
    neura_stream_free(stream);
    return count < wanted;
}

int main(int argc, char **argv) {
    static char request[4096];
    FILE *file = argc == 5 ? fopen(argv[3], "r") : NULL;
    if (file == NULL || fread(request, 1, sizeof request - 1, file) == 0) {
        fprintf(stderr, "usage: calls URL COUNT REQUEST WHAT\n");
        return 2;
    }
    fclose(file);
    long count = atol(argv[2]);
    const char *what = argv[4];
    neura_options *options = neura_options_new();
    neura_options_set_api_key(options, "nk-fake-0123456789abcdef0123");
    neura_options_set_base_url(options, argv[1]);
    neura_client *client;
    if (neura_client_new(options, &client, &error) != NEURA_OK) {
        return failed();
    }
    int result = 0;
    if (strcmp(what, "events") == 0 || strcmp(what, "chunks") == 0) {
        result = read_stream(client, request, what[0] == 'c', count);
    } else {
        for (long done = 0; done < count && result == 0; done++) {
            result = call(client, request, what[0] == 'c');
        }
    }
    neura_client_free(client);
    neura_options_free(options);
    return result;
}

/* A resolver for tests, loaded before the system's own (LD_PRELOAD): names that end in
   .test have the addresses that the test wants, or no answer at all. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct known {
    const char *name;
    /* In the order in which they are given. */
    const char *addresses[4];
};

static const struct known KNOWN[] = {
    {"alive.test", {"127.0.0.1"}},
    {"first-dead.test", {"127.0.0.2", "127.0.0.1"}},
    {"dead.test", {"127.0.0.2", "127.0.0.3", "127.0.0.4"}},
};

typedef int look_up(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static struct addrinfo *made(const char *address) {
    struct addrinfo *info = calloc(1, sizeof *info);
    struct sockaddr_in *in = calloc(1, sizeof *in);
    if (info == NULL || in == NULL) abort();
    in->sin_family = AF_INET;
    inet_pton(AF_INET, address, &in->sin_addr);
    info->ai_family = AF_INET;
    info->ai_socktype = SOCK_STREAM;
    info->ai_addrlen = sizeof *in;
    info->ai_addr = (struct sockaddr *)in;
    return info;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
    if (name != NULL && strcmp(name, "black-hole.test") == 0) {
        for (;;) pause();
    }
    if (name != NULL && strcmp(name, "unknown.test") == 0) return EAI_NONAME;
    for (size_t at = 0; name != NULL && at < sizeof KNOWN / sizeof *KNOWN; at++) {
        if (strcmp(name, KNOWN[at].name) != 0) continue;
        struct addrinfo **end = result;
        for (size_t nth = 0; nth < 4 && KNOWN[at].addresses[nth] != NULL; nth++) {
            *end = made(KNOWN[at].addresses[nth]);
            end = &(*end)->ai_next;
        }
        return 0;
    }
    look_up *real;
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real == NULL ? EAI_FAIL : real(name, service, hints, result);
}

/* A list may be of either make; a test's process is soon over. */
void freeaddrinfo(struct addrinfo *list) { (void)list; }

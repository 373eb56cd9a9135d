/* Mistakes that a sanitizer must find: MISTAKE is one of these functions. */
#include <limits.h>
#include <stdio.h>

#include "neura.h"

static inline neura_error *an_error(void) {
  neura_error *error;
  neura_models(NULL, NULL, NULL, &error);
  return error;
}

/* The text of an error that was freed. */
void FREED_TEXT(void) {
  neura_error *error = an_error();
  const char *message = neura_error_message(error);
  neura_error_free(error);
  puts(message);
}

/* Past the end of a text. */
void OUTSIDE(void) {
  neura_error *error = an_error();
  const char *message = neura_error_message(error);
  size_t end = 0;
  while (message[end] != '\0') end++;
  putchar(message[end + 1]);
  neura_error_free(error);
}

/* Several, because the stack may still have the pointer to the last one. */
void NEVER_FREED(void) {
  for (int i = 0; i < 8; i++) (void)an_error();
}

void OVERFLOW(void) {
  volatile int largest = INT_MAX;
  printf("%d\n", largest + 1);
}

int main(void) {
  MISTAKE();
  return 0;
}

/* A program, or with PLUGIN a function of a plugin, that uses neura and another Rust library. */
#include <stdint.h>
#include <stdio.h>

#define main neura_test_chat
#include "chat.c"
#undef main

uint32_t other_panics(void);

static int both(void) {
  if (other_panics() != 8) return 2;
  if (neura_test_chat() != 0) return 3;
  return other_panics() == 8 ? 0 : 4;
}

#ifdef PLUGIN
__attribute__((visibility("default"))) int plugin_run(void);
int plugin_run(void) { return both(); }
#else
int main(void) { return both(); }
#endif

/* Loads the plugins that are its arguments, runs each, and only then unloads them. */
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **paths) {
  void *plugins[8];
  if (count < 2 || count > 8) return 10;
  for (int index = 1; index < count; index++) {
    int (*run)(void) = NULL;
    plugins[index] = dlopen(paths[index], RTLD_NOW | RTLD_LOCAL);
    if (plugins[index] == NULL) {
      fprintf(stderr, "%s\n", dlerror());
      return 11;
    }
    *(void **)&run = dlsym(plugins[index], "plugin_run");
    if (run == NULL) return 12;
    int failed = run();
    if (failed) return failed;
  }
  for (int index = 1; index < count; index++) dlclose(plugins[index]);
  return 0;
}

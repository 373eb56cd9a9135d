// One program of units in several standards, with and without exceptions: each uses its own
// classes. The same file is compiled several times, with UNIT as the name of its function.
#include "neura.hpp"

#ifdef UNIT
int UNIT();

int UNIT() {
  const auto client = neura::Client::try_new();
  if (!client) return -1;
  const auto failed = client->try_request("FETCH", "/models");
  return client->try_models().has_value() && !failed && failed.error().kind() != 0;
}
#else
#include "check.hpp"

int cpp17();
int cpp17_without_exceptions();
int cpp23();
int cpp23_without_exceptions();

int main() {
  check("C++17", cpp17() == 1);
  check("C++17 without exceptions", cpp17_without_exceptions() == 1);
  check("C++23", cpp23() == 1);
  check("C++23 without exceptions", cpp23_without_exceptions() == 1);
  return report();
}
#endif

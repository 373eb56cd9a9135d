// Named checks: each prints a line, and report() prints how many ran.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <cstdlib>
#include <iostream>

#include "neura.hpp"

inline int checks_run = 0;
inline int checks_failed = 0;

inline void check(std::string_view name, bool holds) {
  checks_run++;
  checks_failed += !holds;
  std::cout << (holds ? "ok: " : "FAILED: ") << name << std::endl;
}

// Whether an error is the right one, with no key in its text.
inline void check_error(std::string_view name, neura_kind kind, std::optional<int> status,
                        const neura::Error &error) {
  const char *key = std::getenv("NEURA_API_KEY");
  const std::string_view what = error.what();
  const bool holds = error.kind() == kind && error.status() == status && !what.empty() &&
                     (key == nullptr || what.find(key) == what.npos);
  if (!holds) {
    std::cout << "  " << error.kind_name() << ' ' << error.status().value_or(-1) << ": " << what
              << '\n';
  }
  check(name, holds);
}

#if NEURA_HAS_EXCEPTIONS
// Whether a call throws the right error.
template <typename Call>
void check_throws(std::string_view name, neura_kind kind, std::optional<int> status, Call &&call) {
  try {
    static_cast<void>(call());
    check(name, false);
  } catch (const neura::Error &error) {
    check_error(name, kind, status, error);
  }
}
#endif

// Whether a result is the right error.
template <typename T>
void check_fails(std::string_view name, neura_kind kind, std::optional<int> status,
                 const neura::Result<T> &result) {
  if (result) {
    check(name, false);
  } else {
    check_error(name, kind, status, result.error());
  }
}

// The last line of a program.
inline int report() {
  std::cout << checks_run << " checks" << std::endl;
  return checks_failed == 0 ? 0 : 1;
}

// A variable that the test must have set.
inline const char *given(const char *name) {
  if (const char *value = std::getenv(name)) return value;
  std::cout << name << " is not set\n";
  std::exit(2);
}

#endif

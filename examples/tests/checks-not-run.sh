#!/bin/sh
# Lists the checks that `make test` skips because a tool is not installed.
missing=0
check() { # check TOOL WHAT_IT_CHECKS
    if ! command -v "$1" >/dev/null; then
        echo "check not run: $2 ($1 is not installed)"
        missing=$((missing + 1))
    fi
}
check_header() { # check_header HEADER PACKAGE WHAT_IT_CHECKS
    if ! echo "#include <$1>" | c++ -std=c++17 -fsyntax-only -x c++ - 2>/dev/null; then
        echo "check not run: $3 ($2 is not installed)"
        missing=$((missing + 1))
    fi
}
check valgrind "memory of the C and C++ programs, and the counts of instructions"
check c++ "the C++ header and its example"
check abidw "the ABI of the C library"
check cmake "the C library in CMake projects"
check pkg-config "the C library by pkg-config"
if ! pkg-config --exists libuv 2>/dev/null; then
    echo "check not run: the example with libuv (libuv is not installed)"
    missing=$((missing + 1))
fi
has_clang() { # has_clang clang: also by a name with the version, as Debian has it
    for version in '' $(seq -f '-%g' 11 39); do
        if command -v "$1$version" >/dev/null; then return 0; fi
    done
    return 1
}
if ! has_clang clang || ! has_clang clang++; then
    echo "check not run: the C and C++ programs in clang (clang is not installed)"
    missing=$((missing + 1))
fi
sanitized=$(mktemp)
for compiler in cc c++; do
    if ! echo 'int main() { return 0; }' | "$compiler" -fsanitize=address,undefined -x c++ - -o "$sanitized" \
        2>/dev/null; then
        echo "check not run: the C and C++ programs with sanitizers ($compiler has none)"
        missing=$((missing + 1))
    fi
done
rm -f "$sanitized"
check chromium "the dashboard in a browser"
check chromedriver "the dashboard in a browser"
check nm "the list of exported symbols"
check curl "the example with curl"
check groff "the manual pages of the command"
check zsh "the completions of zsh"
check fish "the completions of fish"
check_header nlohmann/json.hpp nlohmann-json3-dev "neura/json.hpp"
check_header curl/curl.h libcurl4-openssl-dev "the program with libcurl in docs/c.md"
if [ "$missing" -gt 0 ] && [ -n "${NEURA_REQUIRE_TOOLS:-}" ]; then
    echo "NEURA_REQUIRE_TOOLS is set: a skipped check is a failure" >&2
    exit 1
fi

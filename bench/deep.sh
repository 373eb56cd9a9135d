#!/bin/sh
# Slow checks: the C and C++ programs under sanitizers, the released C library, the parsers under a
# fuzzer, the full soak test, the published wheels and Node packages, the package for Python with large
# frameworks, and every suite many times, to find rare failures.
set -eu
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-10}

if command -v "${CC:-cc}" >/dev/null; then
    NEURA_SANITIZE=1 cargo test --locked -p neura-c
fi

# The C library as it is released, in programs that are linked in each way; and by cargo-c.
sh bindings-c/packaging/release.sh
make build-instructions
.venv/bin/python bench/instructions/count.py --published target/neura-c-x86_64-unknown-linux-gnu/lib
NEURA_C_PREFIX=$PWD/target/neura-c-x86_64-unknown-linux-gnu cargo test --locked -p neura-c --test abi -- \
    packages::cmake::find packages::pkg_config packages::static_library::it
[ -x .tools/cargo-c/bin/cargo-cinstall ] ||
    cargo install --quiet --locked --root .tools/cargo-c cargo-c --version 0.10.24
rm -rf target/cargo-c-prefix
PATH="$PWD/.tools/cargo-c/bin:$PATH" cargo cinstall --release --locked -p neura-c \
    --prefix "$PWD/target/cargo-c-prefix" --libdir lib --target-dir target/cargo-c
NEURA_C_PREFIX=$PWD/target/cargo-c-prefix cargo test --locked -p neura-c --test abi -- \
    packages::pkg_config::the_shared packages::pkg_config::the_version \
    packages::pkg_config::the_static_library_where

# The recipe for Conan, which builds and runs a program with each library.
[ -x .tools/conan/bin/conan ] || {
    python3 -m venv .tools/conan
    .tools/conan/bin/pip install --quiet conan==2.34.0
}
export CONAN_HOME="$PWD/.tools/conan/home"
.tools/conan/bin/conan profile detect --exist-ok
for shared in False True; do
    .tools/conan/bin/conan create bindings-c/packaging/conan -o "neura/*:shared=$shared"
done

# Fuzzing needs unstable compiler options; RUSTC_BOOTSTRAP allows them in this toolchain.
seconds=${FUZZ_SECONDS:-120}
[ -x .tools/bin/cargo-fuzz ] || cargo install --quiet --locked --root .tools cargo-fuzz --version 0.13.1
for target in dotenv event_stream error_body answer gzip json redaction reply retry_after url; do
    echo "fuzzing $target for $seconds s"
    (cd core && RUSTC_BOOTSTRAP=1 PATH="$PWD/../.tools/bin:$PATH" cargo fuzz run --sanitizer none \
        "$target" -- -max_total_time="$seconds" -max_len=8192 -print_final_stats=1)
done

# Many calls to a server that breaks some of its replies.
NEURA_SOAK=${SOAK_CALLS:-100000} cargo test --locked --release -p neura --test soak -- --nocapture

# The wheels as they are published.
make release-python
(cd bindings-python && NEURA_WHEELS=$PWD/../target/wheels ../.venv/bin/python -m pytest -q distribution)

# The Node addon as it is published, and its packages in every bundler and runtime.
(cd bindings-node && npm run --silent build:release && npm run --silent test:deep)

# The programs of docs/frameworks.md with the real packages.
(cd bindings-python && ../.tools/frameworks/bin/python -m pytest -q frameworks)

round=1
while [ "$round" -le "$rounds" ]; do
    echo "round $round of $rounds"
    cargo test --locked --quiet -p neura -p neura-transport -p neura-c -p neura-sandbox -p neura-cli
    (cd bindings-python && ../.venv/bin/python -m pytest -q)
    (cd bindings-node && npm test --silent)
    round=$((round + 1))
done

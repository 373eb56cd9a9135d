#!/bin/sh
# Builds the C library as it is released for x86-64 Linux: for glibc 2.28 and later, under 4 MiB. The
# result is in target/neura-c-TRIPLE. zig links against the C library that is asked for; it and
# cargo-zigbuild are installed from PyPI into .tools/zig.
set -eu
cd "$(dirname "$0")/../.."
triple=x86_64-unknown-linux-gnu
floor=2.28
largest=$((4 << 20))
# As for the Node addon (bindings-node/scripts/release-target.mjs), which shares both folders.
packages='ziglang==0.17.1 cargo-zigbuild==0.24.1'
tools=$PWD/.tools/zig
build=$PWD/target/glibc-$floor
into=$PWD/target/neura-c-$triple

fail() { echo "release.sh: $*" >&2; exit 1; }

wanted=$(printf %s "$packages" | tr ' ' '\n')
if [ "$(cat "$tools/.installed" 2>/dev/null)" != "$wanted" ]; then
    "${PYTHON:-python3}" -m venv "$tools"
    # shellcheck disable=SC2086 # one word for each package
    "$tools/bin/pip" install --quiet $packages
    printf %s "$wanted" >"$tools/.installed"
fi
# LLVM's own threshold is 225.
CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS='-C llvm-args=-inline-threshold=50' \
    CARGO_ZIGBUILD_ZIG_PATH=$tools/bin/python-zig PATH=$tools/bin:$PATH CARGO_TARGET_DIR=$build \
    cargo zigbuild --target "$triple.$floor" --profile addon --locked -p neura-c

rm -rf "$into"
PREFIX=$into sh bindings-c/packaging/install.sh install "$build/$triple/addon"
# It is unpacked anywhere: pkg-config takes the prefix from the place of the file, as CMake's part does.
pc=$into/lib/pkgconfig/neura.pc
sed 's|^prefix=.*|prefix=${pcfiledir}/../..|' "$pc" >"$pc.new"
mv "$pc.new" "$pc"

library=$into/lib/libneura.so.0
size=$(wc -c <"$library")
[ "$size" -lt "$largest" ] || fail "$library has $size bytes, and must have fewer than $largest"
newest=$(objdump -T "$library" | sed -n 's/.*[( ]GLIBC_\([0-9.]*\).*/\1/p' | sort -Vu | tail -n 1)
[ -n "$newest" ] || fail "objdump names no version of glibc in $library"
[ "$(printf '%s\n' "$newest" "$floor" | sort -V | tail -n 1)" = "$floor" ] ||
    fail "$library needs glibc $newest, and may need $floor at most"
if grep -rl "$PWD" "$into" >&2; then fail "the files above name the folder in which they were built"; fi
echo "$library: $size bytes, glibc $newest"

#!/bin/sh
# Writes a static library that is one object and defines only the functions of neura.h.
#
#   prelink.sh ARCHIVE SYMBOLS OUTPUT
#
# A static library of Rust defines the symbols of Rust's standard library, too. A program that links
# two of them would find those twice. It needs GNU ld, objcopy and ar: LD, OBJCOPY and AR name others.
set -eu
archive=$1 symbols=$2 output=$3

if [ -z "${LD:-}" ]; then
    # `ld` can be another linker, which cannot do this.
    if command -v ld.bfd >/dev/null; then LD=ld.bfd; else LD=ld; fi
fi
work=$(mktemp -d "${output%/*}/prelink.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Without --force-group-allocation the linker may later drop a part of a group whose other parts are
# needed. --gc-sections does not belong here: it turns weak undefined symbols into strong ones.
# shellcheck disable=SC2046 # one word for each symbol
"$LD" -r --force-group-allocation $(sed 's/^/-u /' "$symbols") "$archive" -o "$work/all.o"
"${OBJCOPY:-objcopy}" --keep-global-symbols="$symbols" --strip-debug -R .llvmbc -R .llvmcmd \
    "$work/all.o" "$work/neura.o"
(cd "$work" && "${AR:-ar}" rcsD libneura.a neura.o)
chmod 644 "$work/libneura.a"
mv -f "$work/libneura.a" "$output"

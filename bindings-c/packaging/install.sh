#!/bin/sh
# Installs the C library from a folder that cargo built it in, or removes what it installed.
#
#   install.sh install FOLDER     install.sh uninstall
#
# Variables: PREFIX (/usr/local), LIBDIR and INCLUDEDIR (below PREFIX), DESTDIR (put before each of
# them), PRELINK=no (on Linux: libneura.a as cargo built it).
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")

prefix=${PREFIX:-/usr/local}
prefix=${prefix%/}
libdir=${LIBDIR:-$prefix/lib}
includedir=${INCLUDEDIR:-$prefix/include}
to_lib=${DESTDIR:-}$libdir
to_include=${DESTDIR:-}$includedir

fail() { echo "install.sh: $*" >&2; exit 1; }

case $prefix,$libdir,$includedir in
/*,/*,/* | ,/*,/*) ;;
*) fail "PREFIX, LIBDIR and INCLUDEDIR must be absolute paths: $prefix, $libdir, $includedir" ;;
esac

case $(uname -s) in
Darwin) shared=libneura.dylib soname= private='-framework Security -framework CoreFoundation' ;;
Linux) shared=libneura.so soname=libneura.so.0 private='-lpthread -ldl -lm' ;;
*) shared=libneura.so soname= private='-lpthread -lm' ;;
esac

# A folder as the .pc file writes it: from its prefix, where it is below it.
from_prefix() {
    case $1 in
    "$prefix"/*) printf '${prefix}%s' "${1#"$prefix"}" ;;
    *) printf %s "$1" ;;
    esac
}

# The include folder as seen from the library folder, or its own path if neither is below the prefix.
include_from_lib() {
    case $libdir,$includedir in
    "$prefix"/*,"$prefix"/*) ;;
    *) printf %s "$includedir"; return ;;
    esac
    printf '${neura_libdir}/'
    printf %s "${libdir#"$prefix"/}" | sed -e 's,//*,/,g' -e 's,[^/][^/]*,..,g'
    printf %s "${includedir#"$prefix"}"
}

# A replacement of `sed` that stands for this text.
literal() { printf %s "$1" | sed 's/[&|\\]/\\&/g'; }

# Fills in a template.
fill() { # fill TEMPLATE FILE
    sed -e "s|@VERSION@|$(literal "$version")|g" \
        -e "s|@PREFIX@|$(literal "$prefix")|g" \
        -e "s|@LIBDIR@|$(literal "$(from_prefix "$libdir")")|g" \
        -e "s|@INCLUDEDIR@|$(literal "$(from_prefix "$includedir")")|g" \
        -e "s|@INCLUDE_FROM_LIB@|$(literal "$(include_from_lib)")|g" \
        -e "s|@LIBS_PRIVATE@|$(literal "$private")|g" "$1" >"$2"
    chmod 644 "$2"
}

# By way of a second name, so that a program that has the old file open keeps it whole.
put() { # put MODE FROM TO
    cp "$2" "$3.new"
    chmod "$1" "$3.new"
    mv -f "$3.new" "$3"
}

headers() { (cd "$root/include" && find . -name '*.h' -o -name '*.hpp' | sed 's,^\./,,' | sort); }

install() {
    built=$1
    version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml")
    for file in "$shared" libneura.a; do
        [ -f "$built/$file" ] || fail "$built/$file is not there. Build it first: make build-c"
    done
    mkdir -p "$to_include" "$to_lib/pkgconfig" "$to_lib/cmake/neura"
    headers | while read -r header; do
        mkdir -p "$(dirname "$to_include/$header")"
        put 644 "$root/include/$header" "$to_include/$header"
    done

    put 755 "$built/$shared" "$to_lib/${soname:-$shared}"
    if [ -n "$soname" ]; then
        "${STRIP:-strip}" --strip-all "$to_lib/$soname"
        ln -sf "$soname" "$to_lib/$shared"
    fi
    if [ "$(uname -s)" = Linux ] && [ "${PRELINK:-yes}" != no ]; then
        sh "$here/prelink.sh" "$built/libneura.a" "$root/bindings-c/symbols.txt" "$to_lib/libneura.a"
    else
        put 644 "$built/libneura.a" "$to_lib/libneura.a"
    fi

    fill "$here/neura.pc.in" "$to_lib/pkgconfig/neura.pc"
    fill "$here/neura-config.cmake.in" "$to_lib/cmake/neura/neura-config.cmake"
    fill "$here/neura-config-version.cmake.in" "$to_lib/cmake/neura/neura-config-version.cmake"
}

uninstall() {
    headers | while read -r header; do rm -f "$to_include/$header"; done
    rm -f "$to_lib/$shared" "$to_lib/libneura.a" "$to_lib/pkgconfig/neura.pc"
    [ -z "$soname" ] || rm -f "$to_lib/$soname"
    rm -rf "$to_lib/cmake/neura"
    for folder in "$to_include/neura" "$to_lib/pkgconfig" "$to_lib/cmake"; do
        rmdir "$folder" 2>/dev/null || true # others use it
    done
}

case ${1:-} in
install) install "${2:?the folder of the built libraries}" ;;
uninstall) uninstall ;;
*) fail "install FOLDER, or uninstall" ;;
esac

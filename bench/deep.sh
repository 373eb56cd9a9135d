#!/bin/sh
# What takes longer than a test run may: the C and C++ programs under sanitizers, and
# every suite many times over, to find what fails once in a while.
set -eu
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-10}

if command -v "${CC:-cc}" >/dev/null; then
    NEURA_SANITIZE=1 cargo test --locked -p neura-c
fi
round=1
while [ "$round" -le "$rounds" ]; do
    echo "round $round of $rounds"
    cargo test --locked --quiet -p neura -p neura-c -p neura-sandbox
    (cd bindings-python && ../.venv/bin/python -m pytest -q)
    (cd bindings-node && npm test --silent)
    round=$((round + 1))
done

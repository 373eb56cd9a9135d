#!/bin/sh
# One chat, one streamed chat, and what a wrong key gets, with curl alone.
# Needs NEURA_API_KEY; NEURA_BASE_URL is where to ask.
set -eu
base=${NEURA_BASE_URL:-https://api.neura-ai.app/v1}
request='{"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]'

# The header comes from a file descriptor: on the command line, every user of the
# machine could read the key.
ask() { # ask KEY PATH [curl's options]
    key=$1 path=$2
    shift 2
    printf 'Authorization: Bearer %s\nContent-Type: application/json\n' "$key" |
        curl --silent --header @- "$@" "$base$path"
}

# The first "code" and the status of a refusal: `invalid_api_key 401`.
refused() { # refused NAME [curl's options]
    name=$1
    shift
    curl --silent --write-out '\n%{http_code}' "$@" "$base/models" |
        sed -n 's/.*"code": *"\([^"]*\)".*/\1/p; $p' | tr '\n' ' ' | sed "s/^/$name: /; s/ $//"
    echo
}

status=$(ask "$NEURA_API_KEY" /models --output /dev/null --write-out '%{http_code}')
if [ "$status" = 200 ]; then echo 'check: ok'; else echo "check: status $status"; fi

# A real program reads JSON with a real parser; sed is enough for one greeting.
printf 'answer: '
ask "$NEURA_API_KEY" /chat/completions --data "$request}" |
    sed -n 's/.*"content": *"\([^"]*\)".*/\1/p' | tr -d '\n'
echo

printf 'stream: '
ask "$NEURA_API_KEY" /chat/completions --no-buffer --data "$request, \"stream\": true}" |
    sed -n 's/^data: .*"content": *"\([^"]*\)".*/\1/p' | tr -d '\n'
echo

for pair in "invalid ${NEURA_INVALID_KEY:-nk-wrong-key-0000000000}" \
    "expired ${NEURA_EXPIRED_KEY:-}" "revoked ${NEURA_REVOKED_KEY:-}"; do
    name=${pair%% *} key=${pair#* }
    if [ -n "$key" ]; then
        printf 'Authorization: Bearer %s\n' "$key" | refused "$name" --header @-
    fi
done
refused missing </dev/null

#!/bin/sh
# One chat with curl. The key comes from NEURA_API_KEY, through a pipe: on the command line,
# every user of the machine could read it.
base=${NEURA_BASE_URL:-https://api.neura-ai.app/v1}
printf 'Authorization: Bearer %s\n' "$NEURA_API_KEY" |
    curl --silent --show-error --fail-with-body --header @- --json '{
        "model": "gpt-5",
        "messages": [{"role": "user", "content": "Hello!"}]
    }' "$base/chat/completions"

"""NeuraAI through the OpenAI SDK, as the service's page recommends.

`pip install openai`, set NEURA_API_KEY (and NEURA_BASE_URL, if it is not the
service itself), then run `python openai_sdk.py`.
"""

import os
from typing import Any

import openai
from openai.types.chat import ChatCompletionMessageParam

base_url = os.environ.get("NEURA_BASE_URL", "https://api.neura-ai.app/v1")
messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hello!"}]

client = openai.OpenAI(api_key=os.environ["NEURA_API_KEY"], base_url=base_url)


def check(client: openai.OpenAI, **options: Any) -> str:
    """What the service says of the key: "ok", or kind and status."""
    try:
        client.models.list(**options)
    except openai.APIStatusError as error:
        return f"{error.code} {error.status_code}"
    return "ok"


print("check:", check(client).split()[0])

reply = client.chat.completions.create(model="gpt-5", messages=messages)
print("answer:", reply.choices[0].message.content)

print("stream: ", end="")
with client.chat.completions.create(model="gpt-5", messages=messages, stream=True) as stream:
    for chunk in stream:
        for choice in chunk.choices:
            print(choice.delta.content or "", end="", flush=True)
print()

os.environ.setdefault("NEURA_INVALID_KEY", "nk-wrong-key-0000000000")
for name in ("invalid", "expired", "revoked"):
    key = os.environ.get(f"NEURA_{name.upper()}_KEY")
    if key:
        print(f"{name}:", check(openai.OpenAI(api_key=key, base_url=base_url)))

# The SDK wants some key, so the header is left out of this one request.
print("missing:", check(client, extra_headers={"Authorization": openai.omit}))

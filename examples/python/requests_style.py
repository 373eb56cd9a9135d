"""NeuraAI in the manner of `requests`.

Set NEURA_API_KEY (and NEURA_BASE_URL, if it is not the service itself), then
run `python requests_style.py`.
"""

import os
from typing import Any

import neura_ai

question: dict[str, Any] = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}

client = neura_ai.Client()
check = client.check()
print("check:", "ok" if check.ok else check.kind)

response = neura_ai.post("/chat/completions", json=question)
response.raise_for_status()
print("answer:", response.json()["choices"][0]["message"]["content"])

print("stream: ", end="")
with client.chat.completions.create(**question, stream=True) as stream:
    for chunk in stream:
        for choice in chunk.choices:
            print(choice.delta.content or "", end="", flush=True)
print()


def refusal(key: str | None = None) -> str:
    """What the client says with this key, or with the one of the environment."""
    try:
        neura_ai.Client(key).models.list()
    except neura_ai.NeuraError as error:
        return f"{error.kind} {error.status_code or '-'}"
    return "ok 200"


os.environ.setdefault("NEURA_INVALID_KEY", "nk-wrong-key-0000000000")
for name in ("invalid", "expired", "revoked"):
    key = os.environ.get(f"NEURA_{name.upper()}_KEY")
    if key:
        print(f"{name}:", refusal(key))

del os.environ["NEURA_API_KEY"]
print("missing:", refusal())

"""A program to be frozen: it asks a sandbox in each way, and imports nothing but the package."""

import asyncio
import copy
import logging
import sys

import neura_ai

ASKED = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}
logging.basicConfig(level=logging.INFO, stream=sys.stderr)
client = neura_ai.Client()
print(client.chat.completions.create(**ASKED).choices[0].message.content)
with client.chat.completions.create(**ASKED, stream=True) as stream:
    print("".join(chunk.choices[0].delta.content or "" for chunk in stream))
with client.get("/models", stream=True) as models:
    print(len(list(models.iter_lines())), models.links)
print(client.post("/chat/completions", data=iter([b"no JSON"])).status_code)
try:
    neura_ai.get("/models/none").raise_for_status()
except neura_ai.exceptions.HTTPError as error:
    print(copy.copy(error).kind)
try:
    neura_ai.testing.response(text="no JSON").json()
except neura_ai.exceptions.JSONDecodeError as error:
    print(error.kind)
print(copy.copy(client).is_closed(), neura_ai.resolve().source, neura_ai.diagnose().ok)


async def ask() -> None:
    async with neura_ai.AsyncClient() as client:
        answer = await client.chat.completions.create(**ASKED)
        print(answer.choices[0].message.content, (await client.check()).ok)
        async for event in client.stream(
            "POST", "/chat/completions", json={**ASKED, "stream": True}
        ):
            print(event.json()["object"])
            break


asyncio.run(ask())

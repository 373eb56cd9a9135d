"""NeuraAI in a program on asyncio.

Set NEURA_API_KEY (and NEURA_BASE_URL, if it is not the service itself), then
run `python asyncio_chat.py`.
"""

import asyncio
import os

import neura_ai

messages = [{"role": "user", "content": "Hello!"}]


async def refusal(key: str | None = None) -> str:
    """What the client says with this key, or with the one of the environment."""
    try:
        async with neura_ai.AsyncClient(key) as client:
            await client.models.list()
    except neura_ai.NeuraError as error:
        return f"{error.kind} {error.status_code or '-'}"
    return "ok 200"


async def main() -> None:
    async with neura_ai.AsyncClient() as client:
        # Both at once, on one thread of Python's.
        check, reply = await asyncio.gather(
            client.check(),
            client.chat.completions.create(model="gpt-5", messages=messages),
        )
        print("check:", "ok" if check.ok else check.kind)
        print("answer:", reply.choices[0].message.content)

        print("stream: ", end="")
        stream = await client.chat.completions.create(model="gpt-5", messages=messages, stream=True)
        async with stream:
            async for chunk in stream:
                for choice in chunk.choices:
                    print(choice.delta.content or "", end="", flush=True)
        print()

    os.environ.setdefault("NEURA_INVALID_KEY", "nk-wrong-key-0000000000")
    for name in ("invalid", "expired", "revoked"):
        key = os.environ.get(f"NEURA_{name.upper()}_KEY")
        if key:
            print(f"{name}:", await refusal(key))

    del os.environ["NEURA_API_KEY"]
    print("missing:", await refusal())


asyncio.run(main())

"""One chat with asyncio. The key comes from NEURA_API_KEY."""

import asyncio

import neura_ai


async def main() -> None:
    messages = [{"role": "user", "content": "Hello!"}]
    async with neura_ai.AsyncClient() as client:
        reply = await client.chat.completions.create(model="gpt-5", messages=messages)
    print(reply.choices[0].message.content)


asyncio.run(main())

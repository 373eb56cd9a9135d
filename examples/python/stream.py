"""One chat, printed while it is written. The key comes from NEURA_API_KEY."""

import neura_ai

client = neura_ai.Client()
messages = [{"role": "user", "content": "Hello!"}]
with client.chat.completions.create(model="gpt-5", messages=messages, stream=True) as stream:
    for chunk in stream:
        for choice in chunk.choices:
            print(choice.delta.content or "", end="", flush=True)
print()

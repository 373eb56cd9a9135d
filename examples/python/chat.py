"""One chat. The key comes from NEURA_API_KEY; `pip install neura-ai`."""

import neura_ai

client = neura_ai.Client()
reply = client.chat.completions.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Hello!"}],
)
print(reply.choices[0].message.content)

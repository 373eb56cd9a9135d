"""The OpenAI SDK over this client: `pip install neura-ai[openai]`, NEURA_API_KEY is set."""

from neura_ai.openai import OpenAI

client = OpenAI()
reply = client.chat.completions.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Hello!"}],
)
print(reply.choices[0].message.content)

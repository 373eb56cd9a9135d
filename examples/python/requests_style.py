"""One chat in the style of requests. The key comes from NEURA_API_KEY."""

import neura_ai

response = neura_ai.post(
    "/chat/completions",
    json={"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]},
)
response.raise_for_status()
print(response.json()["choices"][0]["message"]["content"])

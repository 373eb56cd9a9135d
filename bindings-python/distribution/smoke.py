"""Whether an installed package works; run by the interpreter that has it.

With the argument ``chat`` it asks a sandbox for a chat. Without it, it checks the error for a
refused connection, which needs nothing but the package.
"""

import sys

import neura_ai
from neura_ai.testing import Sandbox

if sys.argv[1:] == ["chat"]:
    with Sandbox() as box:
        reply = box.client().chat.completions.create(
            model="gpt-5", messages=[{"role": "user", "content": "Hello!"}]
        )
        print(reply.choices[0].message.content)
else:
    # Nobody listens on the port that stands for discarding.
    client = neura_ai.Client(
        "nk-smoke-0000000000000000", base_url="http://127.0.0.1:9/v1", max_retries=0
    )
    found = client.check()
    if found.kind != "connection":
        raise SystemExit(f"expected a refused connection, got {found.to_dict()}")
    print(found.kind)
print(neura_ai.__file__)
print(neura_ai.__version__)

"""The OpenAI SDK against the sandbox: what the service's page recommends works there."""

from __future__ import annotations

import openai
import pytest
from servers import Sandbox

MESSAGES = [{"role": "user", "content": "Hello!"}]


def sdk(sandbox: Sandbox, key: str) -> openai.OpenAI:
    return openai.OpenAI(api_key=key, base_url=sandbox.base_url, max_retries=0)


def test_a_chat_and_its_stream_give_the_same_answer(sandbox: Sandbox) -> None:
    with sdk(sandbox, sandbox.api_key) as client:
        reply = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
        answer = reply.choices[0].message.content
        assert answer
        assert reply.usage.total_tokens > 0
        with client.chat.completions.create(
            model="gpt-5", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
        ) as stream:
            chunks = list(stream)
    parts = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    assert "".join(parts) == answer
    assert chunks[-1].usage.total_tokens == reply.usage.total_tokens


def test_models_and_embeddings_are_read(sandbox: Sandbox) -> None:
    with sdk(sandbox, sandbox.api_key) as client:
        names = [model.id for model in client.models.list()]
        assert "gpt-5" in names
        model = next(name for name in names if "embed" in name)
        # The SDK asks for base64 unless told otherwise, and decodes it.
        made = client.embeddings.create(model=model, input="a").data[0].embedding
        plain = client.embeddings.create(model=model, input="a", encoding_format="float")
        assert made == pytest.approx(plain.data[0].embedding, abs=1e-6)


@pytest.mark.parametrize("kind", ["invalid", "expired", "revoked"])
def test_a_key_that_does_not_work_is_its_authentication_error(sandbox: Sandbox, kind: str) -> None:
    key = getattr(sandbox, f"{kind}_api_key", "nk-wrong-key-0000000000")
    with sdk(sandbox, key) as client:
        for stream in (False, True):
            with pytest.raises(openai.AuthenticationError) as caught:
                client.chat.completions.create(model="gpt-5", messages=MESSAGES, stream=stream)
            assert caught.value.status_code == 401
            assert caught.value.code == f"{kind}_api_key"
            assert caught.value.request_id


def test_a_request_without_a_key_is_answered_with_missing_api_key(sandbox: Sandbox) -> None:
    with sdk(sandbox, "unused") as client, pytest.raises(openai.AuthenticationError) as caught:
        client.models.list(extra_headers={"Authorization": openai.omit})
    assert caught.value.code == "missing_api_key"

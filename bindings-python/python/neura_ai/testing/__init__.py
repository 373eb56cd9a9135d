"""For the tests of programs that use this package.

``Sandbox`` is a NeuraAI on this machine, with keys of every sort. ``replies`` is a server that
gives the replies of a list in turn. The pytest plugin of this package has both as fixtures::

    def test_the_bot_answers(neura_sandbox):
        client = neura_sandbox.client()
        assert "Hello" in ask(client, "Hello!")


    def test_the_bot_waits(neura_replies):
        server = neura_replies([429, "Hello!"])
        assert "Hello" in ask(server.client(), "Hello!")

Both run programs of the package ``neura-sandbox``: ``pip install neura-ai[testing]``.
``response`` is a ``Response`` without a server.
"""

from ._replies import ReceivedRequest, Replies, replies
from ._response import response
from ._sandbox import Sandbox

__all__ = ["ReceivedRequest", "Replies", "Sandbox", "replies", "response"]

"""For the tests of programs that use this package.

``Sandbox`` is a NeuraAI on this machine, with keys of every sort; the pytest plugin of
this package has one as the fixture ``neura_sandbox``::

    def test_the_bot_answers(neura_sandbox):
        client = neura_sandbox.client()
        assert "Hello" in ask(client, "Hello!")

Both run the program ``neura-sandbox``, which is not part of the package.
"""

from ._sandbox import Sandbox

__all__ = ["Sandbox"]

"""The error of a comparison that cannot be made."""


class BenchError(Exception):
    """Says which side or program failed, and how."""

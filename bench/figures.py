"""Figures as words."""

from __future__ import annotations


def span(microseconds: float) -> str:
    if microseconds < 1000:
        return f"{digits(microseconds)} µs"
    if microseconds < 1_000_000:
        return f"{digits(microseconds / 1000)} ms"
    return f"{digits(microseconds / 1_000_000)} s"


def memory(size: float) -> str:
    return f"{digits(size / 1e6)} MB"


def digits(value: float) -> str:
    """Two or three digits that count."""
    if value < 1:
        return f"{value:.2f}"
    if value < 10:
        return f"{value:.1f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"

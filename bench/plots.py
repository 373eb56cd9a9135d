"""Plots as SVG, written by hand: bars of figures, readable on light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 880
ROW, GAP, HEAD, TITLE = 20, 22, 26, 52
NAME, VALUE = 184, 70

STYLE = """
svg { background: #ffffff; font-family: ui-sans-serif, system-ui, sans-serif; font-size: 12px }
text { fill: #24292f }
.title { font-size: 16px; font-weight: 600 }
.small { fill: #57606a }
.head { font-weight: 600 }
.peer { fill: #8c959f }
.ours { fill: #0969da }
.us { font-weight: 600 }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117 }
text { fill: #e6edf3 }
.small { fill: #9198a1 }
.peer { fill: #656c76 }
.ours { fill: #4493f8 }
}
"""


@dataclass(frozen=True)
class Bar:
    name: str
    value: float
    # What stands behind it.
    text: str
    ours: bool


@dataclass(frozen=True)
class Panel:
    title: str
    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        return HEAD + ROW * len(self.bars) + GAP


def plot(title: str, subtitle: str, panels: Sequence[Panel]) -> str:
    """Panels in two columns, each with a scale of its own; the smallest figure is the best."""
    columns: tuple[list[Panel], list[Panel]] = ([], [])
    heights = [0, 0]
    for panel in panels:
        shorter = 0 if heights[0] <= heights[1] else 1
        columns[shorter].append(panel)
        heights[shorter] += panel.height
    parts = [
        _text(16, 26, title, "title"),
        _text(16, 44, subtitle, "small"),
    ]
    width = WIDTH // 2
    for index, column in enumerate(columns):
        top = TITLE
        for panel in column:
            parts += _panel(panel, 16 + index * width, top, width - 32)
            top += panel.height
    height = TITLE + max(heights)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-label="{_attribute(title)}">'
    )
    return "\n".join([head, f"<style>{STYLE}</style>", *parts, "</svg>"]) + "\n"


def _panel(panel: Panel, left: int, top: int, width: int) -> list[str]:
    parts = [_text(left, top + 16, panel.title, "head")]
    room = width - NAME - VALUE
    most = max((bar.value for bar in panel.bars), default=0) or 1
    for number, bar in enumerate(sorted(panel.bars, key=lambda bar: bar.value)):
        y = top + HEAD + number * ROW
        length = max(1.0, room * bar.value / most)
        kind = "ours" if bar.ours else "peer"
        parts.append(_text(left + NAME - 8, y + 12, bar.name, "us" if bar.ours else "", "end"))
        parts.append(
            f'<rect class="{kind}" x="{left + NAME}" y="{y + 2}" width="{length:.1f}" '
            f'height="{ROW - 7}" rx="2"/>'
        )
        parts.append(_text(left + NAME + length + 6, y + 12, bar.text, "us" if bar.ours else ""))
    return parts


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    classes = f' class="{kind}"' if kind else ""
    end = ' text-anchor="end"' if anchor == "end" else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{classes}{end}>{escape(words)}</text>'


def _attribute(words: str) -> str:
    return escape(words, {'"': "&quot;"})

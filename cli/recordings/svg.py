"""Draws the rows of a terminal as an SVG in which they appear one after another."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, SIZE = 8.4, 20, 14
MARGIN, BAR = 16, 36
NARROWEST = 64
COLORS = {
    "default": "#d6deeb",
    "red": "#ff6b6b",
    "green": "#7ee787",
    "brown": "#f2cc60",  # pyte's name for yellow
}


@dataclass
class Run:
    """Text of one style."""

    text: str
    color: str
    bold: bool


@dataclass
class Row:
    """A line, and the seconds after which it appears."""

    runs: list[Run]
    appears: float


def draw(title: str, rows: list[Row]) -> str:
    """The image. Its description is the text, for those who do not see it."""
    columns = max(NARROWEST, *(len(text_of(row)) for row in rows))
    width = round(columns * WIDTH + 2 * MARGIN)
    height = BAR + len(rows) * HEIGHT + MARGIN
    description = "\n".join(text_of(row) for row in rows)
    lines = [line(row, BAR + (number + 1) * HEIGHT - 6) for number, row in enumerate(rows)]
    dots = [
        f'<circle cx="{MARGIN + 4 + 20 * number}" cy="18" r="6" fill="{color}"/>'
        for number, color in enumerate(("#ff5f56", "#ffbd2e", "#27c93f"))
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" aria-labelledby="title text">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="text">{escape(description)}</desc>',
            "<style>",
            f"text {{ font: {SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; "
            "white-space: pre; animation: appear 0.01s both }",
            "@keyframes appear { from { opacity: 0 } }",
            "@media (prefers-reduced-motion: reduce) { text { animation: none } }",
            "</style>",
            f'<rect width="{width}" height="{height}" rx="8" fill="#011627"/>',
            *dots,
            *[each for each in lines if each],
            "</svg>",
            "",
        ]
    )


def text_of(row: Row) -> str:
    return "".join(run.text for run in row.runs).rstrip()


def line(row: Row, y: int) -> str:
    """A line of text; nothing for an empty one."""
    parts, column = [], 0
    left = len(text_of(row))
    for run in row.runs:
        text = run.text[:left]
        left -= len(text)
        if text.strip():
            # The length keeps the columns together, whatever font there is.
            color = COLORS.get(run.color, COLORS["default"])
            weight = ' font-weight="bold"' if run.bold else ""
            parts.append(
                f'<tspan x="{MARGIN + column * WIDTH:.1f}" textLength="{len(text) * WIDTH:.1f}" '
                f'fill="{color}"{weight}>{escape(text)}</tspan>'
            )
        column += len(run.text)
    if not parts:
        return ""
    style = f'style="animation-delay: {row.appears:.2f}s"'
    return f'<text y="{y}" xml:space="preserve" {style}>{"".join(parts)}</text>'

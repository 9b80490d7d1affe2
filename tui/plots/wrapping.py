"""Sentences broken into lines of so many cells."""

from __future__ import annotations

from rich.cells import cell_len

from tui.plots.cells import cut


def wrapped(text: str, width: int, most: int | None = None) -> list[str]:
    """Return the words of `text` in lines of at most `width` cells, a longer word cut with "…".

    most: how many lines there may be; where they are too few the last one ends with "…".
    """
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(cut(word, width))
    if most is not None and len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], cut(rest, width)] if most > 0 else []
    return lines

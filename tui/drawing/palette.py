"""The colours of a theme as the drawings use them, and colours between two others."""

from __future__ import annotations

from dataclasses import dataclass

RGB = tuple[int, int, int]


def blended(background: RGB, pole: RGB, strength: float) -> RGB:
    """Return the colour between two: the background at 0, the pole at 1."""
    red, green, blue = (
        round(back + (front - back) * strength)
        for back, front in zip(background, pole, strict=True)
    )
    return red, green, blue


@dataclass(frozen=True)
class Palette:
    """The colours of a theme, as the drawings use them.

    muted: axes and labels. accent: the selected thing. positive, negative: a diverging pair that
    colour-blind people tell apart. series: the lines of several outputs. good, bad: right and
    wrong, which are marked with a sign as well.
    """

    background: RGB
    foreground: RGB
    muted: RGB
    accent: RGB
    positive: RGB
    negative: RGB
    series: tuple[RGB, ...]
    good: RGB
    bad: RGB

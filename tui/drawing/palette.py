"""The colours of a theme as the drawings use them, and the blending of colours."""

from __future__ import annotations

from dataclasses import dataclass

RGB = tuple[int, int, int]


def blended(background: RGB, pole: RGB, strength: float) -> RGB:
    """Return a blend of two colours: the background at strength 0, the pole at 1."""
    red, green, blue = (
        round(back + (front - back) * strength)
        for back, front in zip(background, pole, strict=True)
    )
    return red, green, blue


@dataclass(frozen=True)
class Palette:
    """The colours of a theme, as the drawings use them.

    muted: axes and labels. accent: the selected thing. positive, negative: a diverging pair that
    colour-blind people can distinguish. series: the lines of several outputs. good, bad: right and
    wrong, which always have a sign as well.
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

"""Colours between two others."""

from __future__ import annotations

from tui.plots.scene import RGB


def blended(background: RGB, pole: RGB, strength: float) -> RGB:
    """Return the colour between two: the background at 0, the pole at 1."""
    red, green, blue = (
        round(back + (front - back) * strength)
        for back, front in zip(background, pole, strict=True)
    )
    return red, green, blue

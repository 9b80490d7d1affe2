"""The two themes of the playground, and the colours and styles derived from a theme.

Textual's own themes can be chosen too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from tui.drawing.palette import RGB, Palette

TextStyle = Literal[
    "plain",
    "heading",
    "muted",
    "strong",
    "off",
    "good",
    "bad",
    "more",
    "less",
    "weight",
    "bar",
    "badge",
    "bold",
    "pointed",
]
"""The styles of text, named by its role."""

_TINT_STEPS = 12
STRONGEST_TINT = 0.42
_MUTED_IN_DARK, _MUTED_IN_LIGHT = 0.6, 0.7
"""Shares of the foreground with which text has a contrast of 4.5 on the background and more."""
_STRENGTH_OF_LIGHT = 0.4

DARK = Theme(
    name="nn-play-dark",
    primary="#7aa2f7",
    secondary="#9aa5ce",
    accent="#e0af68",
    foreground="#d5daf0",
    background="#14161f",
    surface="#191c28",
    panel="#222638",
    success="#73daca",
    warning="#e0af68",
    error="#f7768e",
    dark=True,
)
LIGHT = Theme(
    name="nn-play-light",
    primary="#2e5fc4",
    secondary="#5b6488",
    accent="#9a5b00",
    foreground="#23283b",
    background="#f7f8fb",
    surface="#eef0f6",
    panel="#e2e5ef",
    success="#0f766e",
    warning="#9a5b00",
    error="#b4233c",
    dark=False,
)


def switch_light(app: App[Any]) -> None:
    """Choose the light theme, or the dark one if the present one is light."""
    app.theme = (LIGHT if app.current_theme.dark else DARK).name


def palette_of(app: App[Any]) -> Palette:
    """Return the palette for drawings in the app's present theme."""
    theme = app.current_theme
    variables = app.theme_variables
    background = Color.parse(variables["background"])
    foreground = Color.parse(variables["foreground"])
    accent = Color.parse(variables["accent"])
    if theme.dark:
        positive, negative = Color.parse("#5ab0ff"), Color.parse("#ff9e4a")
        others = ("#5ab0ff", "#ff9e4a", "#7ddba3", "#d7a0ff", "#f2e15c", "#ff7fa5")
    else:
        positive, negative = Color.parse("#0b62c4"), Color.parse("#b85200")
        others = ("#0b62c4", "#b85200", "#0a7d4f", "#7b3fb0", "#7a6a00", "#b02a5b")
    return Palette(
        background=_rgb(background),
        foreground=_rgb(foreground),
        muted=_rgb(background.blend(foreground, _MUTED_IN_DARK if theme.dark else _MUTED_IN_LIGHT)),
        accent=_rgb(accent),
        positive=_rgb(positive),
        negative=_rgb(negative),
        series=tuple(_rgb(Color.parse(colour)) for colour in others),
        good=_rgb(Color.parse(variables["success"])),
        bad=_rgb(Color.parse(variables["error"])),
    )


@dataclass(frozen=True, eq=False)
class TextStyles:
    """The styles of text and of grid cells, made once per theme."""

    blank: Style
    cursor: Style
    resting_cursor: Style
    named: dict[TextStyle, Style]
    tints: tuple[Style, ...]

    def tinted(self, tint: float) -> Style:
        """Return the style of a weight; `tint` runs from -1, fully negative, to 1."""
        step = round(max(-1.0, min(1.0, tint)) * _TINT_STEPS)
        return self.tints[step + _TINT_STEPS]


def text_styles(app: App[Any], base: Style) -> TextStyles:
    """Return the text styles of the app's present theme; `base` gives the background."""
    palette = palette_of(app)
    blank = Style(bgcolor=base.bgcolor)
    background = (
        Color(*base.bgcolor.get_truecolor()) if base.bgcolor else Color(*palette.background)
    )

    def look(
        colour: RGB, *, bold: bool = False, italic: bool = False, underline: bool = False
    ) -> Style:
        return blank + Style(
            color=_hex(Color(*colour)), bold=bold, italic=italic, underline=underline
        )

    tints = []
    for step in range(-_TINT_STEPS, _TINT_STEPS + 1):
        pole = Color(*(palette.positive if step > 0 else palette.negative))
        strength = abs(step) / _TINT_STEPS * STRONGEST_TINT
        tints.append(
            Style(
                color=_hex(Color(*palette.foreground)),
                bgcolor=_hex(background.blend(pole, strength)),
            )
        )
    return TextStyles(
        blank=blank,
        cursor=Style(color=_hex(background), bgcolor=_hex(Color(*palette.accent)), bold=True),
        resting_cursor=look(palette.accent, bold=True, underline=True),
        named={
            "plain": look(palette.foreground),
            "heading": look(palette.muted),
            "muted": look(palette.muted),
            "strong": look(palette.accent, bold=True),
            "off": look(palette.muted, italic=True),
            "good": look(palette.good, bold=True),
            "bad": look(palette.bad, bold=True),
            "more": look(palette.positive),
            "less": look(palette.negative),
            "weight": look(palette.foreground),
            "bar": look(palette.series[0]),
            "bold": look(palette.foreground, bold=True),
            "badge": Style(
                color=_hex(Color(*palette.background)),
                bgcolor=_hex(Color.parse(app.theme_variables["primary"])),
                bold=True,
            ),
            "pointed": Style(
                color=_hex(Color(*palette.foreground)),
                bgcolor=_hex(background.blend(Color(*palette.good), _STRENGTH_OF_LIGHT)),
                bold=True,
            ),
        },
        tints=tuple(tints),
    )


def _rgb(colour: Color) -> RGB:
    return colour.r, colour.g, colour.b


def _hex(colour: Color) -> str:
    return colour.hex6

"""Chooses the activation of a layer, with a picture of each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation, activation
from engine.text import format_number, is_exact
from tui.drawing.braille import DOTS_DOWN, braille_rows
from tui.screens.dialogs.lists import Choose
from tui.views.curve.axes import curve_radius
from tui.views.thumbnails import mini_curve

_CURVE_WIDTH = 8
_CURVE_HEIGHT = 2
_LEFT_DOTS, _RIGHT_DOTS = 0x47, 0xB8
"""The bits of a braille character's left and right dots."""


class Curve(Widget):
    """The curve of an activation, as large as the widget, over its sums z."""

    DEFAULT_CSS = """
    Curve {
        height: 12;
        max-height: 50%;
        margin: 0 0 1 0;
        color: $text-accent;
    }
    """

    activation: reactive[Activation | None] = reactive(None)

    def render(self) -> Content:
        if self.activation is None:
            return Content("")
        width, height = self.content_size
        lines = [Content(line) for line in mini_curve(self.activation, width, height - 1)]
        if not self.activation.row_wise:
            lines.append(_axis(self.activation, width))
        return Content("\n").join(lines)


class ChooseActivation(Choose[Activation]):
    """All activations with their curves; a full one may be typed, such as leaky_relu(0.2)."""

    DEFAULT_CSS = """
    ChooseActivation {
        #name {
            text-style: bold;
            margin: 0 0 1 0;
        }
        #formula {
            height: auto;
            margin: 0 0 1 0;
        }
        &.-narrow {
            Curve, #name {
                display: none;
            }
            #formula {
                margin: 0;
            }
        }
    }
    """

    def __init__(self, current: Activation, heading: str = "Activation") -> None:
        super().__init__(heading, "a name, or leaky_relu(0.2)")
        self._current = current
        self._all = [current if name == current.name else activation(name) for name in ACTIVATIONS]

    def matching(self, text: str) -> tuple[Sequence[Activation], int, str]:
        if not text:
            return self._all, list(ACTIVATIONS).index(self._current.name), ""
        start = text.partition("(")[0].strip().lower()
        near = [one for one in self._all if start in one.name]
        near.sort(key=lambda one: (one.name != start, not one.name.startswith(start)))
        # A closing parenthesis not typed yet is supplied.
        missing = ")" if "(" in text and not text.endswith(")") else ""
        try:
            typed = activation(text + missing)
        except ValueError as wrong:
            return near, 0, "" if near and "(" not in text else str(wrong)
        others = [] if "(" in text else [one for one in near if one != typed]
        return [typed, *others], 0, ""

    def label(self, item: Activation) -> Content:
        first, second = _small_curve(item)
        now = Content.styled("  now", "dim") if item == self._current else Content("")
        return Content.assemble(
            f"{first}  ", (item.text, "bold"), now, f"\n{second}  ", (_output_range(item), "dim")
        )

    def compose_detail(self) -> Iterable[Widget]:
        yield Static(id="name", markup=False)
        yield Curve()
        yield Static(id="formula", markup=False)
        yield Static(id="summary", classes="muted", markup=False)

    def show_detail(self, item: Activation) -> None:
        self.query_one(Curve).activation = item
        self.query_one("#name", Static).update(item.text)
        self.query_one("#formula", Static).update(item.formula)
        self.query_one("#summary", Static).update(item.summary)


def _small_curve(activation: Activation) -> list[str]:
    """The curve with its lowest row of dots left free, so that no two in the list touch."""
    # Drawn with one row of characters per row of dots: seven rows of dots fill no whole character.
    n_dots = _CURVE_HEIGHT * DOTS_DOWN
    dots = np.zeros((n_dots, 2 * _CURVE_WIDTH), dtype=np.bool_)
    for row, line in enumerate(mini_curve(activation, _CURVE_WIDTH, n_dots - 1)):
        dots[row] = [bool(ord(one) & half) for one in line for half in (_LEFT_DOTS, _RIGHT_DOTS)]
    return braille_rows(dots)


def _output_range(activation: Activation) -> str:
    lowest, highest = map(_limit, activation.limits)
    return f"out {lowest} … {highest}"


def _limit(value: float) -> str:
    if math.isinf(value):
        return "-∞" if value < 0 else "∞"
    text = format_number(value)
    return text if is_exact(text, value) else f"≈{text}"


def _axis(activation: Activation, width: int) -> Content:
    """The smallest, the middle and the largest z of the curve, each below its place."""
    radius = format_number(curve_radius(activation, np.zeros(1), 0))
    line = f"{f'-{radius}':<{width // 2}}0".ljust(width - len(radius)) + radius
    return Content.styled(line, "$foreground dim")

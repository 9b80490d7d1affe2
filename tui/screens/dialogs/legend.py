"""What the colours and marks on the screen mean."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.drawing.palette import RGB, blended
from tui.screens.dialogs.help import Help, HelpKey
from tui.theme import STRONGEST_TINT, palette_of, switch_light

_NETWORK, _NUMBERS, _CURVES, _MAPS = "Network", "Numbers", "Curves and lists", "Maps"
_MARKS = (
    (_NETWORK, "▸", "the current neuron"),
    (_NETWORK, "off", "gives 0 and has slope 0"),
    (_NETWORK, "*", "frozen for training"),
    (_NETWORK, "∂", "slope: how fast the loss or output rises with a number"),
    (_NETWORK, "✓ ✗", "right, wrong"),
    (_NETWORK, "•", "by the title: not saved yet"),
    (_NUMBERS, "= ≈", "exact, rounded"),
    (_NUMBERS, "<1 >0", "nearly, not quite"),
    (_NUMBERS, "–", "not set"),
    (_CURVES, "●", "current neuron, present number, training loss"),
    (_CURVES, "○", "other neurons, test loss"),
    (_CURVES, "◌", "where it was at p"),
    (_CURVES, "▸ ◂ ›", "more beyond the edge"),
    (_CURVES, "▶ ▼", "the selected row, column"),
    (_CURVES, "▲ ▼ ★", "rose, fell, changed most"),
    (_MAPS, "◆", "the selected sample"),
    (_MAPS, "● ○ • ◦", "samples: yes, no"),
    (_MAPS, "■ □ ▪ ▫", "test samples: yes, no"),
)


class Legend(Help):
    """The colours first, in colour, then the marks in their groups."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "light", "Light or dark"),
        Binding("f5", "cancel", "Close", show=False),
    ]

    def __init__(self) -> None:
        keys = [HelpKey(group, mark, meaning, "") for group, mark, meaning in _MARKS]
        super().__init__("Legend", "", keys)

    def on_mount(self) -> None:
        self.query_one("#meaning", Static).update(self._colours())

    def _colours(self) -> Content:
        palette = palette_of(self.app)
        texts = []
        for pole, number, meaning in (
            (palette.positive, " 0.7 ", "blue: above 0, towards yes"),
            (palette.negative, "-1.2 ", "orange: below 0, towards no"),
        ):
            tint = blended(palette.background, pole, STRONGEST_TINT)
            texts.append(Content.assemble((number, f"on {_css(tint)}"), f" {meaning}"))
        texts.append(Content("The stronger a colour, the larger the number."))
        return Content("\n").join(texts)

    def action_light(self) -> None:
        """Switch between the light theme and the dark one."""
        switch_light(self.app)
        self.call_after_refresh(self.on_mount)


def _css(colour: RGB) -> str:
    return f"rgb({','.join(map(str, colour))})"

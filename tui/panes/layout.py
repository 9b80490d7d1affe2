"""Which panes are shown, and how large, for a given terminal size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

NUMBER_PANES = ("inputs", "layers", "outputs")
VIEW_PANES = ("view-left", "view-right", "view-third")
TIPS_PANES = ("tips", "tips-beside")
"""Below the numbers, or in a large terminal beside them."""
ALL_PANES = (*NUMBER_PANES, *VIEW_PANES, *TIPS_PANES)

_LINES_OF_TEXT = 3
_NARROW = 68
_SHORT = 16
_MIN_LINES_OF_PLOTS = 9
_PLOTS_IN_TENTHS = 4
_TIPS_WIDTH = 34
_MIN_VIEW_WIDTH = 36
_SPACIOUS = (160, 45)
_MIN_LINES_OF_NUMBERS = 8


class Span(NamedTuple):
    """The width that a pane takes if there is room, and the least it can do with."""

    least: int
    natural: int


@dataclass(frozen=True, slots=True)
class Needs:
    """What the panes of numbers need.

    height: in lines. inputs, outputs: the widths of these panes. layers: for each layer the
    width in which all its columns fit.
    """

    height: int
    inputs: Span
    layers: tuple[int, ...]
    outputs: Span


@dataclass(frozen=True, slots=True)
class Layout:
    """The ids of the visible panes, and the sizes of those that have a size of their own.

    numbers_height: None if the numbers get the whole height. inputs_width, outputs_width: None if
    they get the whole width.
    """

    visible: frozenset[str]
    numbers_height: int | None
    inputs_width: int | None = None
    outputs_width: int | None = None


def layout_of(
    width: int, height: int, chosen: str, *, large: bool, tips_shown: bool, needs: Needs
) -> Layout:
    """Return the layout of a terminal of `width` by `height`.

    chosen: the id of the pane with the focus. large: whether it gets all the room. The plots get at
    least four tenths of the height. Narrow terminals show one pane of numbers at a time, short ones
    either numbers or plots; large ones show a third view, and the tips beside the numbers.
    """
    if large:
        return Layout(frozenset({chosen}), None)
    lines = height - _LINES_OF_TEXT
    looking = chosen in (*VIEW_PANES, *TIPS_PANES)
    is_narrow = width < _NARROW
    numbers = {chosen if not looking else "layers"} if is_narrow else set(NUMBER_PANES)
    widths = (None, None) if is_narrow else _widths(width, needs)
    if lines < _SHORT:
        return Layout(frozenset({chosen} if looking else numbers), None, *widths)
    most = lines - max(_MIN_LINES_OF_PLOTS, lines * _PLOTS_IN_TENTHS // 10)
    views = _views(width, height, chosen, tips_shown)
    numbers_height = min(max(needs.height, _MIN_LINES_OF_NUMBERS), most)
    return Layout(frozenset(numbers | views), numbers_height, *widths)


def is_spacious(width: int, height: int) -> bool:
    """Whether a terminal has room for a third view and for more decimals."""
    return width >= _SPACIOUS[0] and height >= _SPACIOUS[1]


def _widths(width: int, needs: Needs) -> tuple[int, int]:
    """The widths of inputs and outputs, which give up what a layer lacks to show all columns."""
    inputs, outputs = needs.inputs, needs.outputs
    most = width - inputs.least - outputs.least
    wanted = max((one for one in needs.layers if one <= most), default=0)
    lacking = max(0, wanted - (width - inputs.natural - outputs.natural))
    of_outputs = min(lacking, outputs.natural - outputs.least)
    of_inputs = min(lacking - of_outputs, inputs.natural - inputs.least)
    return inputs.natural - of_inputs, outputs.natural - of_outputs


def _views(width: int, height: int, chosen: str, tips_shown: bool) -> set[str]:
    below, beside = TIPS_PANES
    if is_spacious(width, height):
        return {*VIEW_PANES} | ({beside} if tips_shown else set())
    tips = tips_shown and width >= _MIN_VIEW_WIDTH + _TIPS_WIDTH
    room = width - _TIPS_WIDTH * tips
    usual = VIEW_PANES[:2]
    if room >= 2 * _MIN_VIEW_WIDTH:
        views = set(usual)
        if chosen not in usual and chosen in VIEW_PANES:
            views = {usual[0], chosen}
    else:
        views = {chosen if chosen in VIEW_PANES else usual[0]}
    return views | ({below} if tips else set())

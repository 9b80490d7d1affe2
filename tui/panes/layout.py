"""Which panes are shown, and how large, for a given terminal size."""

from __future__ import annotations

from dataclasses import dataclass

NUMBER_PANES = ("inputs", "layers", "outputs")
VIEW_PANES = ("view-left", "view-right")
ALL_PANES = (*NUMBER_PANES, *VIEW_PANES, "tips")

_LINES_OF_TEXT = 3
_NARROW = 68
_SHORT = 16
_MIN_LINES_OF_PLOTS = 9
_PLOTS_IN_TENTHS = 4
_TIPS_WIDTH = 34
_MIN_VIEW_WIDTH = 36


@dataclass(frozen=True, slots=True)
class Layout:
    """The ids of the visible panes, and the height of the row of numbers.

    numbers_height: None if the numbers get the whole height.
    """

    visible: frozenset[str]
    numbers_height: int | None


def layout_of(
    width: int, height: int, chosen: str, *, large: bool, tips_shown: bool, needed_height: int
) -> Layout:
    """Return the layout of a terminal of `width` by `height`.

    chosen: the id of the pane with the focus. large: whether it gets all the room. needed_height:
    the lines that the panes of numbers need; the plots get at least four tenths of the height.
    Narrow terminals show one pane of numbers at a time, short ones either numbers or plots.
    """
    if large:
        return Layout(frozenset({chosen}), None)
    lines = height - _LINES_OF_TEXT
    looking = chosen in (*VIEW_PANES, "tips")
    numbers = {chosen if not looking else "layers"} if width < _NARROW else set(NUMBER_PANES)
    if lines < _SHORT:
        return Layout(frozenset({chosen} if looking else numbers), None)
    most = lines - max(_MIN_LINES_OF_PLOTS, lines * _PLOTS_IN_TENTHS // 10)
    views = _views(width, chosen, tips_shown)
    return Layout(frozenset(numbers | views), min(max(needed_height, 8), most))


def _views(width: int, chosen: str, tips_shown: bool) -> set[str]:
    tips = tips_shown and width >= _MIN_VIEW_WIDTH + _TIPS_WIDTH
    room = width - _TIPS_WIDTH * tips
    if room >= 2 * _MIN_VIEW_WIDTH:
        views = set(VIEW_PANES)
    else:
        views = {chosen if chosen in VIEW_PANES else VIEW_PANES[0]}
    return views | ({"tips"} if tips else set())

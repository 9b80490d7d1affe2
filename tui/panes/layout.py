"""Which panes are shown, and how large, for a given terminal size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

NUMBER_PANES = ("inputs", "layers", "outputs")
VIEW_PANES = ("view-left", "view-right", "view-third")
TIPS_PANES = ("tips", "tips-beside")
"""Below the numbers, or in a large terminal beside them."""
LESSON_PANE = "lesson"
ALL_PANES = (*NUMBER_PANES, *VIEW_PANES, *TIPS_PANES, LESSON_PANE)

_LINES_OF_TEXT = 3
_NARROW = 68
_SHORT = 16
_MIN_LINES_OF_PLOTS = 9
_PLOTS_IN_TENTHS = 4
_TIPS_WIDTH = 34
_MIN_VIEW_WIDTH = 36
_SPACIOUS = (160, 45)
_MIN_LINES_OF_NUMBERS = 8
_ALL_WIDTH = (None, None)
_LINES_OF_TWO_LAYERS = 9
_MIN_LESSON_WIDTH, _MAX_LESSON_WIDTH = 44, 56
_MIN_VIEW_WIDTH = 28


class Span(NamedTuple):
    """The width that a pane takes if there is room, and the least it can do with."""

    least: int
    natural: int


@dataclass(frozen=True, slots=True)
class Needs:
    """What the panes of numbers need.

    height: in lines. inputs, outputs: the widths of these panes. layers: widths in
    which all columns of a layer fit.
    """

    height: int
    inputs: Span
    layers: tuple[int, ...]
    outputs: Span


class LessonNeeds(NamedTuple):
    """What a lesson needs of the room.

    numbers: the panes of numbers. n_views: how many views side by side. height: of all layers, of
    which as many lines stay as two small ones have. lines: for a width of its panel, the height
    that its text takes. hinted: the same with the hints that are shown, for which it gets higher
    but no wider: the view beside it would lose what it shows.
    """

    numbers: frozenset[str]
    n_views: int
    height: int
    lines: Callable[[int], int]
    hinted: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Layout:
    """The ids of the visible panes, and the sizes that are not shared out evenly.

    numbers_height: the height of the row of numbers, None for all of it. inputs_width,
    outputs_width: None for all the width. lesson_width: None for all that the views leave.
    """

    visible: frozenset[str]
    numbers_height: int | None
    inputs_width: int | None = None
    outputs_width: int | None = None
    lesson_width: int | None = None


def layout_of(
    width: int,
    height: int,
    chosen: str,
    *,
    large: bool,
    tips_shown: bool,
    needs: Needs,
    lesson: LessonNeeds | None = None,
) -> Layout:
    """Return the layout of a terminal of `width` by `height`.

    chosen: the id of the pane with the focus. large: whether it gets all the room. The plots get at
    least four tenths of the height. lesson: what the lesson that is being played needs. Narrow
    terminals show one pane of numbers at a time, short ones either numbers or plots; large ones
    show a third view, and the tips beside the numbers.
    """
    if large:
        return Layout(frozenset({chosen}), None)
    lines = height - _LINES_OF_TEXT
    looking = chosen in (*VIEW_PANES, *TIPS_PANES, LESSON_PANE)
    wanted = set(NUMBER_PANES if lesson is None else lesson.numbers)
    numbers = {"layers"} if width < _NARROW else wanted
    if not looking:
        numbers = {chosen} if width < _NARROW else numbers | {chosen}
    # Only the layers take what the other two leave.
    widths = _widths(width, needs) if len(numbers) > 1 and "layers" in numbers else _ALL_WIDTH
    if lines < _SHORT:
        return Layout(frozenset({chosen} if looking else numbers), None, *widths)
    most = lines - max(_MIN_LINES_OF_PLOTS, lines * _PLOTS_IN_TENTHS // 10)
    if lesson is not None:
        kept = max(_MIN_LINES_OF_NUMBERS, min(lesson.height, _LINES_OF_TWO_LAYERS))
        views, lesson_width = _beside_lesson(width, chosen, lesson, lines - kept)
        left = lines - lesson.hinted(width if lesson_width is None else lesson_width)
        most = min(most, max(kept, left))
        numbers_height = min(max(needs.height, _MIN_LINES_OF_NUMBERS), most)
        return Layout(frozenset(numbers | views), numbers_height, *widths, lesson_width)
    numbers_height = min(max(needs.height, _MIN_LINES_OF_NUMBERS), most)
    views = _views(width, height, chosen, tips_shown)
    return Layout(frozenset(numbers | views), numbers_height, *widths)


def is_spacious(width: int, height: int) -> bool:
    """Whether a terminal has room for a third view and for more decimals."""
    return width >= _SPACIOUS[0] and height >= _SPACIOUS[1]


def _widths(width: int, needs: Needs) -> tuple[int | None, int | None]:
    """The widths of inputs and outputs, which give up what a layer lacks to show all columns."""
    inputs, outputs = needs.inputs, needs.outputs
    most = width - inputs.least - outputs.least
    wanted = max((one for one in needs.layers if one <= most), default=0)
    lacking = max(0, wanted - (width - inputs.natural - outputs.natural))
    of_outputs = min(lacking, outputs.natural - outputs.least)
    of_inputs = min(lacking - of_outputs, inputs.natural - inputs.least)
    return inputs.natural - of_inputs, outputs.natural - of_outputs


def _beside_lesson(
    width: int, chosen: str, lesson: LessonNeeds, lines: int
) -> tuple[set[str], int | None]:
    """The lesson with the views that fit beside it, and its width.

    The panel takes some of the room of the views where its text would not fit into `lines`.
    """
    usual = min(_MAX_LESSON_WIDTH, max(_MIN_LESSON_WIDTH, width * 5 // 12))
    n_fitting = (width - usual) // _MIN_VIEW_WIDTH
    n_views = max(min(lesson.n_views, n_fitting), chosen in VIEW_PANES)
    if n_views == 0 or n_fitting == 0:
        return {chosen if chosen in VIEW_PANES and n_views else LESSON_PANE}, None
    views = _with_chosen(VIEW_PANES[:n_views], chosen)
    widest = width - n_views * _MIN_VIEW_WIDTH
    wider = range(usual, widest + 1, 2)
    lesson_width = next((one for one in wider if lesson.lines(one) <= lines), max(usual, widest))
    return views | {LESSON_PANE}, lesson_width


def _views(width: int, height: int, chosen: str, tips_shown: bool) -> set[str]:
    below, beside = TIPS_PANES
    if is_spacious(width, height):
        return {*VIEW_PANES} | ({beside} if tips_shown else set())
    tips = tips_shown and width >= _MIN_VIEW_WIDTH + _TIPS_WIDTH
    room = width - _TIPS_WIDTH * tips
    views = VIEW_PANES[: 2 if room >= 2 * _MIN_VIEW_WIDTH else 1]
    return _with_chosen(views, chosen) | ({below} if tips else set())


def _with_chosen(views: tuple[str, ...], chosen: str) -> set[str]:
    """The places of views, with the one that has the focus in place of the last."""
    if chosen in VIEW_PANES and chosen not in views:
        views = (*views[:-1], chosen)
    return set(views)

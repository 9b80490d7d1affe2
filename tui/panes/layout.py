"""Which panes are shown, and how large, for a given terminal size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

NUMBER_PANES = ("inputs", "layers", "outputs")
VIEW_PANES = ("view-left", "view-right")
LESSON_PANE = "lesson"
ALL_PANES = (*NUMBER_PANES, *VIEW_PANES, "tips", LESSON_PANE)

_LINES_OF_TEXT = 3
_NARROW = 68
_SHORT = 16
_MIN_LINES_OF_PLOTS = 9
_PLOTS_IN_TENTHS = 4
_TIPS_WIDTH = 34
_MIN_VIEW_WIDTH = 36
_MIN_LINES_OF_NUMBERS = 8
_LINES_OF_TWO_LAYERS = 9
_MIN_LESSON_WIDTH, _MAX_LESSON_WIDTH = 44, 56
_NARROWEST_VIEW_WIDTH = 28


class LessonNeeds(NamedTuple):
    """What a lesson needs of the room.

    numbers: the panes of numbers. n_views: how many views side by side. height: of all layers, of
    which as many lines stay as two small ones have. lines: for a width of its panel, the height
    that its text takes.
    """

    numbers: frozenset[str]
    n_views: int
    height: int
    lines: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Layout:
    """The ids of the visible panes, and the sizes that are not shared out evenly.

    numbers_height: the height of the row of numbers, None for all of it. lesson_width: None for all
    that the views leave.
    """

    visible: frozenset[str]
    numbers_height: int | None
    lesson_width: int | None = None


def layout_of(
    width: int,
    height: int,
    chosen: str,
    *,
    large: bool,
    tips_shown: bool,
    needed_height: int,
    lesson: LessonNeeds | None = None,
) -> Layout:
    """Return the layout of a terminal of `width` by `height`.

    chosen: the id of the pane with the focus. large: whether it gets all the room. needed_height:
    the lines that the panes of numbers need; the plots get at least four tenths of the height.
    lesson: what the lesson that is being played needs. Narrow terminals show one pane of numbers at
    a time, short ones either numbers or plots.
    """
    if large:
        return Layout(frozenset({chosen}), None)
    lines = height - _LINES_OF_TEXT
    looking = chosen in (*VIEW_PANES, "tips", LESSON_PANE)
    wanted = set(NUMBER_PANES if lesson is None else lesson.numbers)
    numbers = {"layers"} if width < _NARROW else wanted
    if not looking:
        numbers = {chosen} if width < _NARROW else numbers | {chosen}
    if lines < _SHORT:
        return Layout(frozenset({chosen} if looking else numbers), None)
    most = lines - max(_MIN_LINES_OF_PLOTS, lines * _PLOTS_IN_TENTHS // 10)
    if lesson is not None:
        kept = max(_MIN_LINES_OF_NUMBERS, min(lesson.height, _LINES_OF_TWO_LAYERS))
        views, lesson_width = _beside_lesson(width, chosen, lesson, lines - kept)
        left = lines - lesson.lines(width if lesson_width is None else lesson_width)
        most = min(most, max(kept, left))
        numbers_height = min(max(needed_height, _MIN_LINES_OF_NUMBERS), most)
        return Layout(frozenset(numbers | views), numbers_height, lesson_width)
    numbers_height = min(max(needed_height, _MIN_LINES_OF_NUMBERS), most)
    return Layout(frozenset(numbers | _views(width, chosen, tips_shown)), numbers_height)


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
    views = {chosen} if n_views == 1 and chosen in VIEW_PANES else set(VIEW_PANES[:n_views])
    widest = width - n_views * _NARROWEST_VIEW_WIDTH
    wider = range(usual, widest + 1, 2)
    lesson_width = next((one for one in wider if lesson.lines(one) <= lines), max(usual, widest))
    return views | {LESSON_PANE}, lesson_width


def _views(width: int, chosen: str, tips_shown: bool) -> set[str]:
    tips = tips_shown and width >= _MIN_VIEW_WIDTH + _TIPS_WIDTH
    room = width - _TIPS_WIDTH * tips
    if room >= 2 * _MIN_VIEW_WIDTH:
        views = set(VIEW_PANES)
    else:
        views = {chosen if chosen in VIEW_PANES else VIEW_PANES[0]}
    return views | ({"tips"} if tips else set())

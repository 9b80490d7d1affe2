"""The stages that fit into the width of a diagram, and the texts in their nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from engine.text import FULL_DIGITS
from tui.views.diagram.navigation import place_of_cursor
from tui.views.diagram.texts import Texts, longest_name, names_of, texts_of
from tui.views.scene import Scene

_MAX_GAP_WIDTH = 56
_MIN_NAME_WIDTH, _USUAL_NAME, _MAX_NAME_WIDTH = 5, 12, 24
_GAP_BEFORE_NAMES = 6
"""Names of inputs and classes are lengthened as long as the gaps for edges stay wider than this."""
_MIN_STAGES = 2
_SHORT_WIDTH = 60
_MIN_PITCH, _AIRY_PITCH = 3, 4
_STEADY_WIDTH = 7
_WIDTH_OF_A_MAP = 10
_BESIDE_DECIMALS = 3
"""The cells of a number before its decimals: a minus, a digit and the point."""


@dataclass(frozen=True, slots=True)
class StageColumns:
    """A visible stage: the texts in its nodes, and the columns they take."""

    stage: int
    texts: list[Texts]
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The visible stages, and whether their nodes are boxes."""

    stages: list[StageColumns]
    boxed: bool


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of detail: the widths allowed for values, and the smallest gap."""

    inputs: int
    hidden: int
    outputs: int
    smallest_gap: int
    boxed: bool


_WITH_MAPS = _Level(5, 5, 5, 4, False)
"""Where maps show how neurons differ, their values are worth more than wide gaps."""


def columns_of(
    scene: Scene, shown: Sequence[range], width: int, pitch_of_boxes: int, has_maps: bool
) -> Columns:
    """Return as many stages around the cursor as fit, with as much text as fits.

    shown: the visible nodes of every stage. pitch_of_boxes: the rows from one box to the next.
    has_maps: whether neurons are chips with maps below them, which are as wide as the gaps allow.
    """
    node_texts = _NodeTexts(scene, shown, width)
    here = place_of_cursor(scene).stage
    *levels, least = _levels(scene.view.digits, 0 if has_maps else pitch_of_boxes)
    if has_maps:
        levels.insert(-2, _WITH_MAPS)
    count = len(shown)
    stages = range(count)
    while count > _MIN_STAGES and not node_texts.fits(stages, least):
        count -= 1
        start = max(0, min(here - count // 2, len(shown) - count))
        stages = range(start, start + count)
    level = next((level for level in levels if node_texts.fits(stages, level)), least)
    node_texts.lengthen_names(stages, level)
    widths = node_texts.widths(stages, level)
    if has_maps:
        spare = node_texts.room(stages)[1] - sum(widths) - level.smallest_gap * (len(stages) - 1)
        for place, stage in enumerate(stages):
            more = max(0, min(_WIDTH_OF_A_MAP - widths[place], spare)) if stage else 0
            widths[place] += more
            spare -= more
    texts = [node_texts.texts(stage, level) for stage in stages]
    placed = map(StageColumns, stages, texts, _lefts(widths, *node_texts.room(stages)), widths)
    return Columns(list(placed), level.boxed)


class _NodeTexts:
    """The texts of the visible nodes, each made once, and the room they take."""

    def __init__(self, scene: Scene, shown: Sequence[range], width: int) -> None:
        self._scene = scene
        self._shown = shown
        self._width = width
        usual = max(_MIN_NAME_WIDTH, min(_USUAL_NAME, width // 7))
        self._name_widths = [usual] * len(shown)
        self._made: dict[tuple[int, int, int], list[Texts]] = {}

    def texts(self, stage: int, level: _Level) -> list[Texts]:
        """Return the texts in the nodes of a stage."""
        is_last = stage == len(self._shown) - 1
        hidden = level.outputs if is_last else level.hidden
        value_width = hidden if stage else level.inputs
        key = stage, value_width, self._name_widths[stage]
        if key not in self._made:
            shown = self._shown[stage]
            names = names_of(self._scene, stage, shown, self._name_widths[stage])
            self._made[key] = texts_of(self._scene, stage, shown, value_width, names)
        return self._made[key]

    def widths(self, stages: range, level: _Level) -> list[int]:
        """Return how many columns the nodes of each stage take."""
        return [self._width_of(stage, level) for stage in stages]

    def lengthen_names(self, stages: range, level: _Level) -> None:
        """Give the names of inputs and classes the cells that the edges can spare."""
        needed = sum(self.widths(stages, level)) + _GAP_BEFORE_NAMES * (len(stages) - 1)
        spare = self.room(stages)[1] - needed
        for stage in (0, len(self._shown) - 1):
            usual = self._name_widths[stage]
            wanted = min(longest_name(self._scene, stage, self._shown[stage]), _MAX_NAME_WIDTH)
            if spare <= 0 or stage not in stages or wanted <= usual:
                continue
            before = self._width_of(stage, level)
            name, value = self._sizes_of(stage, level)
            most = (max(name, value) if level.boxed else name) + spare
            self._name_widths[stage] = max(usual, min(wanted, most))
            spare -= self._width_of(stage, level) - before

    def _width_of(self, stage: int, level: _Level) -> int:
        name, value = self._sizes_of(stage, level)
        beside = 3 if value else 2
        return max(name, value) + 4 if level.boxed else name + value + beside

    def _sizes_of(self, stage: int, level: _Level) -> tuple[int, int]:
        """The columns of the widest name and of the widest value."""
        texts = self.texts(stage, level)
        name = max(cell_len(one.name) for one in texts)
        value = max(len(one.value) for one in texts)
        if stage and value:
            # Nodes keep their width while their activations change.
            value = max(value, min(level.outputs, _STEADY_WIDTH))
        return name, value

    def room(self, stages: range) -> tuple[int, int]:
        """Return the first column and the number of columns for these stages."""
        left = _margin(stages.start, self._width)
        return left, self._width - left - _margin(len(self._shown) - stages.stop, self._width)

    def fits(self, stages: range, level: _Level) -> bool:
        """Whether there is room for the nodes and for edges between them."""
        gaps = level.smallest_gap * (len(stages) - 1)
        return sum(self.widths(stages, level)) + gaps <= self.room(stages)[1]


def _margin(n_left_out: int, width: int) -> int:
    """The number of columns kept free for the count of layers left out."""
    if not n_left_out:
        return 0
    return max(map(len, lines_of_left_out_stages(n_left_out, width))) + 1


def lines_of_left_out_stages(count: int, width: int) -> list[str]:
    """Return a few short lines that say how many layers are left out."""
    if width < _SHORT_WIDTH:
        return [f"…{count}"]
    return ["… and", f"{count} more", "layer" if count == 1 else "layers"]


def _levels(digits: int, pitch_of_boxes: int) -> Iterator[_Level]:
    """The levels of detail from the most to the least; the last ones have names without values."""
    widths = sorted({min(digits, FULL_DIGITS) + _BESIDE_DECIMALS, 7, 5} - {6}, reverse=True)
    kinds = [True] * (pitch_of_boxes >= _AIRY_PITCH) + [False]
    # Boxes that touch each other are worse than chips.
    kinds += [True] * (pitch_of_boxes == _MIN_PITCH)
    for boxed in kinds:
        for width in widths:
            yield _Level(width, width, width, 6, boxed)
    yield _Level(5, 0, 5, 5, False)
    yield _Level(0, 0, 5, 5, False)
    yield _Level(0, 0, 0, 4, False)


def _lefts(widths: Sequence[int], start: int, room: int) -> list[int]:
    """The first column of each stage; the gaps between them differ by a column at most."""
    n_gaps = len(widths) - 1
    free = max(0, min(room - sum(widths), _MAX_GAP_WIDTH * n_gaps))
    first = start + max(0, room - sum(widths) - free) // 2
    return [first + sum(widths[:place]) + free * place // n_gaps for place in range(len(widths))]

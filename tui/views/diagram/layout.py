"""The layout of the Diagram: the rows of its nodes, and notes on those left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from tui.views.diagram.backward import backward_of
from tui.views.diagram.columns import Columns, StageColumns, columns_of, lines_of_left_out_stages
from tui.views.diagram.navigation import focus_of_stages
from tui.views.diagram.texts import Texts
from tui.views.map.plane import has_plane
from tui.views.scene import Scene

ROWS_OF_A_BOX = 3
_MANY_ROWS = 12

_MIN_WITH_HEADINGS = 6
_MIN_WITH_LEGEND = 12
FEW_EDGES = 12
"""So many between two stages are always drawn; of more the weakest may be left out."""
_BETWEEN_HEADINGS = 2
_MIN_WITH_MAP, _MAX_WITH_MAP = 3, 8
_MAX_WEIGHTS_MAPPED = 20_000
"""Maps of larger networks would take longer than the rest of the diagram."""


@dataclass(frozen=True, slots=True)
class StageRows:
    """The visible nodes and their rows; left_out: (count, row) of those left out."""

    shown: range
    rows: Sequence[int]
    left_out: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows for nodes: `count` of them from `top` on, of which at most `slots` are used."""

    top: int
    count: int
    slots: int

    @classmethod
    def for_sizes(cls, sizes: Sequence[int], top: int, count: int) -> Rows:
        """Return the rows for a network with these numbers of inputs and neurons."""
        return cls(top, count, max(_slots(size, count) for size in sizes))

    @property
    def pitch_of_boxes(self) -> int:
        """The largest possible number of rows from one box to the next."""
        return (self.count - ROWS_OF_A_BOX) // max(self.slots - 1, 1)

    def shown(self, size: int, focus: int) -> range:
        """Return which of `size` nodes are visible, including `focus`.

        A row is reserved for each count of nodes left out.
        """
        slots = _slots(size, self.count)
        if size <= slots:
            return range(size)
        if focus < slots - 1:
            return range(slots - 1)
        if focus > size - slots:
            return range(size - slots + 1, size)
        start = max(1, min(focus - (slots - 2) // 2, size - slots + 1))
        return range(start, start + slots - 2)

    def placed(self, size: int, shown: range, height: int) -> StageRows:
        """Return the rows of the visible nodes of a height, and of the counts of the others.

        With room to spare, the nodes of the fullest stage are equally far apart.
        """
        places = self._spread(len(shown) + (shown.start > 0) + (shown.stop < size), height)
        left_out = []
        if shown.start:
            left_out.append((shown.start, places[0]))
        if shown.stop < size:
            left_out.append((size - shown.stop, places[-1]))
        first = int(shown.start > 0)
        return StageRows(shown, places[first : first + len(shown)], tuple(left_out))

    def _spread(self, count: int, height: int) -> list[int]:
        rows, top = self.count - (height - 1), self.top + above_middle(height)
        pitch = (rows - 1) // max(self.slots - 1, 1)
        if pitch > 1 and self.slots > 1:
            used = (self.slots - 1) * pitch + 1
            top += (rows - used) // 2 - (pitch - 1) // 2
            rows = self.slots * pitch
        return [top + ((2 * index + 1) * rows - count) // (2 * count) for index in range(count)]


def _slots(size: int, rows: int) -> int:
    """How many rows are used by the nodes, or by some of them and the counts of the others."""
    # Only some of so many nodes are shown anyway; free rows between them make them readable.
    is_crowded = size > 2 * rows and rows >= _MANY_ROWS
    return min(size, rows // 2 if is_crowded else rows)


@dataclass(frozen=True, slots=True)
class Node:
    """One node: the row of its middle, its rows, its texts and its columns.

    index: the feature or neuron, counted from 0.
    """

    index: int
    row: int
    top: int
    height: int
    left: int
    width: int
    texts: Texts

    @property
    def right(self) -> int:
        """The first column after the node."""
        return self.left + self.width


@dataclass(frozen=True, slots=True)
class Stage:
    """The inputs (index 0) or a layer (its number), with its visible nodes."""

    index: int
    nodes: tuple[Node, ...]
    n_left_out: int


@dataclass(frozen=True, slots=True)
class Note:
    """Muted text in the diagram, such as how many nodes are left out."""

    column: int
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The stages from left to right.

    boxed: whether nodes are boxes of three rows. has_maps: whether a small map lies below the name
    and the value of each neuron. rows: the rows between the headings and the legend.
    """

    stages: tuple[Stage, ...]
    notes: tuple[Note, ...]
    boxed: bool
    has_maps: bool
    has_legend: bool
    rows: range

    def node_at(self, column: int, row: int) -> tuple[Stage, Node] | None:
        """Return the node drawn in a cell, with its stage."""
        for stage in self.stages:
            for node in stage.nodes:
                if node.left <= column < node.right and 0 <= row - node.top < node.height:
                    return stage, node
        return None


def layout_of(scene: Scene, width: int, height: int) -> Layout:
    """Return the layout for `width` by `height` cells.

    If there are too many neurons for the rows, those around the current one are shown; if there are
    too many layers for the columns, those around the cursor.
    """
    sizes = scene.session.network.sizes
    tallest = max(sizes)
    # Where edges may be left out, the legend says how many: it is worth more than the headings.
    is_crowded = max(map(mul, sizes, sizes[1:])) > FEW_EDGES
    has_legend = height >= _MIN_WITH_LEGEND or (
        is_crowded and height >= _MIN_WITH_HEADINGS and height != tallest
    )
    free = height - has_legend
    # A heading is left out if it would take the row of the last node.
    has_headings = free >= _MIN_WITH_HEADINGS and tallest != free
    rows = Rows.for_sizes(sizes, int(has_headings), free - has_headings)
    shown = [rows.shown(*pair) for pair in zip(sizes, focus_of_stages(scene), strict=True)]
    height_with_map = _height_with_map(scene, rows)
    columns = columns_of(scene, shown, width, rows.pitch_of_boxes, has_maps=height_with_map > 0)
    stages: list[Stage] = []
    notes = _notes_of_stages(columns, len(sizes), width, rows.top + (rows.count - 1) // 2)
    for one in columns.stages:
        height = ROWS_OF_A_BOX if columns.boxed else 1
        if one.stage and height_with_map:
            height = height_with_map
        placed = rows.placed(sizes[one.stage], shown[one.stage], height)
        nodes = tuple(
            Node(index, row, row - above_middle(height), height, one.left, one.width, texts)
            for index, row, texts in zip(placed.shown, placed.rows, one.texts, strict=True)
        )
        stages.append(Stage(one.stage, nodes, sum(count for count, _ in placed.left_out)))
        for count, row in placed.left_out:
            text = f"… {count} more"
            # It may reach one column into the narrowest gap on either side.
            if len(text) > one.width + 2:
                text = f"…{count}"
            notes.append(Note(_centred(text, one, width), row, text))
    if has_headings:
        notes += _headings(scene, columns, width)
    inside = range(rows.top, rows.top + rows.count)
    has_maps = height_with_map > 0
    return Layout(tuple(stages), tuple(notes), columns.boxed, has_maps, has_legend, inside)


def above_middle(height: int) -> int:
    """Return how many rows of a node are above the one in which its edges meet it."""
    return (height - 1) // 2


def _height_with_map(scene: Scene, rows: Rows) -> int:
    """The height of a neuron with a map below it, or 0 if the network or the room has none.

    A map is of activations, which the backward mode does not show.
    """
    if backward_of(scene) is not None:
        return 0
    session = scene.session
    n_weights = sum(layer.weights.size for layer in session.network.layers)
    if session.n_base_features != 2 or not has_plane(scene) or n_weights > _MAX_WEIGHTS_MAPPED:
        return 0
    height = rows.count // rows.slots
    if height > _MIN_WITH_MAP:
        height = min(height - 1, _MAX_WITH_MAP)
    return height if height >= _MIN_WITH_MAP else 0


def _headings(scene: Scene, columns: Columns, width: int) -> list[Note]:
    """The headings in the first row, in the longest form that fits for all stages."""
    kinds: list[list[str]] = [[], [], []]
    for one in columns.stages:
        texts = ("inputs",) * 3
        if one.stage:
            activation = scene.session.network.layers[one.stage - 1].activation.text
            texts = (f"layer {one.stage} · {activation}", activation, f"layer {one.stage}")
        for kind, text in zip(kinds, texts, strict=True):
            kind.append(text)
    for kind in kinds:
        notes = [
            Note(_centred(text, one, width), 0, text)
            for text, one in zip(kind, columns.stages, strict=True)
        ]
        if _are_apart(notes, width):
            return notes
    return []


def _are_apart(notes: Sequence[Note], width: int) -> bool:
    ends = [note.column + len(note.text) + _BETWEEN_HEADINGS for note in notes[:-1]]
    last = notes[-1]
    starts = [note.column for note in notes[1:]]
    return last.column + len(last.text) <= width and all(
        end <= start for end, start in zip(ends, starts, strict=True)
    )


def _notes_of_stages(columns: Columns, n_stages: int, width: int, row: int) -> list[Note]:
    """Notes on the layers left out on the left, counting the inputs as one, and on the right."""
    first, last = columns.stages[0].stage, columns.stages[-1].stage
    notes = []
    for count, is_left in ((first, True), (n_stages - 1 - last, False)):
        lines = lines_of_left_out_stages(count, width) if count else []
        for place, text in enumerate(lines):
            column = 0 if is_left else width - len(text)
            notes.append(Note(column, row - len(lines) // 2 + place, text))
    return notes


def _centred(text: str, stage: StageColumns, width: int) -> int:
    """The first column of text centred over a stage, kept within the canvas."""
    start = stage.left + (stage.width - len(text)) // 2
    return max(0, min(start, width - len(text)))

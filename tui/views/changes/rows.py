"""The stages of a change as rows, as many as fit, the most informative first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.analysis.changes import Changes
from engine.analysis.changes.stages import Stage
from engine.nn.network import Network
from engine.text import format_given, format_number, format_within
from tui.drawing.cells import safe

_MIN_UNDER_A_HEADING = 3
_COMPUTED = ("pre_activations", "activations", "loss")
_SHORT_NAMES = {"pre_activations": "{} sum z", "activations": "{} out a", "inputs": "input {}"}


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a stage, with notes on what is not shown of it."""

    stage: str
    notes: tuple[str, ...]
    is_largest: bool


@dataclass(frozen=True, slots=True)
class ChangedNumber:
    """One number before and after, as text, with its difference.

    marked: whether it has the star. more: what follows the name, " +8 more" or nothing.
    """

    name: str
    before: str
    after: str
    difference: float
    marked: bool = False
    more: str = ""


Line = Heading | ChangedNumber


def change_lines(changes: Changes, room: int, digits: int) -> list[Line]:
    """Return at most `room` lines: each stage under a heading, or else a number or two of each.

    If even one of each is too many, the causes, the outputs and the loss come first.
    """
    changed = [stage for stage in changes.stages if stage.n_changed]
    if not changed or room < 1:
        return []
    for stages in (_with_unchanged(changes, changed), changed):
        most = _most_of_each(stages, room - len(stages))
        if most >= min(_MIN_UNDER_A_HEADING, max(stage.n_changed for stage in changed)):
            return [line for stage in stages for line in _block(changes, stage, most, digits)]
    most = _most_of_each(changed, room)
    if not most:
        most = 1
        changed = _most_telling(changes, changed, room)
    return [
        line
        for stage in changed
        for line in _numbers(changes, stage, most, digits, with_stage=True)
    ]


def _with_unchanged(changes: Changes, changed: Sequence[Stage]) -> list[Stage]:
    """The stages that changed, and the unchanged ones computed after the first of them."""
    first = changes.stages.index(changed[0])
    return [
        stage
        for place, stage in enumerate(changes.stages)
        if stage.n_changed or (place > first and stage.kind in _COMPUTED)
    ]


def _most_of_each(stages: Sequence[Stage], room: int) -> int:
    """How many numbers of each stage fit into `room` lines; 0 if not even one does."""
    counts = [stage.n_changed for stage in stages]
    most = 0
    while most < max(counts) and sum(min(count, most + 1) for count in counts) <= room:
        most += 1
    return most


def _most_telling(changes: Changes, changed: Sequence[Stage], room: int) -> list[Stage]:
    """As many stages as fit, in their original order."""
    last = len(changes.after.network.layers) - 1

    def rank(stage: Stage) -> int:
        if stage.kind in ("inputs", "parameters"):
            return 0
        if stage.kind == "activations" and stage.layer_index == last:
            return 1
        if stage.kind == "loss":
            return 2
        if stage is changes.largest:
            return 3
        return 4 if stage.kind == "activations" else 5

    kept = sorted(changed, key=rank)[:room]
    return [stage for stage in changed if stage in kept]


def _block(changes: Changes, stage: Stage, most: int, digits: int) -> list[Line]:
    """The heading of a stage and its numbers; a changed loss needs no heading."""
    if stage.kind == "loss" and stage.n_changed:
        return list(_numbers(changes, stage, most, digits, with_stage=True))
    n_same = len(stage.before) - stage.n_changed
    notes = []
    if stage.n_changed > most:
        notes.append(f"{stage.n_changed - most:,} more changed")
    if not stage.n_changed:
        notes.append("unchanged")
    elif n_same:
        notes.append(f"{n_same:,} other{'s' * (n_same > 1)} unchanged")
    is_largest = stage is changes.largest
    if is_largest:
        notes.append("changed most for its size")
    heading = Heading(stage.name, tuple(notes), is_largest)
    return [heading, *_numbers(changes, stage, most, digits, with_stage=False)]


def _numbers(
    changes: Changes, stage: Stage, most: int, digits: int, *, with_stage: bool
) -> list[ChangedNumber]:
    """The numbers that changed most, in reading order.

    with_stage: without a heading, each is named with its stage, and the last one says how many more
    there are.
    """
    name = _SHORT_NAMES.get(stage.kind, "{}") if with_stage else "{}"
    marked = with_stage and stage is changes.largest
    places = sorted(stage.most_changed(most))
    n_more = stage.n_changed - len(places)
    more = f" +{n_more:,} more" if with_stage and n_more else ""
    return [
        ChangedNumber(
            name.format(safe(stage.names[place])),
            _text(changes.before.network, stage, float(stage.before[place]), digits),
            _text(changes.after.network, stage, float(stage.after[place]), digits),
            float(stage.difference[place]),
            marked,
            more if place == places[-1] else "",
        )
        for place in places
    ]


def _text(network: Network, stage: Stage, value: float, digits: int) -> str:
    if stage.kind == "activations" and stage.layer_index is not None:
        return format_within(value, network.layers[stage.layer_index].activation.limits, digits)
    if stage.kind in _COMPUTED:
        return format_number(value, digits)
    return format_given(value, digits)

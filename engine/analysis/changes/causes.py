"""What was changed, in words: the first half of the sentence of *What changed*."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from engine.analysis.changes.stages import Stage
from engine.nn.arrays import FloatArray
from engine.nn.targets import BoolArray, target_text
from engine.session.names import output_label
from engine.session.session import Session
from engine.text import FULL_DIGITS, format_given

MAX_NAMED = 3
"""Up to this many changes are named with their numbers; more are only counted."""

_MORE_AND_MORE_DIGITS = (4, 7, 10, FULL_DIGITS)
_MAX_NAME_LENGTH = 36
_TAIL = 14


class Cause(NamedTuple):
    """What the user changed between two sessions, not what follows from it; "" when nothing.

    Parameters
    ----------
    named
        "weight x1→h2 went from 0.2001 to 0.5001", or "12 weights and 2 biases changed" when there
        are too many to name, and which other samples differ.
    counted
        A shorter form with counts only.
    """

    named: str
    counted: str


class _Move(NamedTuple):
    """One thing that was changed, with its text before and after."""

    name: str
    before: str
    after: str


def cause(before: Session, after: Session, sample: int, stages: Sequence[Stage]) -> Cause:
    """Describe what was changed in words; `stages` are those of `sample`.

    Parameters
    ----------
    before
        The session before.
    after
        The session after.
    sample
        The index of the sample, from 0.
    stages
        What the sample computed before and after, stage by stage.

    Returns
    -------
    Cause
    """
    counts = _counts(before, after, sample, stages)
    elsewhere = _elsewhere(before, after, sample)
    counted = [
        f"{count} {word if count == 1 else plural}"
        for (word, plural), count in counts.items()
        if count
    ]
    summary = _changed([*counted, *(["other samples"] if elsewhere else [])])
    if not 0 < sum(counts.values()) <= MAX_NAMED:
        return Cause(_changed(counted + elsewhere), summary)
    first, *more = _moves(before, after, sample, stages)
    named = _enumerated(
        [
            f"{first.name} went from {first.before} to {first.after}",
            *(f"{move.name} from {move.before} to {move.after}" for move in more),
        ]
    )
    return Cause("; ".join([named, *([_changed(elsewhere)] if elsewhere else [])]), summary)


def first_changed_layer(before: Session, after: Session, stages: Sequence[Stage]) -> int | None:
    """Return the first layer that computes something different from before, or None.

    Parameters
    ----------
    before
        The session before.
    after
        The session after.
    stages
        What a sample computed before and after, stage by stage.

    Returns
    -------
    int | None
    """
    for stage in stages:
        if stage.kind == "inputs" and stage.n_changed:
            return 0
        if stage.kind == "parameters" and stage.layer_index is not None:
            layer_index = stage.layer_index
            if stage.n_changed or layer_index in _changed_activations(before, after):
                return layer_index
    return None


def distinct(before: float, after: float) -> tuple[str, str]:
    """Return both numbers as text, with as many digits as it takes to tell them apart.

    Parameters
    ----------
    before
        One number.
    after
        The other.

    Returns
    -------
    tuple[str, str]
    """
    texts = ("", "")
    for digits in _MORE_AND_MORE_DIGITS:
        texts = (format_given(before, digits), format_given(after, digits))
        if texts[0] != texts[1]:
            break
    return texts


def shortened(name: str, longest: int = _MAX_NAME_LENGTH, tail: int = _TAIL) -> str:
    """Return `name` with its middle left out if it is too long: the end says which neuron it is.

    Parameters
    ----------
    name
        Of a neuron or a parameter, such as "weight x1→h2".
    longest
        The most characters.
    tail
        What stands last.

    Returns
    -------
    str
    """
    if len(name) <= longest:
        return name
    return f"{name[: longest - tail - 1]}…{name[-tail:]}"


def _distinct_targets(before: float, after: float) -> tuple[str, str]:
    """Do the same for two targets, either of which may be unset."""
    if math.isnan(before) or math.isnan(after):
        return target_text(before), target_text(after)
    return distinct(before, after)


def _differ(old: FloatArray, new: FloatArray) -> BoolArray:
    """Where the numbers differ; two unset targets are equal."""
    different: BoolArray = (old != new) & ~(np.isnan(old) & np.isnan(new))
    return different


def _enumerated(words: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _changed(things: Sequence[str]) -> str:
    return f"{_enumerated(things)} changed" if things else ""


def _moves(
    before: Session, after: Session, sample: int, stages: Sequence[Stage]
) -> Iterator[_Move]:
    for stage in stages:
        if stage.address is not None:
            for place in _changed_by_hand(before, after, stage):
                kind = "input " if stage.kind == "inputs" else ""
                texts = distinct(float(stage.before[place]), float(stage.after[place]))
                yield _Move(shortened(kind + stage.names[place]), *texts)
    for layer_index in _changed_activations(before, after):
        texts = (
            before.network.layers[layer_index].activation.text,
            after.network.layers[layer_index].activation.text,
        )
        yield _Move(f"the activation of layer {layer_index + 1}", *texts)
    old, new = before.targets_or_unset[sample], after.targets_or_unset[sample]
    for output in np.flatnonzero(_differ(old, new)):
        name = f"target of {output_label(after, int(output))}"
        yield _Move(shortened(name), *_distinct_targets(float(old[output]), float(new[output])))


def _counts(
    before: Session, after: Session, sample: int, stages: Sequence[Stage]
) -> dict[tuple[str, str], int]:
    """How many things of each kind were changed, keyed by the kind's singular and plural."""
    n_inputs = n_weights = n_biases = 0
    for stage in stages:
        if stage.kind == "inputs":
            n_inputs += len(_changed_by_hand(before, after, stage))
        elif stage.kind == "parameters" and stage.layer_index is not None:
            per_neuron = after.network.layers[stage.layer_index].n_inputs + 1
            n_bias = int(np.count_nonzero(stage.changed % per_neuron == per_neuron - 1))
            n_biases += n_bias
            n_weights += stage.n_changed - n_bias
    changed = _differ(before.targets_or_unset[sample], after.targets_or_unset[sample])
    n_targets = int(np.count_nonzero(changed))
    return {
        ("input", "inputs"): n_inputs,
        ("weight", "weights"): n_weights,
        ("bias", "biases"): n_biases,
        ("activation", "activations"): len(_changed_activations(before, after)),
        ("target", "targets"): n_targets,
    }


def _changed_by_hand(before: Session, after: Session, stage: Stage) -> list[int]:
    """Where the numbers differ, leaving out derived inputs whose derivation is unchanged."""
    derived_columns: set[int] = set()
    if stage.kind == "inputs":
        # An input whose derivation itself changed does count.
        old, new = (
            enumerate(session.derived, start=session.n_base_features) for session in (before, after)
        )
        derived_columns = {column for column, _ in set(old) & set(new)}
    return [place for place in stage.changed.tolist() if place not in derived_columns]


def _changed_activations(before: Session, after: Session) -> list[int]:
    layers = zip(before.network.layers, after.network.layers, strict=True)
    return [
        layer_index
        for layer_index, (old, new) in enumerate(layers)
        if old is not new and old.activation != new.activation
    ]


def _elsewhere(before: Session, after: Session, sample: int) -> list[str]:
    """What differs in other samples than `sample`, such as "the inputs of sample 3"."""
    words = []
    for name, old, new in (
        ("inputs", before.inputs, after.inputs),
        ("targets", before.targets_or_unset, after.targets_or_unset),
    ):
        if old is not new:
            rows = np.flatnonzero(_differ(old, new).any(axis=1))
            others = rows[rows != sample]
            if len(others) == 1:
                words.append(f"the {name} of sample {others[0] + 1}")
            elif len(others):
                words.append(f"the {name} of {len(others)} other samples")
    return words

"""From the targets of a file to what a network is to answer: numbers, or classes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from engine.datasets.dataset import MAX_NUMBERS
from engine.datasets.labels import (
    Labels,
    are_counted,
    are_labels,
    as_numbers,
    class_names,
    class_targets,
    number_labels,
)
from engine.nn.arrays import FloatArray

Targets = FloatArray | Labels
"""Numbers, (n_samples, n_targets), or the classes of one column."""


_CLASS_NAME = re.compile(
    r"class(?:es)?|klassen?|labels?|category|categories|kategorien?|species|types?|typ|groups?|gruppen?",
    re.IGNORECASE,
)


def understand_targets(
    target: Targets,
    names: Sequence[str],
    label: str,
    classes: bool | None,
    network_task: str,
    known: Sequence[str] | None,
    one_hot: bool,
) -> tuple[FloatArray, tuple[str, ...] | None, str]:
    """Return what a network is to answer.

    Parameters
    ----------
    target
        (n_samples, n_targets), or the classes of one column.
    names
        What the columns of the targets are called; one called class, say, is one where its numbers
        count from 0 or 1.
    label
        What a message calls the first of them.
    classes, network_task, known, one_hot
        As in `parse_csv`.

    Returns
    -------
    FloatArray
        The targets, (n_samples, n_outputs).
    tuple of str or None
        The names of the classes.
    str
        The task.

    Raises
    ------
    ValueError
        When the targets are not the classes they are to be, or there are too few or too many.
    """
    if not isinstance(target, Labels) and target.shape[1] > 1:
        return _of_several(target, names, classes, known)
    if (
        classes is None
        and not isinstance(target, Labels)
        and (
            are_labels(target[:, 0], network_task, known)
            or (
                network_task != "regression"
                and _CLASS_NAME.fullmatch(names[0]) is not None
                and are_counted(target[:, 0])
            )
        )
    ):
        target = number_labels(target[:, 0])
    if not isinstance(target, Labels):
        return target, None, "regression"
    found = _class_names(target, label, known)
    targets = class_targets(target, found, one_hot)
    task = "binary" if targets.shape[1] == 1 else "multiclass"
    if found == ("0", "1") and task == "binary" and not as_numbers(known or ()):
        return targets, None, task
    return targets, found, task


def _of_several(
    targets: FloatArray,
    names: Sequence[str],
    classes: bool | None,
    known: Sequence[str] | None,
) -> tuple[FloatArray, tuple[str, ...] | None, str]:
    """Several columns as targets: one-hot classes, a yes or no each, or numbers."""
    are_truths = bool(np.isin(targets, (0, 1)).all())
    if classes is False or not are_truths:
        if classes:
            raise ValueError(
                "the target columns hold other numbers than 0 and 1; they are no classes"
            )
        return targets, None, "regression"
    if not (targets.sum(axis=1) == 1).all():
        return targets, None, "binary"
    if known is not None and sorted(known) == sorted(names):
        targets, names = targets[:, [names.index(name) for name in known]], known
    return targets, tuple(names), "multiclass"


def _class_names(labels: Labels, label: str, known: Sequence[str] | None) -> tuple[str, ...]:
    """The names of the classes; raises ValueError for a single one, or too many for the rows."""
    names = class_names(labels, known)
    listed = ", ".join(known[:10]) if known else ""
    if len(names) < 2:
        raise ValueError(
            f"{label}, the target, is {names[0][:40]!r} in every row; "
            f"expected at least two classes{f', or one of {listed}' if listed else ''}"
        )
    if len(labels.codes) * len(names) > MAX_NUMBERS:
        raise ValueError(
            f"{len(labels.codes):,} rows of {len(names):,} classes are too many: "
            f"rows times classes may be at most {MAX_NUMBERS:,}"
        )
    return names

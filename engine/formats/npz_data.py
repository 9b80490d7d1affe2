"""Data sets as .npz: arrays X and y, inputs and labels, x_train and y_train …"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from engine.datasets import Dataset
from engine.datasets.csv.columns import MAX_FEATURES
from engine.datasets.dataset import MAX_NUMBERS
from engine.datasets.labels import MAX_CLASSES, Labels, number_labels
from engine.datasets.targets import Targets, understand_targets
from engine.formats.bounded import BoundedZip
from engine.formats.npz import (
    MAX_ARRAYS,
    NpyHeader,
    array_header,
    array_member,
    numbers_of,
    texts_of,
)
from engine.formats.tensors.values import shape_text
from engine.nn.arrays import FloatArray
from engine.nn.layer import BoolArray
from engine.text import printable, quoted

_INPUTS = (
    *("x", "inputs", "input", "data", "features", "images", "samples", "observations", "obs"),
    "arr_0",
)
_TARGETS = (
    *("y", "labels", "label", "targets", "target", "classes", "outputs", "output", "actions"),
    "arr_1",
)
_TRAINING = ("{}", "{}_train", "train_{}", "{}train", "training_{}")
_FEATURE_NAMES = ("feature_names", "features", "columns", "column_names")
_CLASS_NAMES = ("target_names", "class_names", "label_names", "classes")
_MAX_TEXT_BYTES = 4_000_000


def _find_data(shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, str] | None:
    """Return which arrays are inputs and targets, by their names and shapes.

    Parameters
    ----------
    shapes
        The shape of each array.

    Returns
    -------
    tuple of str or None
        The names of inputs and targets; None where the arrays are no data set.
    """
    names = {name.lower(): name for name in shapes}
    for form in _TRAINING:
        inputs = [names[key] for key in map(form.format, _INPUTS) if key in names]
        targets = [names[key] for key in map(form.format, _TARGETS) if key in names]
        for one in inputs:
            for other in targets:
                if shapes[one] and shapes[other] and shapes[one][0] == shapes[other][0]:
                    return one, other
    return None


def read_npz_data(
    data: bytes,
    name: str,
    *,
    classes: bool | None = None,
    network_task: str = "regression",
    known: Sequence[str] | None = None,
    one_hot: bool = False,
    missing: str | None = None,
) -> Dataset:
    """Return the data set in the bytes of an .npz file.

    Inputs of more dimensions, such as pictures, become one row a sample. Texts are classes, and so
    are integers that count from 0 or 1.

    Parameters
    ----------
    data
        The whole file.
    name
        What the data set is called.
    classes, network_task, known, one_hot, missing
        As in `engine.datasets.parse_csv`; a NaN is a missing number.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        When it does not hold such arrays, in one line that names the array.
    """
    archive = BoundedZip(data, MAX_ARRAYS, 8 * MAX_NUMBERS)
    headers: dict[str, NpyHeader] = {}
    unread: list[str] = []
    for member in archive.names:
        try:
            header = array_header(archive, member)
        except ValueError:
            # Arrays of objects, say, beside those of the data set.
            unread.append(member.removesuffix(".npy"))
            continue
        headers[member.removesuffix(".npy")] = header
    found = _find_data({key: header.shape for key, header in headers.items()})
    if found is None:
        listed = ", ".join(
            f"{quoted(key)} {shape_text(header.shape)}" for key, header in [*headers.items()][:6]
        )
        objects = ""
        if unread:
            name = printable(unread[0])[:40]
            objects = (
                f"; {quoted(name)} cannot be read, as of objects: "
                f"save {name}.astype(str) or {name}.astype(float)"
            )
        raise ValueError(
            f"no arrays of inputs and targets with as many rows, such as X and y; "
            f"its arrays: {listed or 'none'}{objects}"
        )
    inputs = _numbers(archive, headers, found[0])
    inputs = inputs.reshape(len(inputs), -1)
    n_features = inputs.shape[1]
    if not 1 <= n_features <= MAX_FEATURES:
        raise ValueError(
            f"array {quoted(found[0])} has {n_features:,} features, expected 1 to {MAX_FEATURES:,}"
        )
    targets = _targets(archive, headers, found[1], classes)
    n_targets = 1 if isinstance(targets, Labels) else targets.shape[1]
    inputs, targets, notes = _without_gaps(inputs, targets, missing, found[0])
    class_names = _names(archive, headers, _CLASS_NAMES, set(found))
    if isinstance(targets, Labels) and class_names is not None:
        targets = _named(targets, class_names)
    are_named = class_names is not None and len(class_names) == n_targets > 1
    answers, class_list, task = understand_targets(
        targets,
        class_names if class_names is not None and are_named else ("",) * n_targets,
        f"array {quoted(found[1])}",
        classes,
        network_task,
        known,
        one_hot,
    )
    if not are_named and n_targets > 1:
        class_list = None
    features = _names(archive, headers, _FEATURE_NAMES, set(found))
    if features is None or len(features) != n_features:
        features = tuple(f"x{number}" for number in range(1, n_features + 1))
    ignored = [
        key
        for key in headers
        if key not in found and key.lower() not in (*_FEATURE_NAMES, *_CLASS_NAMES)
    ]
    if ignored:
        more = f" and {len(ignored) - 4} more" if len(ignored) > 4 else ""
        notes.append(f"ignored: {', '.join(map(quoted, ignored[:4]))}{more}")
    return Dataset(
        name,
        inputs,
        answers,
        features,
        class_list,
        task,
        notes=tuple(notes),
        target=printable(found[1])[:40],
    )


def _numbers(archive: BoundedZip, headers: Mapping[str, NpyHeader], name: str) -> FloatArray:
    header = headers[name]
    if not header.holds_numbers and header.kind != "b":
        raise ValueError(f"array {quoted(name)} holds {header.dtype_name}, expected numbers")
    if math.prod(header.shape) > MAX_NUMBERS:
        raise ValueError(
            f"array {quoted(name)} has {math.prod(header.shape):,} numbers, at most "
            f"{MAX_NUMBERS:,} are read"
        )
    raw = archive.read(array_member(archive, name), header.start + header.n_bytes)
    values = numbers_of(header, raw, name)
    if not values.size:
        raise ValueError(f"array {quoted(name)} is empty")
    if np.isinf(values).any():
        raise ValueError(f"array {quoted(name)} holds an infinite number")
    return values


def _targets(
    archive: BoundedZip, headers: Mapping[str, NpyHeader], name: str, classes: bool | None
) -> Targets:
    header = headers[name]
    if header.kind in "US":
        texts = [text.strip() for text in _texts(archive, header, name)]
        known = sorted(set(texts))
        places = {text: place for place, text in enumerate(known)}
        if not known or len(known) > MAX_CLASSES:
            raise ValueError(f"array {quoted(name)}: {len(known):,} different texts as classes")
        return Labels(tuple(known), np.array([places[text] for text in texts], np.intp))
    values = _numbers(archive, headers, name)
    values = values.reshape(len(values), -1)
    if values.shape[1] > 1:
        return values
    column = values[:, 0]
    counts = np.unique(column)
    are_counted = (
        header.kind in "iub"
        and 1 < len(counts) <= min(MAX_CLASSES, max(2, len(column) // 2))
        and counts[0] in (0, 1)
        and bool((np.diff(counts) == 1).all())
    )
    return number_labels(column) if classes or (classes is None and are_counted) else values


def _without_gaps(
    inputs: FloatArray, targets: Targets, missing: str | None, name: str
) -> tuple[FloatArray, Targets, list[str]]:
    gaps = np.isnan(inputs)
    lost: BoolArray = np.zeros(len(inputs), dtype=bool)
    if not isinstance(targets, Labels):
        lost = np.any(np.isnan(targets), axis=1)
    n_gaps = int(gaps.sum() + lost.sum())
    if not n_gaps:
        return inputs, targets, []
    if missing is None:
        row = int(np.argmax(gaps.any(axis=1) | lost)) + 1
        raise ValueError(
            f"row {row} of {quoted(name)} or its target is NaN ({n_gaps:,} in all); --missing drop "
            f"leaves such rows out, --missing fill fills the inputs with their mean"
        )
    dropped = lost | gaps.any(axis=1) if missing == "drop" else lost
    if missing == "fill":
        with np.errstate(all="ignore"):
            sums = np.where(gaps, 0.0, inputs).sum(axis=0)
            inputs = np.where(gaps, sums / np.maximum(1, (~gaps).sum(axis=0)), inputs)
    kept: BoolArray = ~dropped
    if not kept.any():
        raise ValueError(f"every row of {quoted(name)} has a NaN")
    if isinstance(targets, Labels):
        targets = Labels(targets.names, targets.codes[kept])
    else:
        targets = targets[kept]
    note = f"{int(dropped.sum()):,} of {len(kept):,} rows left out, {n_gaps:,} numbers were NaN"
    return inputs[kept], targets, [note]


def _named(labels: Labels, names: Sequence[str]) -> Labels:
    """Labels that count from 0 or 1, under the names of their classes."""
    first = 1 if "0" not in labels.names else 0
    places = [int(name) - first if name.isdecimal() else -1 for name in labels.names]
    if len(set(names)) < len(names) or not all(0 <= place < len(names) for place in places):
        return labels
    return Labels(tuple(names[place] for place in places), labels.codes)


def _names(
    archive: BoundedZip,
    headers: Mapping[str, NpyHeader],
    wanted: Iterable[str],
    taken: set[str],
) -> tuple[str, ...] | None:
    for name, header in headers.items():
        if name.lower() in wanted and name not in taken and header.kind in "US":
            return tuple(text.strip() or "?" for text in _texts(archive, header, name))
    return None


def _texts(archive: BoundedZip, header: NpyHeader, name: str) -> list[str]:
    if header.n_bytes > _MAX_TEXT_BYTES:
        raise ValueError(f"array {quoted(name)}: its texts have {header.n_bytes:,} bytes")
    raw = archive.read(array_member(archive, name), header.start + header.n_bytes)
    return [printable(text)[:80] for text in texts_of(header, raw)]

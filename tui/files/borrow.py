"""One layer, or some of its neurons, from a safetensors file that is not opened whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.formats.borrow import borrow, list_tensors
from engine.formats.reading import MAX_PARAMETERS, Reading, check_count
from engine.formats.tensors.safetensors_header import TensorEntry
from engine.formats.tensors.values import DTYPE_NAMES
from engine.nn.activations import Activation, activation
from engine.nn.parsing import parse_activations
from engine.text import quoted
from tui.files.options import SourceOptions

SUFFIX = ".safetensors"

SUGGESTED_NEURONS = 64
"""So many are suggested of a matrix with more."""

_RANGE = re.compile(r"(\d{1,15})(?:-(\d{1,15}))?", re.ASCII)
_ENDINGS = ("weight", "kernel")


def borrowable(path: Path) -> tuple[TensorEntry, ...]:
    """Return the matrices that can be opened one at a time; empty if the file has no header."""
    if path.suffix.lower() != SUFFIX:
        return ()
    try:
        tensors = list_tensors(path)
    except (OSError, ValueError):
        return ()
    return tuple(entry for entry in tensors if is_matrix(entry))


def is_matrix(entry: TensorEntry) -> bool:
    """Return whether a tensor can be the weights of a layer."""
    return len(entry.shape) == 2 and 0 not in entry.shape and entry.dtype in DTYPE_NAMES


def borrowed(path: Path, options: SourceOptions) -> Reading:
    """Return the tensor named by the options as a network of one layer.

    Its bias is the one named, or else the one of a similar name. Raises ValueError when it cannot
    be opened, OSError when the file system refuses.
    """
    if path.suffix.lower() != SUFFIX:
        raise ValueError(f"--tensor is for {SUFFIX} files")
    assert options.tensor is not None
    transposed = bool(options.transposed)
    kind, notes = _activation(options.activations)
    tensors = {entry.name: entry for entry in list_tensors(path)}
    entry = tensors.get(options.tensor)
    bias, neurons = options.bias, None
    if entry is not None and is_matrix(entry):
        if options.neurons is not None:
            neurons = parse_neurons(options.neurons, n_neurons_of(entry, transposed))
        _check_size(entry, transposed, neurons)
        if bias is None:
            bias = bias_for(entry, tensors, transposed)
    # The reader reports what is wrong with any other tensor.
    session = borrow(path, options.tensor, bias, neurons, None, kind, transposed)
    notes.append(
        "no bias of a similar name: taken as 0" if bias is None else f"bias: {quoted(bias)}"
    )
    return Reading(session, tuple(notes), DTYPE_NAMES[tensors[options.tensor].dtype])


def _check_size(entry: TensorEntry, transposed: bool, neurons: Sequence[int] | None) -> None:
    n_neurons = n_neurons_of(entry, transposed) if neurons is None else len(neurons)
    count = n_neurons * (n_neurons_of(entry, not transposed) + 1)
    if count > MAX_PARAMETERS:
        raise ValueError(
            f"{count:,} numbers; at most {MAX_PARAMETERS:,} are opened as a network: choose some "
            f"of the {n_neurons:,} neurons, as in --neurons 1-{min(SUGGESTED_NEURONS, n_neurons)}"
        )


def n_neurons_of(entry: TensorEntry, transposed: bool) -> int:
    """Return how many neurons a matrix has: its rows, or its columns if transposed."""
    return entry.shape[1 if transposed else 0]


def bias_for(
    entry: TensorEntry, tensors: Mapping[str, TensorEntry], transposed: bool
) -> str | None:
    """Return the tensor named like the matrix, but "bias", with one number for each neuron."""
    for ending in _ENDINGS:
        if entry.name.endswith(ending):
            found = tensors.get(entry.name.removesuffix(ending) + "bias")
            if found is not None and found.shape == (n_neurons_of(entry, transposed),):
                return found.name
    return None


def parse_neurons(text: str, n_neurons: int) -> list[int]:
    """Return the indices, from 0, of neurons such as "1-64,100", which count from 1.

    Raises ValueError for anything else, for neurons that do not exist, and for one named twice.
    """
    ranges = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise ValueError(
                f"neurons: {part.strip()[:40]!r} is not valid; expected something like 1-64,100"
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= n_neurons:
            raise ValueError(
                f"neurons: {part.strip()} does not exist; they count from 1 to {n_neurons:,}"
            )
        ranges.append(range(first - 1, last))
    check_count(sum(len(one) for one in ranges))
    chosen = [index for one in ranges for index in one]
    if len(set(chosen)) < len(chosen):
        raise ValueError("neurons: one of them is named twice")
    return chosen


def _activation(text: str | None) -> tuple[Activation, list[str]]:
    """The activation given, or identity with a note."""
    if text is None:
        return activation("identity"), ["activation: identity, as the file gives none"]
    given = parse_activations(text)
    if len(given) != 1:
        raise ValueError(f"--activations: {len(given)} given, expected one for the one layer")
    return given[0], []

"""What a file holds, for reading."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence

from engine.formats.reading import ActivationsUnknownError
from engine.formats.safetensors_header import TensorEntry
from engine.formats.tensor_values import DTYPE_NAMES, shape_text
from engine.losses import n_set_samples
from engine.session import Session
from tui.borrowing import is_matrix
from tui.commands.tables import counted, display_width, listed, summary
from tui.source import Source, SourceError
from tui.terminal import shortened, width

_FEW_NEURONS = 64
_LONGEST_NAME = 24
_NOT_SAID = "not in the file"


def network_report(
    session: Session, source: Source, silent: Sequence[str] | None, activations_known: bool
) -> Iterator[str]:
    """Yield the lines on a network.

    silent: what is to be said of its neurons, None where nothing can be. activations_known: False
    when those of the session only stand in for what the file does not say.
    """
    if session.title:
        yield session.title
    task = session.task if activations_known else f"task {_NOT_SAID}"
    yield f"{summary(session.network)} · {task} · {source.dtype}"
    yield ""
    yield from _layers(session, activations_known)
    if not activations_known:
        yield ""
        yield from _wrapped(str(ActivationsUnknownError(len(session.network.layers))))
    yield ""
    yield _names("features", session.features, session.network.n_features)
    if session.task != "regression":
        yield _names("classes", session.classes, session.n_classes)
    yield from _wrapped(f"samples: {_samples(session)}")
    if source.notes:
        yield ""
        yield "what was noticed while reading:"
        for note in source.notes:
            yield from _wrapped(f"- {note}", "  ")
    if silent is not None:
        yield ""
        yield "neurons over all samples:" if silent else "no neuron is silent over the samples"
        for sentence in silent:
            yield from _wrapped(f"- {sentence}", "  ")


def tensors_report(entries: Sequence[TensorEntry], error: SourceError) -> Iterator[str]:
    """Yield the list of a file's tensors, why it is not opened whole, and how one of them is."""
    yield from _wrapped(f"cannot be opened whole: {error.reason}")
    numbers = sum(math.prod(entry.shape) for entry in entries)
    yield f"{counted(len(entries), 'tensor')} · {counted(numbers, 'number')}"
    yield ""
    rows = [(shape_text(entry.shape), tensor_dtype(entry), _size(entry)) for entry in entries]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for (shape, dtype, size), entry in zip(rows, entries, strict=True):
        yield (
            f"{shape:>{widths[0]}}  {dtype:<{widths[1]}}  {size:>{widths[2]}}  {entry.name}"
        ).rstrip()
    first = next(entry for entry in entries if is_matrix(entry))
    some = "" if first.shape[0] <= _FEW_NEURONS else f" --neurons 1-{_FEW_NEURONS}"
    yield ""
    yield (
        "one matrix is opened as a layer, here some of its neurons:"
        if some
        else ("one matrix is opened as a layer:")
    )
    yield f"  nn-play {error.source.name} --tensor {first.name}{some}"


def tensor_dtype(entry: TensorEntry) -> str:
    """Return the kind of a tensor's numbers as it is told, such as "bfloat16"."""
    return DTYPE_NAMES.get(entry.dtype, entry.dtype)


def _layers(session: Session, activations_known: bool) -> Iterator[str]:
    headings = ("layer", "neurons × inputs", "activation", "weights", "biases")
    rows = [
        (
            shortened(f"{number} {layer.name or ''}".rstrip(), _LONGEST_NAME),
            f"{layer.n_neurons} × {layer.n_inputs}",
            layer.activation.text if activations_known else "?",
            f"{layer.weights.size:,}",
            f"{layer.bias.size:,}",
        )
        for number, layer in enumerate(session.network.layers, start=1)
    ]
    table = [headings, *rows]
    widths = [max(map(display_width, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = [
            _padded(cell, wide, right=place >= 3)
            for place, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _names(what: str, names: Sequence[str] | None, count: int) -> str:
    if names is None:
        return f"{what}: {count}, not named"
    label = f"{what}: "
    return label + listed(names, len(names), width() - len(label))


def _samples(session: Session) -> str:
    if not session.inputs_given:
        return "none"
    n_set = 0 if session.targets is None else n_set_samples(session.targets)
    some = f"{n_set} " if 0 < n_set < session.n_samples else ""
    text = f"{session.n_samples}, {some}{'with' if n_set else 'without'} targets"
    return text + (f", the last {session.n_test} as the test set" if session.n_test else "")


def _size(entry: TensorEntry) -> str:
    if entry.n_bytes >= 1e5:
        return f"{entry.n_bytes / 1e6:,.1f} MB"
    return f"{entry.n_bytes:,} bytes"


def _padded(cell: str, wide: int, right: bool) -> str:
    blanks = " " * (wide - display_width(cell))
    return blanks + cell if right else cell + blanks


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, width(), subsequent_indent=indent, break_on_hyphens=False)

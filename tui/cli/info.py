"""`nn-play info SOURCE`: what a file or an example holds."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import click

from engine.analysis.health import health
from engine.formats.borrow import list_tensors
from engine.formats.reading import ActivationsUnknownError
from engine.formats.tensors.safetensors_header import TensorEntry
from engine.formats.tensors.values import DTYPE_NAMES, shape_text
from engine.nn.targets import n_set_samples
from engine.session.names import counted, summary
from engine.session.session import Session
from tui.cli.options import CommandError, read, source_argument, source_options
from tui.cli.reports.tables import display_width, listed
from tui.files.borrow import SUGGESTED_NEURONS, is_matrix
from tui.files.options import SourceOptions
from tui.files.source import Source, SourceError, path_of
from tui.terminal import shortened, width, write_lines

_MAX_NAME_LENGTH = 24
_NOT_IN_FILE = "not in the file"

_EPILOG = """\b
If a safetensors file cannot be opened whole, its tensors are listed without being
read; --tensor opens one of them as a layer, here and in every command with a SOURCE.

\b
Examples:
  nn-play info xor-step
  nn-play info binary-classifier --json
"""


def network_report(
    session: Session, source: Source, silent: Sequence[str] | None, activations_known: bool
) -> Iterator[str]:
    """Yield the lines that describe a network.

    silent: sentences about its silent neurons, None if they cannot be judged. activations_known:
    False when the session's activations are only placeholders, as the file has none.
    """
    if session.title:
        yield session.title
    task = session.task if activations_known else f"task {_NOT_IN_FILE}"
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
        yield "noticed while reading:"
        for note in source.notes:
            yield from _wrapped(f"- {note}", "  ")
    if silent is not None:
        yield ""
        yield "neurons over all samples:" if silent else "no neuron is silent over the samples"
        for sentence in silent:
            yield from _wrapped(f"- {sentence}", "  ")


def tensors_report(entries: Sequence[TensorEntry], error: SourceError) -> Iterator[str]:
    """Yield the list of a file's tensors, why it is not opened whole, and how to open one."""
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
    some = "" if first.shape[0] <= SUGGESTED_NEURONS else f" --neurons 1-{SUGGESTED_NEURONS}"
    yield ""
    yield (
        "to open some neurons of a matrix as a layer:" if some else ("to open a matrix as a layer:")
    )
    yield f"  nn-play {error.source.name} --tensor {first.name}{some}"


def tensor_dtype(entry: TensorEntry) -> str:
    """Return the name of a tensor's dtype, such as "bfloat16"."""
    return DTYPE_NAMES.get(entry.dtype, entry.dtype)


def _layers(session: Session, activations_known: bool) -> Iterator[str]:
    headings = ("layer", "neurons × inputs", "activation", "weights", "biases")
    rows = [
        (
            shortened(f"{number} {layer.name or ''}".rstrip(), _MAX_NAME_LENGTH),
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


@click.command(epilog=_EPILOG)
@source_argument()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@source_options
def command(source: str, as_json: bool, given: SourceOptions) -> None:
    """Show what SOURCE holds: shapes, names, activations, counts, samples and problems."""
    activations_known = True
    try:
        session, understood = read(source, given)
    except CommandError as failure:
        cause = failure.__cause__
        if not isinstance(cause, SourceError):
            raise
        if isinstance(cause.reason, ActivationsUnknownError):
            # Without activations, everything else can still be shown.
            stand_ins = ",".join(["identity"] * cause.reason.n_layers)
            session, understood = read(source, replace(given, activations=stand_ins))
            activations_known = False
        elif cause.tensors and cause.source.path is not None:
            _print_tensors(list_tensors(cause.source.path), cause, as_json)
            return
        else:
            raise
    silent = health(session).sentences if activations_known and session.inputs_given else None
    if as_json:
        write_lines([json.dumps(_network(session, understood, silent, activations_known))])
    else:
        write_lines(network_report(session, understood, silent, activations_known))


def _print_tensors(entries: Sequence[TensorEntry], error: SourceError, as_json: bool) -> None:
    if as_json:
        write_lines([json.dumps(_tensors(entries, error))])
    else:
        write_lines(tensors_report(entries, error))


def _network(
    session: Session, source: Source, silent: Sequence[str] | None, activations_known: bool
) -> dict[str, Any]:
    network = session.network
    return _NOTHING | {
        "title": session.title,
        "format": format_of(source),
        "dtype": source.dtype,
        "task": session.task if activations_known else None,
        "features": session.features,
        "classes": session.classes,
        "samples": session.n_samples if session.inputs_given else None,
        "n_test": session.n_test,
        "targets": session.targets is not None,
        "n_targets": 0 if session.targets is None else n_set_samples(session.targets),
        "layers": [
            {
                "name": layer.name,
                "activation": layer.activation.text if activations_known else None,
                "shape": [layer.n_neurons, layer.n_inputs],
                "weights": layer.weights.size,
                "biases": layer.bias.size,
            }
            for layer in network.layers
        ],
        "weights": network.n_weights,
        "biases": network.n_biases,
        "notes": list(source.notes),
        "health": silent,
    }


def _tensors(entries: Sequence[TensorEntry], error: SourceError) -> dict[str, Any]:
    return _NOTHING | {
        "format": format_of(error.source),
        "notes": [f"cannot be opened whole: {error.reason}"],
        "tensors": [
            {
                "name": entry.name,
                "dtype": tensor_dtype(entry),
                "shape": list(entry.shape),
                "bytes": entry.n_bytes,
            }
            for entry in entries
        ],
    }


_NOTHING: dict[str, Any] = dict.fromkeys(
    (
        "title",
        "format",
        "dtype",
        "task",
        "features",
        "classes",
        "samples",
        "n_test",
        "targets",
        "n_targets",
        "layers",
        "weights",
        "biases",
        "notes",
        "health",
        "tensors",
    )
)
"""Every key of the JSON answer, in order."""


def format_of(source: Source) -> str:
    """Return the name of the source's format; examples and standard input are TOML."""
    suffix = (source.path or path_of(source.text)).suffix
    return suffix.lower().removeprefix(".") or "toml"

"""`nn-play info SOURCE`: what a file or an example holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from engine.formats.borrow import list_tensors
from engine.formats.reading import ActivationsUnknownError
from engine.formats.safetensors_header import TensorEntry
from engine.health import health
from engine.losses import n_set_samples
from engine.session import Session
from tui.commands.arguments import CommandError, read, source_argument, source_options
from tui.commands.info_report import network_report, tensor_dtype, tensors_report
from tui.source import Source, SourceError
from tui.source_options import SourceOptions
from tui.terminal import write_lines

_EPILOG = """\b
Of a safetensors file that cannot be opened whole the tensors are listed without being
read; --tensor opens one of them as a layer, here and in every command with a SOURCE.

\b
Examples:
  nn-play info xor-step
  nn-play info binary-classifier --json
"""


@click.command(epilog=_EPILOG)
@source_argument()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@source_options
def command(source: str, as_json: bool, said: SourceOptions) -> None:
    """Tell what SOURCE holds: shapes, names, activations, counts, samples, and what is amiss."""
    activations_known = True
    try:
        session, understood = read(source, said)
    except CommandError as failure:
        cause = failure.__cause__
        if not isinstance(cause, SourceError):
            raise
        if isinstance(cause.reason, ActivationsUnknownError):
            # Of a network without activations all the rest can still be told.
            stand_ins = ",".join(["identity"] * cause.reason.n_layers)
            session, understood = read(source, replace(said, activations=stand_ins))
            activations_known = False
        elif cause.tensors and cause.source.path is not None:
            _tell_tensors(list_tensors(cause.source.path), cause, as_json)
            return
        else:
            raise
    silent = health(session).sentences if activations_known and session.inputs_given else None
    if as_json:
        write_lines([json.dumps(_network(session, understood, silent, activations_known))])
    else:
        write_lines(network_report(session, understood, silent, activations_known))


def _tell_tensors(entries: Sequence[TensorEntry], error: SourceError, as_json: bool) -> None:
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
"""Every key of the answer, in its order."""


def format_of(source: Source) -> str:
    """Return the name of the source's format; examples and standard input are TOML."""
    suffix = source.path.suffix if source.path is not None else ""
    if not suffix and source.text.lower().endswith(".safetensors"):
        suffix = ".safetensors"
    return suffix.lower().removeprefix(".") or "toml"

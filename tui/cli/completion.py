"""What the shell offers as completions: sources, parameters, and the names for options."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from click import Context, Parameter
from click.shell_completion import CompletionItem

from engine import examples
from engine.formats import FORMATS
from engine.formats.borrow import list_tensors
from engine.formats.reading import OutputUnknownError
from engine.formats.tensors.safetensors_header import TensorEntry
from engine.formats.tensors.values import shape_text
from engine.nn.activation_table import ACTIVATIONS
from engine.nn.initialisation import INITIALISATIONS
from engine.nn.losses import LOSSES
from engine.nn.network import Network
from engine.nn.parameters import Bias, Input, Weight, parameter_code
from engine.nn.parameters import Parameter as Address
from engine.session.names import parameter_name
from engine.training.settings import OPTIMIZER_NAMES
from tui.files.borrow import SUFFIX, is_matrix
from tui.files.source import STANDARD_INPUT, SourceError, path_of, read_source

_MAX_PARAMETERS = 2000


def sources(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer the examples and the network files of this folder or, if none fits, any file."""
    items = [
        CompletionItem(name, help=examples.load(name).title)
        for name in examples.ids()
        if name.startswith(incomplete)
    ]
    if "/" not in incomplete:
        items += [CompletionItem(name) for name in _files_here() if name.startswith(incomplete)]
    return items or [CompletionItem(incomplete, type="file")]


def files(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Leave it to the shell to offer any file."""
    return [CompletionItem(incomplete, type="file")]


def parameters(
    context: Context, parameter: Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Offer the weights, biases and inputs of the source typed before."""
    text = _source(context)
    if not text or text == STANDARD_INPUT:
        return []
    try:
        session, _ = read_source(text)
    except SourceError:
        return []
    network = session.network
    if network.n_parameters + network.n_features > _MAX_PARAMETERS:
        return []
    return [
        CompletionItem(parameter_code(address), help=parameter_name(session, address))
        for address in _addresses(network)
        if parameter_code(address).lower().startswith(incomplete.lower())
    ]


def activations(
    context: Context, parameter: Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Offer names for the last activation in a list such as "relu,sig"."""
    before, comma, last = incomplete.rpartition(",")
    return [
        CompletionItem(before + comma + name, help=kind.summary)
        for name, kind in ACTIVATIONS.items()
        if name.startswith(last.strip())
    ]


def tensors(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer the matrices of the file typed before."""
    return [
        CompletionItem(entry.name, help=shape_text(entry.shape))
        for entry in _entries(context)
        if is_matrix(entry) and entry.name.startswith(incomplete)
    ][:_MAX_PARAMETERS]


def biases(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer the vectors of the file typed before."""
    return [
        CompletionItem(entry.name, help=shape_text(entry.shape))
        for entry in _entries(context)
        if len(entry.shape) == 1 and entry.name.startswith(incomplete)
    ][:_MAX_PARAMETERS]


def outputs(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Offer the outputs of the file typed before, if one of them must be chosen."""
    try:
        read_source(_source(context) or "")
    except SourceError as error:
        if isinstance(error.reason, OutputUnknownError):
            return [
                CompletionItem(name, help="" if size is None else f"{size:,} numbers")
                for name, size in error.reason.outputs
                if name.isprintable() and " " not in name and name.startswith(incomplete)
            ]
    return []


def initialisations(
    context: Context, parameter: Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    return [
        CompletionItem(name, help=words)
        for name, (_, words) in INITIALISATIONS.items()
        if name.startswith(incomplete)
    ]


def losses(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem[str]]:
    return [CompletionItem(name) for name in LOSSES if name.startswith(incomplete)]


def optimizers(
    context: Context, parameter: Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    return [CompletionItem(name) for name in OPTIMIZER_NAMES if name.startswith(incomplete)]


def datasets(context: Context, parameter: Parameter, incomplete: str) -> list[CompletionItem[str]]:
    # Imported here, as no other completion needs the generators.
    from engine.datasets import DATASETS

    return [
        CompletionItem(name, help=data.description)
        for name, data in DATASETS.items()
        if name.startswith(incomplete)
    ]


def _source(context: Context) -> str | None:
    """The SOURCE typed before; click leaves it unread while an option lacks its value."""
    source: str | None = context.params.get("source") or next(iter(context.args), None)
    return source


def _entries(context: Context) -> tuple[TensorEntry, ...]:
    text = _source(context)
    if not text or path_of(text).suffix.lower() != SUFFIX:
        return ()
    try:
        entries = list_tensors(path_of(text))
    except (OSError, ValueError):
        return ()
    return tuple(entry for entry in entries if entry.name.isprintable() and " " not in entry.name)


def _files_here() -> list[str]:
    """The network files of this folder; bash would split a name at a space."""
    return sorted(
        path.name
        for path in Path().iterdir()
        if path.suffix.lower() in FORMATS and path.name.isprintable() and " " not in path.name
    )


def _addresses(network: Network) -> Iterator[Address]:
    for feature in range(network.n_features):
        yield Input(feature)
    for layer_index, layer in enumerate(network.layers):
        for neuron in range(layer.n_neurons):
            for input in range(layer.n_inputs):
                yield Weight(layer_index, neuron, input)
            yield Bias(layer_index, neuron)

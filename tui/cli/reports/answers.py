"""The answers of a network, as a short report or as the arithmetic of every neuron."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engine.explain.neuron import explain_neuron
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer, LayerTrace
from engine.nn.losses import counted_targets
from engine.nn.parameters import neuron_name
from engine.nn.targets import n_set_samples
from engine.session.names import counted, input_names, summary
from engine.session.session import Session
from engine.text import equals_sign, format_given, format_number, format_within
from tui.cli.reports.tables import (
    answer_line,
    columns,
    display_width,
    heading,
    outputs_line,
    target_line,
)
from tui.terminal import shortened, width

_MAX_SAMPLES = 50
_MAX_LABEL_WIDTH = 36
_GAP = 2


@dataclass(frozen=True, slots=True)
class Loss:
    """The loss of a session or, if it has none, the reason.

    value: over the training samples, which are all samples without a test set. test_value: over the
    test samples, None if there are none.
    """

    name: str
    value: float | None = None
    unsuited: str | None = None
    test_value: float | None = None


def report(session: Session, loss: Loss) -> Iterator[str]:
    """Yield the lines of the report: the inputs, each layer and the answer of every sample."""
    yield from title_lines(session)
    network = session.network
    headings = [heading(session, index) for index in range(len(network.layers))]
    label_width = min(_MAX_LABEL_WIDTH, max(map(display_width, headings)))
    for sample in range(min(session.n_samples, _MAX_SAMPLES)):
        yield ""
        if session.n_samples > 1:
            of_test_set = ", of the test set" if sample >= session.n_train else ""
            yield f"sample {sample + 1} of {session.n_samples}{of_test_set}"
        yield from _stages(session, sample, headings, label_width)
        yield from conclusion(session, sample)
    left_out = session.n_samples - _MAX_SAMPLES
    if left_out > 0:
        yield ""
        yield f"… {counted(left_out, 'more sample', 'more samples')}, which --json prints too"
    yield from loss_lines(session, loss)


def title_lines(session: Session) -> Iterator[str]:
    """Yield the title, if there is one, and the sizes."""
    if session.title:
        yield session.title
    yield f"{summary(session.network)} · {session.task}"


def conclusion(session: Session, sample: int) -> Iterator[str]:
    """Yield the outputs of one sample, the targets and, except for regression, the answer."""
    outputs = session.sample_trace(sample).outputs[0]
    yield outputs_line(session, outputs)
    answer = answer_line(session, outputs)
    if answer is not None:
        yield answer
    if session.targets is not None:
        yield target_line(session, outputs, session.targets[sample])


def loss_lines(session: Session, loss: Loss) -> Iterator[str]:
    """Yield the loss, or why there is none despite targets."""
    if loss.value is not None:
        yield ""
        kind = "training sample" if session.n_test else "sample"
        yield _loss_line(loss.name, loss.value, session.training_targets, kind)
        if loss.test_value is not None:
            line = _loss_line(loss.name, loss.test_value, session.test_targets, "test sample")
            yield f"test {line}"
    elif loss.unsuited is not None:
        yield ""
        yield f"no loss: {loss.unsuited}"


def _loss_line(name: str, value: float, targets: FloatArray | None, kind: str) -> str:
    """Return "loss ≈ 0.0312   (mse, mean of 30 test samples)"."""
    mean = ""
    if targets is not None and len(targets) > 1:
        n_used = n_set_samples(counted_targets(name, targets))
        those = "" if n_used == len(targets) else f", those with a target of {len(targets)}"
        mean = f", mean of {counted(n_used, kind)}{those}"
    text = format_number(value)
    return f"loss {equals_sign(text, value)} {text}   ({name}{mean})"


def _stages(
    session: Session, sample: int, headings: Sequence[str], label_width: int
) -> Iterator[str]:
    trace = session.sample_trace(sample)
    inputs = trace.inputs[0].tolist()
    names = input_names(session, 0)
    yield from _stage(
        ["inputs", ""], names, lambda place: [format_given(inputs[place])], label_width
    )
    for index, layer in enumerate(session.network.layers):
        names = [neuron_name(session.network, index, neuron) for neuron in range(layer.n_neurons)]
        labels = [headings[index], "  sum z", "  out a"]
        yield from _stage(labels, names, _sum_and_out(layer, trace.layers[index]), label_width)


def _sum_and_out(layer: Layer, computed: LayerTrace) -> Callable[[int], list[str]]:
    """Return the function that gives the texts of z and a of a neuron; computed: for one sample."""
    z, a = computed.pre_activations[0], computed.activations[0]
    limits = layer.activation.limits
    return lambda neuron: [
        format_number(float(z[neuron])),
        format_within(float(a[neuron]), limits),
    ]


def _stage(
    labels: Sequence[str],
    names: Sequence[str],
    texts_of: Callable[[int], list[str]],
    label_width: int,
) -> Iterator[str]:
    room = width() - label_width - _GAP
    for label, line in zip(labels, columns(names, texts_of, room), strict=True):
        text = shortened(label, label_width)
        gap = label_width - display_width(text) + _GAP
        yield f"{text}{' ' * gap}{line}".rstrip()


def explanation(session: Session, loss: Loss) -> Iterator[str]:
    """Yield for each sample one line per neuron, layer by layer, then outputs and answer.

    Lines are never shortened, so that each can be checked by hand.
    """
    yield from title_lines(session)
    for sample in range(session.n_samples):
        if session.n_samples > 1:
            yield ""
            yield f"sample {sample + 1} of {session.n_samples}"
        for layer_index, layer in enumerate(session.network.layers):
            yield ""
            yield heading(session, layer_index)
            for neuron in range(layer.n_neurons):
                yield explain_neuron(session, layer_index, neuron, sample).line()
        yield ""
        yield from conclusion(session, sample)
    yield from loss_lines(session, loss)

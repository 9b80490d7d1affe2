"""The whole forward pass of one sample as lines of arithmetic, layer by layer.

Each layer is written once in symbols, then neuron by neuron with its numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.explain.mistakes import Quantity
from engine.explain.neuron import NeuronExplanation, explain_neuron, factor
from engine.explain.result import answer_lines, map_lines, parameter_lines
from engine.explain.working import UNKNOWN, Cell, WorkedNumber
from engine.nn.activations import Activation
from engine.nn.layer import Layer
from engine.nn.parameters import neuron_name
from engine.nn.values import Value
from engine.session.names import counted, input_names
from engine.session.session import Session
from engine.text import format_given, format_number, printable

_MAX_TERMS = 6
_MAX_SUM_LENGTH = 240
_Z = re.compile(r"(?<![A-Za-z])z(?![A-Za-z])")

LineKind = Literal["introduction", "heading", "formula", "sum", "out", "note", "number", "reason"]

_MAX_NEURONS = 10
_FIRST_NEURONS = 8
_MAX_INPUTS = 12


def layer_heading(session: Session, layer_index: int) -> str:
    """Return "Layer 1 · hidden · relu".

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    layer_index
        The index of the layer, from 0.

    Returns
    -------
    str
    """
    layer = session.network.layers[layer_index]
    words = [f"Layer {layer_index + 1}", printable(layer.name or ""), layer.activation.text]
    return " · ".join(filter(None, words))


def sum_formula(session: Session, layer_index: int) -> str:
    """Return the sum of a neuron in symbols, such as "z = w(x1)·x1 + w(x2)·x2 + b".

    A weight is named by its input, as w(x1→h1) is elsewhere: each neuron has its own.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    layer_index
        The index of the layer, from 0.

    Returns
    -------
    str
    """
    names = map(printable, input_names(session, layer_index))
    terms = [f"w({name})·{name}" for name in names]
    if len(terms) > _MAX_TERMS:
        terms = [*terms[:2], "…", terms[-1]]
    return f"z = {' + '.join(terms)} + b"


def count_formula(layer: Layer) -> str:
    """Return how many numbers the layer has: "3 inputs × 2 neurons + 2 biases = 8 parameters".

    Parameters
    ----------
    layer
        The layer.

    Returns
    -------
    str
    """
    inputs, neurons = counted(layer.n_inputs, "input"), counted(layer.n_neurons, "neuron")
    biases = counted(layer.n_neurons, "bias", "biases")
    return f"{inputs} × {neurons} + {biases} = {counted(layer.n_parameters, 'parameter')}"


def out_formula(activation: Activation) -> str:
    """Return the activation in symbols, such as "a = sigmoid(z) = 1 / (1 + e^-z)".

    Parameters
    ----------
    activation
        With its parameters, which become numbers in the formula.

    Returns
    -------
    str
    """
    sign = " =" if _is_closed(activation) or activation.row_wise else ":"
    return f"a = {activation.text}(z){sign} {activation.formula}"


def _is_closed(activation: Activation) -> bool:
    """Whether the formula is a single expression in z, without cases or words."""
    return "," not in activation.formula and not activation.row_wise


def sum_text(explanation: NeuronExplanation, digits: int, *, is_known: bool) -> str:
    """Return "z = 0.2·1 + 0.1 = 0.3", with a question mark for an unknown result.

    Parameters
    ----------
    explanation
        How the neuron computes.
    digits
        The most decimals.
    is_known
        Tells whether a word is known.

    Returns
    -------
    str
    """
    text = f"z = {explanation.sum(digits, _MAX_SUM_LENGTH)}"
    return text if is_known else _without_result(text)


def out_text(explanation: NeuronExplanation, digits: int, *, is_known: bool) -> str:
    """Return "a = sigmoid(0.3) = 1 / (1 + e^-0.3) ≈ 0.5744", the formula with its number.

    An unknown result is a question mark.

    Parameters
    ----------
    explanation
        How the neuron computes.
    digits
        The most decimals.
    is_known
        Tells whether a word is known.

    Returns
    -------
    str
    """
    activation = explanation.activation
    text = f"a = {explanation.squash(digits)}"
    if activation.row_wise:
        text = text.replace(f"{activation.name}: ", "")
    elif _is_closed(activation) and activation.formula != "z":
        left, sign, result = text.rsplit(" ", 2)
        z = factor(float(format_number(explanation.pre_activation, digits)), digits)
        text = f"{left} = {_Z.sub(z, activation.formula)} {sign} {result}"
    return text if is_known else _without_result(text)


def _without_result(text: str) -> str:
    left, _, _ = text.rsplit(" ", 2)
    return f"{left} = {UNKNOWN}"


@dataclass(frozen=True, slots=True)
class Question:
    """A number to work out.

    Attributes
    ----------
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    of
        The sum z, or the activation a.
    """

    layer_index: int
    neuron: int
    of: Quantity


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the arithmetic.

    Parameters
    ----------
    kind
        What the line is, which decides its colour.
    text
        The line itself.
    name
        The neuron's, on the first line about it.
    layer_index, neuron
        What it is about, from 0; None if it is not about a single one.
    number
        The number of the backward pass or the update that the line works out.
    """

    kind: LineKind
    text: str
    name: str = ""
    layer_index: int | None = None
    neuron: int | None = None
    number: WorkedNumber | None = None

    @property
    def key(self) -> Question | Cell | None:
        """What the line works out; None if it works out no number."""
        if self.number is not None:
            return self.number.cell
        if self.layer_index is None or self.neuron is None:
            return None
        match self.kind:
            case "sum" | "out" as of:
                return Question(self.layer_index, self.neuron, of)
        return None


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Stage(Value):
    """One layer: its heading, its formulas in symbols, and the neurons that are written out.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    heading
        The first line.
    formulas
        The sum and the out in symbols, and the count of parameters.
    neurons
        The indices of the neurons, from 0.
    n_neurons
        How many the layer has; those not written out are counted in the lines.
    """

    layer_index: int
    heading: str
    formulas: tuple[str, ...]
    neurons: tuple[NeuronExplanation, ...]
    n_neurons: int

    def questions(self) -> list[Question]:
        """Return what can be asked about this layer, in the order of working it out.

        Each neuron's z and then its a; if every activation needs all sums, as in a softmax, every z
        comes first. Numbers that are not finite are not asked for.
        """
        asked = [
            (self._question(neuron, "sum"), self._question(neuron, "out"))
            for neuron in self.neurons
        ]
        if self.neurons[0].activation.row_wise:
            ordered = [pair[0] for pair in asked] + [pair[1] for pair in asked]
        else:
            ordered = [question for pair in asked for question in pair]
        return [question for question in ordered if question is not None]

    def lines(
        self, digits: int, hidden: Collection[Question] = (), *, inputs_known: bool = True
    ) -> Iterator[Line]:
        """Yield the heading, the formulas, and for each neuron its sum and its activation.

        Parameters
        ----------
        digits
            The most decimals.
        hidden
            What is shown as "?".
        inputs_known
            Whether the numbers that the layer reads may be shown.

        Returns
        -------
        Iterator[Line]
        """
        yield Line("heading", self.heading, layer_index=self.layer_index)
        for formula in self.formulas:
            yield Line("formula", formula, layer_index=self.layer_index)
        unknown = {
            explanation.neuron
            for explanation in self.neurons
            if not inputs_known or Question(self.layer_index, explanation.neuron, "sum") in hidden
        }
        before = -1
        for explanation in self.neurons:
            neuron, activation = explanation.neuron, explanation.activation
            yield from self._left_out(before, neuron)
            before = neuron
            shown_sum, shown_out = f"z = {UNKNOWN}", f"a = {activation.text}(z) = {UNKNOWN}"
            if inputs_known:
                shown_sum = sum_text(explanation, digits, is_known=neuron not in unknown)
            # A row-wise activation written out would give away the hidden sums of the layer.
            if not (unknown if activation.row_wise else neuron in unknown):
                is_known = Question(self.layer_index, neuron, "out") not in hidden
                shown_out = out_text(explanation, digits, is_known=is_known)
            yield Line("sum", shown_sum, explanation.name, self.layer_index, neuron)
            yield Line("out", shown_out, "", self.layer_index, neuron)
        yield from self._left_out(before, self.n_neurons)

    def _question(self, explanation: NeuronExplanation, of: Quantity) -> Question | None:
        value = explanation.pre_activation if of == "sum" else explanation.out
        return Question(self.layer_index, explanation.neuron, of) if np.isfinite(value) else None

    def _left_out(self, before: int, after: int) -> Iterator[Line]:
        """A line that counts the neurons between two that are written out."""
        count = after - before - 1
        if count:
            plural = "s" if count > 1 else ""
            yield Line("note", f"… {count} more neuron{plural}", layer_index=self.layer_index)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class ForwardPass(Value):
    """How the outputs of one sample come about; stages: one per layer."""

    session: Session
    sample: int
    stages: tuple[Stage, ...]

    def questions(self) -> list[Question]:
        """Return a question for every number of the neurons written out, in forward order."""
        return [question for stage in self.stages for question in stage.questions()]

    def explanation(self, question: Question) -> NeuronExplanation:
        """Return the arithmetic of the neuron in question.

        Parameters
        ----------
        question
            What is asked.

        Returns
        -------
        NeuronExplanation
        """
        return explain_neuron(self.session, question.layer_index, question.neuron, self.sample)

    def lines(self, digits: int = 4, hidden: Collection[Question] = ()) -> list[Line]:
        """Return the inputs, every layer, and the answer.

        Parameters
        ----------
        digits
            Decimals of computed numbers.
        hidden
            What is shown as "?", along with everything computed from it.

        Returns
        -------
        list[Line]
        """
        lines = list(self._inputs())
        earliest = min((question.layer_index for question in hidden), default=len(self.stages))
        for stage in self.stages:
            known = stage.layer_index <= earliest
            lines += stage.lines(digits, hidden, inputs_known=known)
        if hidden:
            lines += [Line("heading", "Answer"), Line("note", UNKNOWN)]
            return lines
        for heading, texts in (
            answer_lines(self.session, self.sample, digits),
            map_lines(self.session, self.sample, digits),
            parameter_lines(self.session.network),
        ):
            if texts:
                lines.append(Line("heading", heading))
                lines += [Line("note", text) for text in texts]
        return lines

    def _inputs(self) -> Iterator[Line]:
        n_samples = self.session.n_samples
        of = f" · sample {self.sample + 1} of {n_samples}" if n_samples > 1 else ""
        yield Line("heading", f"Inputs{of}")
        names = input_names(self.session, 0)
        texts = [
            f"{printable(name)} = {format_given(value)}"
            for name, value in zip(
                names[:_MAX_INPUTS], self.session.inputs[self.sample].tolist(), strict=False
            )
        ]
        if len(names) > _MAX_INPUTS:
            texts.append(f"… {len(names) - _MAX_INPUTS} more")
        yield Line("note", ", ".join(texts))


def explain_forward(
    session: Session, sample: int = 0, selected: tuple[int, int] | None = None
) -> ForwardPass:
    """Return the forward pass of one sample, from 0.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    sample
        The index of the sample, from 0.
    selected
        The layer and neuron, from 0, that is written out even if its layer is not shown in full.

    Returns
    -------
    ForwardPass

    Raises
    ------
    ValueError
        For a sample that does not exist.
    """
    stages = []
    for layer_index, layer in enumerate(session.network.layers):
        neurons = list(range(layer.n_neurons))
        if layer.n_neurons > _MAX_NEURONS:
            neurons = neurons[:_FIRST_NEURONS]
            if selected and selected[0] == layer_index and selected[1] >= _FIRST_NEURONS:
                neurons.append(selected[1])
        stages.append(
            Stage(
                layer_index,
                layer_heading(session, layer_index),
                (
                    sum_formula(session, layer_index),
                    out_formula(layer.activation),
                    count_formula(layer),
                ),
                tuple(explain_neuron(session, layer_index, neuron, sample) for neuron in neurons),
                layer.n_neurons,
            )
        )
    return ForwardPass(session, sample, tuple(stages))


def question_text(session: Session, question: Question) -> str:
    """Return "h1: what is its sum z?".

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    question
        What is asked.

    Returns
    -------
    str
    """
    name = neuron_name(session.network, question.layer_index, question.neuron)
    return f"{name}: what is its {'sum z' if question.of == 'sum' else 'out a'}?"

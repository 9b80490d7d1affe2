"""The whole forward pass of one sample as arithmetic to read, layer by layer."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.explain import NeuronExplanation, explain_neuron
from engine.explain_ending import answer_lines, loss_lines, map_lines
from engine.explain_words import (
    UNKNOWN,
    layer_heading,
    out_formula,
    out_text,
    sum_formula,
    sum_text,
)
from engine.numbers import format_given
from engine.parameters import input_names, neuron_name
from engine.session import Session
from engine.slips import Quantity
from engine.text import printable

LineKind = Literal["heading", "formula", "sum", "out", "note"]

_MOST_NEURONS = 10
_FIRST_NEURONS = 8
_MOST_INPUTS = 12


@dataclass(frozen=True, slots=True)
class Question:
    """A number to be worked out: the sum z or the out a of a neuron, indices from 0."""

    layer_index: int
    neuron: int
    of: Quantity


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the arithmetic; name: of the neuron, on the first line that is about it.

    layer_index, neuron: what it is about, from 0, None where it is about no single neuron.
    """

    kind: LineKind
    text: str
    name: str = ""
    layer_index: int | None = None
    neuron: int | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Stage:
    """One layer: its heading, its formulas in symbols, and the neurons that are written out.

    n_neurons: how many there are; those left out are counted in the lines.
    """

    layer_index: int
    heading: str
    formulas: tuple[str, str]
    neurons: tuple[NeuronExplanation, ...]
    n_neurons: int

    def questions(self) -> list[Question]:
        """Return what can be asked of this layer, in the order in which it is worked out.

        Each neuron's z and then its a; where each out needs all sums, first every z. Numbers that
        are not finite are not asked for.
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
        """Yield the heading, the formulas, and for each neuron its sum and its out.

        hidden: what is shown as "?". inputs_known: whether the numbers that the layer reads may be
        shown.
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
            # Where each out needs all sums of the layer it would give them away.
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


@dataclass(frozen=True, eq=False, slots=True)
class ForwardPass:
    """How the outputs of one sample come about; stages: one a layer."""

    session: Session
    sample: int
    stages: tuple[Stage, ...]

    def questions(self) -> list[Question]:
        """Return every number of the neurons written out, in the order of the forward pass."""
        return [question for stage in self.stages for question in stage.questions()]

    def explanation(self, question: Question) -> NeuronExplanation:
        """Return the arithmetic of the neuron that is asked about."""
        return explain_neuron(self.session, question.layer_index, question.neuron, self.sample)

    def lines(self, digits: int = 4, hidden: Collection[Question] = ()) -> list[Line]:
        """Return the inputs, every layer, the answer, the loss where there are targets.

        digits: decimals of computed numbers. hidden: what is shown as "?"; what is computed from it
        is not shown either.
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
            loss_lines(self.session, self.sample, digits),
            map_lines(self.session, self.sample, digits),
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
                names[:_MOST_INPUTS], self.session.inputs[self.sample].tolist(), strict=False
            )
        ]
        if len(names) > _MOST_INPUTS:
            texts.append(f"… {len(names) - _MOST_INPUTS} more")
        yield Line("note", ", ".join(texts))


def explain_forward(
    session: Session, sample: int = 0, selected: tuple[int, int] | None = None
) -> ForwardPass:
    """Return the forward pass of one sample, from 0.

    selected: the layer and neuron, from 0, that is written out even where a large layer is not
    shown whole. Raises ValueError for a sample that does not exist.
    """
    stages = []
    for layer_index, layer in enumerate(session.network.layers):
        neurons = list(range(layer.n_neurons))
        if layer.n_neurons > _MOST_NEURONS:
            neurons = neurons[:_FIRST_NEURONS]
            if selected and selected[0] == layer_index and selected[1] >= _FIRST_NEURONS:
                neurons.append(selected[1])
        stages.append(
            Stage(
                layer_index,
                layer_heading(session, layer_index),
                (sum_formula(session, layer_index), out_formula(layer.activation)),
                tuple(explain_neuron(session, layer_index, neuron, sample) for neuron in neurons),
                layer.n_neurons,
            )
        )
    return ForwardPass(session, sample, tuple(stages))


def question_words(session: Session, question: Question) -> str:
    """Return "h1: what is its sum z?"."""
    name = neuron_name(session.network, question.layer_index, question.neuron)
    return f"{name}: what is its {'sum z' if question.of == 'sum' else 'out a'}?"

"""The update as lines of arithmetic: how a step of training moves each weight and bias.

The formulas are those of `engine.training.optimizers`; the numbers after the step are taken from a
step of training itself, so that they are the same to the last bit.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.explain.backward_pass import BackwardPass
from engine.explain.derivation import (
    Derivation,
    Item,
    arrow,
    check_selected,
    shown_parameters,
)
from engine.explain.forward_pass import Line
from engine.explain.mistakes import Candidate, Mistake
from engine.explain.working import (
    Cell,
    Expression,
    Operand,
    Term,
    WorkedNumber,
    WorkedQuantity,
)
from engine.nn.arguments import check_type
from engine.nn.arrays import FloatArray
from engine.nn.network import Network
from engine.nn.parameters import Bias, Weight, neuron_name, parameter_code
from engine.nn.targets import samples_with_target
from engine.session.names import input_name, parameter_name
from engine.session.session import Session
from engine.session.training import run_of
from engine.text import format_given, format_number, printable
from engine.training.checkpoint import Checkpoint, Moment, Place
from engine.training.divergence import TrainingDiverged
from engine.training.flat_parameters import place_of
from engine.training.settings import TrainingSettings

_FORMULAS = {
    "sgd": "w ← w - rate·gradient",
    "momentum": "v ← momentum·v + gradient, w ← w - rate·v",
    "rmsprop": "s ← 0.99·s + 0.01·gradient², w ← w - rate·gradient / (√s + 1e-8)",
    "adam": (
        "m ← 0.9·m + 0.1·gradient, s ← 0.999·s + 0.001·gradient², after t steps "
        "w ← w - rate·m / (1 - 0.9^t) / (√(s / (1 - 0.999^t)) + 1e-8)"
    ),
}

_MAX_BOOK_NAMES = 30
"""Weights of larger networks are not called w1, w2 …: nobody counts so far."""


@dataclass(frozen=True, eq=False, slots=True)
class Update:
    """One step of training.

    Attributes
    ----------
    network
        What it leads to; None if no step can be made.
    part
        The arithmetic.
    """

    network: Network | None
    part: Derivation


def next_batch(session: Session, checkpoint: Checkpoint | None = None) -> list[int]:
    """Return the samples, from 0, that the next step of training takes, in its order.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    checkpoint
        Of the run that makes the step; None for the first step.

    Returns
    -------
    list[int]
        Empty where nothing can be trained.
    """
    try:
        run = run_of(session, session.training or TrainingSettings())
        if checkpoint is not None:
            settings = run.settings
            run.restore(checkpoint)
            run.replace_settings(settings)
    except ValueError:
        return []
    order = None if checkpoint is None else checkpoint.moment.place.order
    if order is not None and len(order) != run.n_samples:
        return []
    assert session.training_targets is not None
    with_target = np.flatnonzero(samples_with_target(session.training_targets))
    batch: list[int] = with_target[run.next_batch()].tolist()
    return batch


def explain_update(
    backward: BackwardPass,
    selected: tuple[int, int] | None = None,
    checkpoint: Checkpoint | None = None,
) -> Update:
    """Return the step that the samples of a backward pass make.

    Parameters
    ----------
    backward
        The backward pass of the batch, of the network as it is before the step.
    selected
        The layer and neuron, from 0, that is written out even if its layer is not shown in full.
    checkpoint
        Of the run that makes the step, which holds what its optimiser remembers; None for the first
        step.
    """
    check_type(backward, BackwardPass, "backward")
    check_type(checkpoint, Checkpoint | None, "checkpoint")
    check_selected(backward.session, selected)
    session = backward.session
    settings = session.training or TrainingSettings()
    items: list[Item] = [
        Line("heading", f"Update · {settings.optimizer} · learning rate {settings.learning_rate:g}")
    ]
    if backward.mean is None:
        note = Line("note", "no sample has a loss: there is no step to make, all stays as it is")
        return Update(None, Derivation((*items, note)))
    try:
        network, state, n_steps = _step(backward, settings, checkpoint)
    except TrainingDiverged as error:
        return Update(None, Derivation((*items, Line("note", f"no step: {error}"))))
    items.append(Line("formula", _FORMULAS[settings.optimizer]))
    penalties = [
        text
        for rate, text in (
            (settings.l2, f"{settings.l2:g}·w (L2)"),
            (settings.l1, f"{settings.l1:g}·sign of w (L1)"),
        )
        if rate
    ]
    if penalties:
        items.append(
            Line("formula", f"of each weight, gradient = d loss / d w + {' + '.join(penalties)}")
        )
    for parameter in shown_parameters(session, backward.mean, selected):
        if isinstance(parameter, Line):
            items.append(parameter)
            continue
        place = place_of(session.network, parameter)
        step = _ParameterStep(backward, settings, parameter, state[:, place], n_steps + 1)
        items += step.items(_value(network, parameter))
    return Update(network, Derivation(tuple(items)))


def _step(
    backward: BackwardPass, settings: TrainingSettings, checkpoint: Checkpoint | None
) -> tuple[Network, FloatArray, int]:
    """Make the step; return the network after it, and the state of the optimiser before it."""
    session = backward.session
    samples = list(backward.counted)
    targets = session.targets_or_unset[samples]
    only = session.evolve(inputs=session.inputs[samples], targets=targets, n_test=0)
    run = run_of(only, dataclasses.replace(settings, batch_size="all", shuffle=False))
    before = run.checkpoint()
    if checkpoint is not None and checkpoint.settings.optimizer == settings.optimizer:
        numbers = dataclasses.replace(
            checkpoint.moment.numbers, parameters=before.moment.numbers.parameters
        )
        before = dataclasses.replace(before, moment=Moment(numbers, Place()))
        run.restore(before)
    run.step()
    numbers = before.moment.numbers
    return run.network, numbers.state, numbers.n_steps


def _value(network: Network, parameter: Weight | Bias) -> float:
    layer = network.layers[parameter.layer_index]
    if isinstance(parameter, Weight):
        return float(layer.weights[parameter.neuron, parameter.input])
    return float(layer.bias[parameter.neuron])


@dataclass(frozen=True, eq=False, slots=True)
class _ParameterStep:
    """The arithmetic of one parameter; state: (n_state_rows,), what the optimiser remembers of it.

    t: the number of this step, from 1.
    """

    backward: BackwardPass
    settings: TrainingSettings
    parameter: Weight | Bias
    state: FloatArray
    t: int

    @property
    def session(self) -> Session:
        return self.backward.session

    @property
    def value(self) -> float:
        return _value(self.session.network, self.parameter)

    def items(self, after: float) -> list[Item]:
        """The numbers on the way to the parameter after the step, in order."""
        layer = self.session.network.layers[self.parameter.layer_index]
        owner = self.cell("updated")
        assert owner.neuron is not None
        frozen = False
        if layer.frozen is not None:
            masks = layer.frozen
            frozen = bool(
                masks.weights[owner.neuron, owner.input]
                if owner.input is not None
                else masks.bias[owner.neuron]
            )
        if frozen:
            name = arrow(self.session, self.parameter)
            text = f"{name} is frozen: training leaves it at {_given(self.value)}"
            return [Line("note", text, "", self.parameter.layer_index, self.parameter.neuron)]
        found: list[WorkedNumber] = []
        gradient = self._gradient(found)
        rate = Operand(self.settings.learning_rate, given=True)
        w = Operand(self.value, given=True)
        expression = self._expression(found, gradient, w, rate)
        found.append(
            self.number(
                "updated",
                arrow(self.session, self.parameter),
                "",
                expression,
                after,
                self._wrong(gradient.value, after),
                why(self.backward, self.parameter, after),
            )
        )
        return list(found)

    def cell(self, of: WorkedQuantity) -> Cell:
        column = self.parameter.input if isinstance(self.parameter, Weight) else None
        return Cell(of, self.parameter.layer_index, self.parameter.neuron, column)

    def number(
        self,
        of: WorkedQuantity,
        name: str,
        symbols: str,
        expression: Expression,
        value: float,
        wrong: Callable[[], list[Candidate]] = list,
        reason: str = "",
    ) -> WorkedNumber:
        owner = neuron_name(self.session.network, self.parameter.layer_index, self.parameter.neuron)
        return WorkedNumber(self.cell(of), name, owner, symbols, expression, value, wrong, reason)

    def _gradient(self, found: list[WorkedNumber]) -> Operand:
        """The gradient with L2 and L1 added, which only weights have."""
        plain = self.backward.gradient(self.parameter)
        l1, l2 = self.settings.l1, self.settings.l2
        if isinstance(self.parameter, Bias) or not (l1 or l2):
            return plain
        w = self.value
        terms = [Term("{}", (plain,))]
        if l2:
            terms.append(Term("{}·{}", (Operand(l2, given=True), Operand(w, given=True))))
        if l1:
            sign = Operand(float(np.sign(w)), given=True)
            terms.append(Term("{}·{}", (Operand(l1, given=True), sign)))

        def result(values: Sequence[float]) -> float:
            rest = list(values[1:])
            return values[0] + sum(
                one * other for one, other in zip(rest[::2], rest[1::2], strict=True)
            )

        value = plain.value + l2 * w + l1 * float(np.sign(w))
        found.append(
            self.number(
                "penalised",
                f"gradient of {arrow(self.session, self.parameter)}",
                "",
                Expression(tuple(terms), result),
                value,
            )
        )
        return Operand(value, cell=self.cell("penalised"))

    def _running(
        self, found: list[WorkedNumber], of: WorkedQuantity, name: str, term: Term, value: float
    ) -> Operand:
        """A number that the optimiser remembers, after this step."""

        def result(values: Sequence[float]) -> float:
            share = values[2] if len(values) == 4 else 1.0
            power = 2 if "²" in term.template else 1
            return values[0] * values[1] + share * values[-1] ** power

        found.append(self.number(of, name, "", Expression((term,), result), value))
        return Operand(value, cell=self.cell(of))

    def _expression(
        self, found: list[WorkedNumber], gradient: Operand, w: Operand, rate: Operand
    ) -> Expression:
        """w - rate·…, after the numbers that the optimiser remembers have been worked out."""
        settings, g = self.settings, gradient.value
        match settings.optimizer:
            case "sgd":
                return Expression(
                    (Term("{} - {}·{}", (w, rate, gradient)),), lambda v: v[0] - v[1] * v[2]
                )
            case "momentum":
                old = float(self.state[0])
                kept = Operand(settings.momentum, given=True)
                v = self._running(
                    found,
                    "first_moment",
                    "v",
                    Term("{}·{} + {}", (kept, Operand(old), gradient)),
                    settings.momentum * old + g,
                )
                return Expression((Term("{} - {}·{}", (w, rate, v)),), lambda v: v[0] - v[1] * v[2])
            case "rmsprop":
                s = self._squares(found, float(self.state[0]), settings.RMSPROP_ALPHA, gradient)
                epsilon = settings.EPSILON
                return Expression(
                    (Term("{} - {}·{} / (√{} + 1e-8)", (w, rate, gradient, s)),),
                    lambda v: v[0] - v[1] * v[2] / (math.sqrt(v[3]) + epsilon),
                )
        beta_1, beta_2, epsilon = settings.ADAM_BETA_1, settings.ADAM_BETA_2, settings.EPSILON
        old = float(self.state[0])
        m = self._running(
            found,
            "first_moment",
            "m",
            Term(
                "{}·{} + {}·{}",
                (Operand(beta_1, given=True), Operand(old), Operand(0.1, given=True), gradient),
            ),
            old + (1.0 - beta_1) * (g - old),
        )
        s = self._squares(found, float(self.state[1]), beta_2, gradient)
        first, second = 1.0 - beta_1**self.t, 1.0 - beta_2**self.t
        template = (
            f"{{}} - {{}}·{{}} / (1 - 0.9^{self.t}) / (√({{}} / (1 - 0.999^{self.t})) + 1e-8)"
        )
        return Expression(
            (Term(template, (w, rate, m, s)),),
            lambda v: v[0] - v[1] * v[2] / first / (math.sqrt(v[3] / second) + epsilon),
        )

    def _squares(
        self, found: list[WorkedNumber], old: float, kept: float, gradient: Operand
    ) -> Operand:
        share = Operand(round(1.0 - kept, 6), given=True)
        return self._running(
            found,
            "second_moment",
            "s",
            Term("{}·{} + {}·{}²", (Operand(kept, given=True), Operand(old), share, gradient)),
            kept * old + (1.0 - kept) * gradient.value**2,
        )

    def _wrong(self, gradient: float, after: float) -> Callable[[], list[Candidate]]:
        """What comes out after the usual mistakes."""

        def wrong() -> list[Candidate]:
            w, rate = self.value, self.settings.learning_rate
            found = [Candidate(2 * w - after, (Mistake("sign"),))]
            if rate:
                moved = (after - w) / rate
                found.append(Candidate(w + moved, (Mistake("learning rate forgotten"),)))
            n_samples = len(self.backward.samples)
            if self.settings.optimizer == "sgd" and n_samples > 1:
                total = w - rate * gradient * n_samples
                found.append(Candidate(total, (Mistake("mean forgotten"),)))
            if self.settings.optimizer != "sgd":
                found.append(Candidate(w - rate * gradient, (Mistake("state forgotten"),)))
            return found

        return wrong


def why(backward: BackwardPass, parameter: Weight | Bias, after: float) -> str:
    """Say in plain words why a step makes a weight or a bias smaller or larger.

    Parameters
    ----------
    backward
        The backward pass whose gradient the step follows.
    parameter
        A weight or a bias.
    after
        The number after the step.

    Returns
    -------
    str
    """
    session = backward.session
    assert backward.mean is not None
    gradient = backward.mean.of(parameter)
    value = _value(session.network, parameter)
    codes = ", ".join(filter(None, (_book_name(session, parameter), parameter_code(parameter))))
    named = f"{parameter_name(session, parameter)} ({codes})"
    before, then = _given(value), format_number(after)
    change = f"from {before} to {then}"
    if before == then:
        change = f"by {format_number(abs(after - value))} from {before}"
    direction = "falls" if after < value else "rises" if after > value else "stays"
    if gradient == 0:
        if direction == "stays":
            return f"{named} stays: a small change of it would not change the loss"
        return f"{named} {direction} {change}: not for the loss, but by what the optimiser adds"
    wanted = "falls" if gradient > 0 else "rises"
    wish, wrong_way = ("smaller", "larger") if gradient > 0 else ("larger", "smaller")
    if direction == "stays":
        return f"{named} stays: the step is too small to move it, though {wish} would be better"
    if direction != wanted:
        return (
            f"{named} {direction} {change}, although a {wish} one would lower the loss: what the "
            f"optimiser adds is stronger"
        )
    return f"{named} {direction} {change}: {_because(backward, parameter, wish, wrong_way)}"


def _because(backward: BackwardPass, parameter: Weight | Bias, wish: str, wrong_way: str) -> str:
    session, layer_index = backward.session, parameter.layer_index
    name = neuron_name(session.network, layer_index, parameter.neuron)
    one = backward.mean
    if len(backward.samples) > 1 or one is None:
        return (
            f"over the {len(backward.samples)} samples together, making it {wrong_way} would make "
            f"the loss larger"
        )
    delta = float(one.layers[layer_index].pre_activations[0, parameter.neuron])
    # A bias is the weight of an input that is always 1.
    source, value = "", 1.0
    if isinstance(parameter, Weight):
        source = printable(input_name(session, layer_index, parameter.input))
        trace = session.sample_trace(backward.samples[0])
        value = float(trace.inputs_of(layer_index)[0, parameter.input])
    goal = "smaller" if delta > 0 else "larger"
    state = _state(backward, layer_index, parameter.neuron, goal)
    if not source:
        return f"{state}. A {wish} bias makes its sum {goal}, as the bias is added to it"
    kind = "positive" if value > 0 else "negative"
    return (
        f"{state}. As {source} is {kind} ({format_number(value)}), a {wish} weight makes the sum "
        f"of {name} {goal}"
    )


def _state(backward: BackwardPass, layer_index: int, neuron: int, goal: str) -> str:
    """What is wrong with a neuron: too high or too low, or that the loss wants it otherwise."""
    session, sample = backward.session, backward.samples[0]
    name = neuron_name(session.network, layer_index, neuron)
    out = float(session.sample_trace(sample).layers[layer_index].activations[0, neuron])
    if layer_index == len(session.network.layers) - 1 and session.targets is not None:
        target = float(session.targets[sample, neuron])
        if (out > target) == (goal == "smaller") and out != target:
            way = "down" if out > target else "up"
            return (
                f"{name} gives {format_number(out)}, should give {_given(target)} and has to come "
                f"{way}"
            )
    return f"the loss gets smaller when the sum of {name} gets {goal}"


def _book_name(session: Session, parameter: Weight | Bias) -> str:
    """The name that books give a weight: w5 is the fifth, counted row by row from layer 1."""
    layers = session.network.layers
    if isinstance(parameter, Bias) or sum(layer.weights.size for layer in layers) > _MAX_BOOK_NAMES:
        return ""
    before = sum(layer.weights.size for layer in layers[: parameter.layer_index])
    row = parameter.neuron * layers[parameter.layer_index].n_inputs
    return f"w{before + row + parameter.input + 1}"


def _given(value: float) -> str:
    return format_given(value)

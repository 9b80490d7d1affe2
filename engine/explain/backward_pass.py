"""The backward pass as lines of arithmetic: from the loss back to every weight and bias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.explain.chain_rule import ChainRule, candidate
from engine.explain.derivation import (
    Derivation,
    Item,
    arrow,
    check_selected,
    shown_parameters,
)
from engine.explain.forward_pass import Line
from engine.explain.result import loss_formula, worked_loss
from engine.explain.working import Cell, Expression, Operand, Term, WorkedNumber, WorkedQuantity
from engine.nn.arguments import check_index, check_type
from engine.nn.arrays import FloatArray
from engine.nn.backprop import Gradients, loss_gradients
from engine.nn.losses import counted_targets, n_counted
from engine.nn.parameters import Bias, Weight, neuron_name
from engine.nn.targets import samples_with_target
from engine.session.loss import sample_loss
from engine.session.metrics import trace_loss
from engine.session.names import counted
from engine.session.session import Session

MAX_SAMPLES = 10
"""Of a batch this many samples are written out one by one; the mean is over all."""

_MAX_TERMS = 200
"""Nobody adds up more numbers than this by hand: a mean of more is given without them."""


@dataclass(frozen=True, eq=False)
class BackwardPass:
    """How the loss of some samples comes about, and how each number of the network moves it.

    Each part is worked out when it is first read.

    Parameters
    ----------
    session
        The network with its samples and targets.
    samples
        One sample or several, from 0.
    selected
        The layer and neuron, from 0, that is always written out; None for none.
    """

    session: Session
    samples: tuple[int, ...]
    selected: tuple[int, int] | None = None

    @cached_property
    def loss(self) -> Derivation:
        """How the loss of each sample comes about, and of several the mean."""
        items: list[Item] = []
        for sample in self.samples[:MAX_SAMPLES]:
            items += self._loss_of(sample)
        items += self._left_out()
        numbers = [item for item in items if isinstance(item, WorkedNumber)]
        if len(self.samples) > 1 and self.counted:
            items.append(Line("heading", f"Loss of the {counted(len(self.counted), 'sample')}"))
            items.append(self._mean_loss(numbers))
        return Derivation(tuple(items))

    @cached_property
    def backward(self) -> Derivation:
        """From the loss of each sample back to the inputs."""
        items: list[Item] = []
        for sample in self.samples[:MAX_SAMPLES]:
            items += self._backward_of(sample)
        return Derivation((*items, *self._left_out()))

    @cached_property
    def means(self) -> Derivation:
        """The means of several samples' gradients, which make the step; empty for one sample."""
        if len(self.samples) == 1 or self.mean is None:
            return Derivation(())
        items: list[Item] = [
            Line("heading", f"Mean of the {len(self.counted)} samples"),
            Line("formula", "d loss / d w = the mean over the samples; it makes the step"),
        ]
        for parameter in shown_parameters(self.session, self.mean, self.selected):
            items.append(
                parameter if isinstance(parameter, Line) else self._mean_gradient(parameter)
            )
        return Derivation(tuple(items))

    @cached_property
    def counted(self) -> tuple[int, ...]:
        """The samples that have a loss."""
        session, name = self.session, self.session.loss_name
        try:
            targets = counted_targets(name, session.targets_or_unset[list(self.samples)])
            self._gradients_of(list(self.samples))
        except ValueError:
            return tuple(one for one in self.samples if self.of_sample(one) is not None)
        has_target = samples_with_target(targets).tolist()
        return tuple(one for one, has in zip(self.samples, has_target, strict=True) if has)

    @cached_property
    def mean(self) -> Gradients | None:
        """The derivatives of the loss of all samples, which make the step; None without a loss."""
        return self._gradients_of(list(self.counted)) if self.counted else None

    def of_sample(self, sample: int) -> Gradients | None:
        """Return the derivatives of the loss of one sample, from 0; None if it has no loss.

        Parameters
        ----------
        sample
            One of the samples.

        Returns
        -------
        Gradients | None
        """
        return None if self._obstacle(sample) else self._gradients_of([sample])

    def gradient(self, parameter: Weight | Bias) -> Operand:
        """Return d loss / d parameter as the number that the step is made with.

        Parameters
        ----------
        parameter
            A weight or a bias of the network.

        Returns
        -------
        Operand
        """
        assert self.mean is not None
        only = self.samples[0] if len(self.samples) == 1 else None
        of: WorkedQuantity = "mean"
        if only is not None:
            of = "by_weight" if isinstance(parameter, Weight) else "by_bias"
        column = parameter.input if isinstance(parameter, Weight) else None
        cell = Cell(of, parameter.layer_index, parameter.neuron, column, only)
        return Operand(self.mean.of(parameter), cell=cell)

    def _gradients_of(self, samples: list[int]) -> Gradients:
        session = self.session
        trace = (
            session.sample_trace(samples[0])
            if len(samples) == 1
            else session.network.forward(session.inputs[samples])
        )
        return loss_gradients(trace, session.targets_or_unset[samples], session.loss_name)

    def _of(self, sample: int) -> str:
        return f" of sample {sample + 1}" if self.session.n_samples > 1 else ""

    def _obstacle(self, sample: int) -> str:
        """Why a sample has no loss; empty if it has one."""
        try:
            value = sample_loss(self.session, sample)
        except ValueError as error:
            return f"there is no loss to trace back: {error}"
        if value is not None:
            return ""
        named = f"sample {sample + 1}" if self._of(sample) else "the sample"
        return f"{named} has no target: set one, and there is a loss to trace back"

    def _loss_of(self, sample: int) -> list[Item]:
        session = self.session
        heading = Line("heading", f"Loss{self._of(sample)} · {session.loss_name}")
        if obstacle := self._obstacle(sample):
            return [heading, Line("note", obstacle)]
        value = sample_loss(session, sample)
        assert value is not None
        formula = Line("formula", f"loss = {loss_formula(session, sample)}")
        return [heading, formula, worked_loss(session, sample, value)]

    def _mean_loss(self, numbers: list[WorkedNumber]) -> WorkedNumber:
        """The mean of the losses, written out if all of these numbers have been."""
        if len(numbers) == len(self.counted):
            operands = [Operand(number.value, cell=number.cell) for number in numbers]
            return self._mean(Cell("loss"), "loss", "", operands)
        session, rows = self.session, list(self.counted)
        trace = session.network.forward(session.inputs[rows])
        value = trace_loss(trace, session.targets_or_unset[rows], session.loss_name)
        assert value is not None
        return WorkedNumber(Cell("loss"), "loss", "", "the mean over the samples", None, value)

    def _backward_of(self, sample: int) -> list[Item]:
        of = self._of(sample)
        items: list[Item] = [Line("heading", f"Backward{of}")] if of else []
        if obstacle := self._obstacle(sample):
            return [*items, Line("note", obstacle)]
        value = sample_loss(self.session, sample)
        assert value is not None
        if not np.isfinite(value):
            note = f"the loss is {value}: its derivatives say nothing, or are not numbers"
            items.append(Line("note", note))
        gradients = self._gradients_of([sample])
        return items + ChainRule.of(self.session, sample, gradients, self.selected).items()

    def _left_out(self) -> list[Line]:
        count = len(self.samples) - MAX_SAMPLES
        return [Line("note", f"… {counted(count, 'more sample')}")] if count > 0 else []

    @cached_property
    def _shares(self) -> FloatArray:
        """(n_counted,), the weight of each sample in the mean.

        1, or where the loss is a mean over targets and some are not set how many of its are set.
        """
        rows = self.session.targets_or_unset[list(self.counted)]
        name = self.session.loss_name
        shares = np.array([n_counted(name, row[np.newaxis]) for row in rows], dtype=np.float64)
        return np.ones(len(shares)) if (shares == shares[0]).all() else shares

    @cached_property
    def _inputs_of_layers(self) -> list[FloatArray]:
        trace = self.session.network.forward(self.session.inputs[list(self.counted)])
        return [trace.inputs_of(index) for index in range(len(self.session.network.layers))]

    def _mean_gradient(self, parameter: Weight | Bias) -> WorkedNumber:
        """The mean of d loss / d parameter over the samples."""
        assert self.mean is not None
        layer_index, neuron = parameter.layer_index, parameter.neuron
        deltas = self.mean.layers[layer_index].pre_activations[:, neuron]
        own = deltas * (float(np.sum(self._shares)) / self._shares)
        column = parameter.input if isinstance(parameter, Weight) else None
        if column is not None:
            own = own * self._inputs_of_layers[layer_index][:, column]
        of: WorkedQuantity = "by_bias" if column is None else "by_weight"
        operands = [
            Operand(value, cell=Cell(of, layer_index, neuron, column, sample))
            for value, sample in zip(own.tolist(), self.counted, strict=True)
        ]
        return self._mean(
            Cell("mean", layer_index, neuron, column),
            f"d loss / d {arrow(self.session, parameter)}",
            neuron_name(self.session.network, layer_index, neuron),
            operands,
            self.mean.of(parameter),
        )

    def _mean(
        self,
        cell: Cell,
        name: str,
        owner: str,
        operands: list[Operand],
        value: float | None = None,
    ) -> WorkedNumber:
        shares, total = self._shares.tolist(), float(np.sum(self._shares))

        def result(values: Sequence[float]) -> float:
            return float(np.dot(shares, values)) / total

        mean = result([one.value for one in operands]) if value is None else value
        symbols, expression = f"the mean of {len(operands)} numbers", None
        if len(operands) <= _MAX_TERMS:
            terms = tuple(
                Term("{}" if share == 1 else f"{share:g}·{{}}", (operand,))
                for share, operand in zip(shares, operands, strict=True)
            )
            symbols, expression = "", Expression(terms, result, "(", f") / {total:g}")
        return WorkedNumber(
            cell,
            name,
            owner,
            symbols,
            expression,
            mean,
            lambda: [candidate(mean * total, "mean forgotten"), candidate(-mean, "sign")],
        )


def explain_backward(
    session: Session,
    samples: int | Sequence[int] = 0,
    selected: tuple[int, int] | None = None,
) -> BackwardPass:
    """Return the backward pass of one sample or of a batch.

    Parameters
    ----------
    session
        The network, the samples and the targets.
    samples
        One sample or several, from 0.
    selected
        The layer and neuron, from 0, that is written out even if its layer is not shown in full.

    Returns
    -------
    BackwardPass
        Where something stands in the way, such as a target that is not set, its lines say so.

    Raises
    ------
    ValueError
        For a sample that does not exist, and for no sample.
    """
    check_type(session, Session, "session")
    check_type(samples, int | np.integer | Sequence, "samples")
    chosen = tuple(samples) if isinstance(samples, Sequence) else (samples,)
    if not chosen:
        raise ValueError("a backward pass needs at least one sample")
    for sample in chosen:
        check_index(sample, session.n_samples, "sample")
    check_selected(session, selected)
    return BackwardPass(session, chosen, selected)

"""The backward pass as lines of arithmetic: from the loss back to every weight and bias.

By the chain rule each neuron passes on how much it has to do with the loss: d loss / d a, what a
change of its out does to the loss; δ = d loss / d a·f'(z), what a change of its sum does; and from
it d loss / d w = δ·input and d loss / d b = δ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from engine.explain.forward_pass import Line, layer_heading
from engine.explain.mistakes import Candidate, Mistake, MistakeKind
from engine.explain.result import loss_formula, worked_loss
from engine.explain.working import (
    Cell,
    Expression,
    Operand,
    Term,
    WorkedNumber,
    WorkedQuantity,
    product,
    sum_of_products,
)
from engine.nn.activations import Activation
from engine.nn.arguments import check_index, check_type
from engine.nn.arrays import FloatArray
from engine.nn.backprop import Gradients, loss_gradients
from engine.nn.functional import softmax
from engine.nn.losses import HUBER_DELTA, counted_targets, n_counted
from engine.nn.network import Trace
from engine.nn.parameters import Bias, Weight, neuron_name
from engine.session.loss import sample_loss
from engine.session.names import counted, input_name, input_names
from engine.session.session import Session
from engine.text import format_given, format_number, format_within, printable

Item = Line | WorkedNumber

MAX_SAMPLES = 10
"""Of a batch this many samples are written out one by one; the mean is over all."""

_MAX_NEURONS = 10
_STRONGEST_NEURONS = 8
_MAX_WEIGHTS = 12
_STRONGEST_WEIGHTS = 8
_MAX_PATHS = 40
"""With more paths or inputs, one of the many small mistakes would explain almost any number."""
_MAX_SYMBOLS = 4
_KINK_STEPS = 8
"""How many units in the last place around a sum are searched for a kink."""
_KINK = 1e-6
"""A derivative that jumps by more than this share is no smooth curve's."""

_CLOSED_FORMS = {
    ("bce", "sigmoid"): "a - y",
    ("cross_entropy", "softmax"): "a - y",
    ("cross_entropy", "log_softmax"): "e^a - y",
}
"""Losses and last activations of which δ simplifies."""


@dataclass(frozen=True, eq=False, slots=True)
class Derivation:
    """One part of the arithmetic, in the order in which one works it out by hand."""

    items: tuple[Item, ...]

    def numbers(self) -> list[WorkedNumber]:
        """Return everything that is worked out, second ways to a number included."""
        return [item for item in self.items if isinstance(item, WorkedNumber)]

    def questions(self) -> list[WorkedNumber]:
        """Return the numbers that can be asked for: each once, and only finite ones."""
        return [
            number
            for number in self.numbers()
            if np.isfinite(number.value) and not number.is_short_way
        ]

    def lines(self, digits: int = 4, hidden: Collection[Cell] = ()) -> list[Line]:
        """Return the lines to show.

        Parameters
        ----------
        digits
            The most decimals of computed numbers.
        hidden
            The cells shown as "?"; so is everything that is computed from them, and reasons,
            which would give them away, are left out.

        Returns
        -------
        list[Line]
        """
        unknown = set(hidden)
        lines = []
        owner = None
        for item in self.items:
            if isinstance(item, Line):
                lines.append(item)
                owner = None
                continue
            expression = item.expression
            operands = () if expression is None else expression.operands
            needs_unknown = any(operand.cell in unknown for operand in operands if operand.cell)
            if needs_unknown:
                unknown.add(item.cell)
            is_known = item.cell not in unknown
            text = item.text(digits, is_known=is_known, operands_known=not needs_unknown)
            name = item.owner if item.owner != owner else ""
            owner = item.owner
            place = item.cell.layer_index, item.cell.neuron
            lines.append(Line("number", text, name, *place, number=item))
            if item.reason and is_known:
                lines.append(Line("reason", item.reason, "", *place))
        return lines


@dataclass(frozen=True, eq=False, slots=True)
class BackwardPass:
    """How the loss of some samples comes about, and how each number of the network moves it.

    loss, backward: the two parts of the arithmetic. means: the means of several samples' gradients,
    which make the step; empty for one sample. by_sample: for each sample the derivatives of
    its own loss; None for one without a loss. mean: those of the loss of all, which make the step;
    None where no sample has a loss.
    """

    session: Session
    samples: tuple[int, ...]
    loss: Derivation
    backward: Derivation
    means: Derivation
    by_sample: tuple[Gradients | None, ...]
    mean: Gradients | None

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
    loss: list[Item] = []
    backward: list[Item] = []
    found: list[Gradients | None] = []
    for place, sample in enumerate(chosen):
        one = _of_sample(session, sample, selected, is_written_out=place < MAX_SAMPLES)
        found.append(one.gradients)
        loss += one.loss
        backward += one.backward
    if len(chosen) > MAX_SAMPLES:
        note = Line("note", f"… {counted(len(chosen) - MAX_SAMPLES, 'more sample')}")
        loss.append(note)
        backward.append(note)
    mean = found[0]
    means: list[Item] = []
    if len(chosen) > 1:
        with_loss = [s for s, one in zip(chosen, found, strict=True) if one is not None]
        mean = None
        if with_loss:
            batch = _Batch.of(session, with_loss)
            mean = batch.gradients
            loss += batch.mean_loss([n for n in loss if isinstance(n, WorkedNumber)])
            means = batch.means(selected)
    parts = [Derivation(tuple(items)) for items in (loss, backward, means)]
    return BackwardPass(session, chosen, parts[0], parts[1], parts[2], tuple(found), mean)


@dataclass(frozen=True, eq=False, slots=True)
class _OfSample:
    loss: list[Item]
    backward: list[Item]
    gradients: Gradients | None


def _of_sample(
    session: Session, sample: int, selected: tuple[int, int] | None, *, is_written_out: bool
) -> _OfSample:
    """The backward pass of one sample; without lines unless it is written out."""
    trace = session.sample_trace(sample)
    of = f" of sample {sample + 1}" if session.n_samples > 1 else ""
    loss: list[Item] = [Line("heading", f"Loss{of} · {session.loss_name}")]
    backward: list[Item] = [Line("heading", f"Backward{of}")] if of else []
    try:
        value = sample_loss(session, sample)
    except ValueError as error:
        obstacle = f"there is no loss to trace back: {error}"
        return _OfSample([*loss, Line("note", obstacle)], [*backward, Line("note", obstacle)], None)
    if value is None:
        obstacle = (
            f"{f'sample {sample + 1}' if of else 'the sample'} has no target: without one there is "
            f"no loss, and nothing to trace back"
        )
        return _OfSample([*loss, Line("note", obstacle)], [*backward, Line("note", obstacle)], None)
    scene = _Scene.of(session, sample, trace, selected)
    if not is_written_out:
        return _OfSample([], [], scene.gradients)
    loss.append(Line("formula", f"loss = {loss_formula(session, sample)}"))
    loss.append(worked_loss(session, sample, value))
    if not np.isfinite(value):
        backward.append(
            Line("note", f"the loss is {value}: its derivatives say nothing, or are not numbers")
        )
    for layer_index in range(len(session.network.layers) - 1, -1, -1):
        backward += scene.layer(layer_index)
    backward += scene.inputs()
    return _OfSample(loss, backward, scene.gradients)


@dataclass(frozen=True, eq=False, slots=True)
class _Scene:
    """One sample with everything that its backward pass is made of.

    targets: (n_outputs,), NaN where one does not count.
    """

    session: Session
    sample: int
    trace: Trace
    loss: str
    targets: FloatArray
    gradients: Gradients
    selected: tuple[int, int] | None

    @classmethod
    def of(
        cls, session: Session, sample: int, trace: Trace, selected: tuple[int, int] | None
    ) -> _Scene:
        name = session.loss_name
        targets = session.targets_or_unset[[sample]]
        gradients = loss_gradients(trace, targets, name)
        known = counted_targets(name, targets)[0]
        return cls(session, sample, trace, name, known, gradients, selected)

    @property
    def n_layers(self) -> int:
        return len(self.session.network.layers)

    def cell(self, of: WorkedQuantity, layer: int, neuron: int, column: int | None = None) -> Cell:
        return Cell(of, layer, neuron, column, self.sample)

    def name(self, layer_index: int, neuron: int) -> str:
        return neuron_name(self.session.network, layer_index, neuron)

    def activation(self, layer_index: int) -> Activation:
        return self.session.network.layers[layer_index].activation

    def out(self, layer_index: int, neuron: int) -> Operand:
        value = float(self.trace.layers[layer_index].activations[0, neuron])
        return Operand(value, limits=self.activation(layer_index).limits)

    def by_out(self, layer_index: int, neuron: int) -> Operand:
        value = float(self.gradients.layers[layer_index].activations[0, neuron])
        return Operand(value, cell=self.cell("by_out", layer_index, neuron))

    def delta(self, layer_index: int, neuron: int) -> Operand:
        value = float(self.gradients.layers[layer_index].pre_activations[0, neuron])
        return Operand(value, cell=self.cell("delta", layer_index, neuron))

    def derivative(self, layer_index: int, neuron: int, at: float | None = None) -> float:
        """f'(z) of a neuron, or f' at another number."""
        z = self.trace.layers[layer_index].pre_activations[0, neuron] if at is None else at
        with np.errstate(all="ignore"):
            return float(self.activation(layer_index).derivative(np.array([z]))[0])

    def layer(self, layer_index: int) -> list[Item]:
        """The heading, the formula of the derivative, and the numbers of the neurons shown."""
        activation = self.activation(layer_index)
        deltas = self.gradients.layers[layer_index].pre_activations[0]
        selected = self.selected[1] if self.selected and self.selected[0] == layer_index else None
        shown = strongest(deltas, selected, _MAX_NEURONS, _STRONGEST_NEURONS)
        items: list[Item] = [
            Line("heading", layer_heading(self.session, layer_index), layer_index=layer_index)
        ]
        if activation.row_wise:
            formula = f"δ_i = Σ_j d loss / d a_j·∂a_j/∂z_i, {activation.derivative_formula}"
        else:
            formula = f"δ = d loss / d a·f'(z), f'(z) = {activation.derivative_formula}"
        items.append(Line("formula", formula, layer_index=layer_index))
        if activation.row_wise:
            items += [self._by_out_number(layer_index, neuron) for neuron in shown]
        for neuron in shown:
            if not activation.row_wise:
                items.append(self._by_out_number(layer_index, neuron))
                items.append(self._derivative_number(layer_index, neuron))
            items += self._delta_numbers(layer_index, neuron)
            items += self._parameter_numbers(layer_index, neuron)
        items += _left_out(len(deltas) - len(shown), "neuron", "whose δ are smaller", layer_index)
        return items

    def inputs(self) -> list[Item]:
        """d loss / d x of the inputs with the largest ones."""
        by_inputs = self.gradients.inputs[0]
        shown = strongest(by_inputs, None, _MAX_NEURONS, _STRONGEST_NEURONS)
        items: list[Item] = [Line("heading", "Inputs")]
        for feature in shown:
            name = printable(input_name(self.session, 0, feature))
            cell = Cell("by_input", input=feature, sample=self.sample)
            items.append(
                self._paths_number(cell, "d loss / d x", name, 0, feature, by_inputs[feature])
            )
        return [*items, *_left_out(len(by_inputs) - len(shown), "input", "that matter less")]

    def _by_out_number(self, layer_index: int, neuron: int) -> WorkedNumber:
        cell = self.cell("by_out", layer_index, neuron)
        name, value = self.name(layer_index, neuron), self.by_out(layer_index, neuron).value
        if layer_index < self.n_layers - 1:
            return self._paths_number(cell, "d loss / d a", name, layer_index + 1, neuron, value)
        a, y = self.out(layer_index, neuron), float(self.targets[neuron])
        if np.isnan(y):
            reason = f"{name} has no target: it does not count, and nothing flows back from it"
            return WorkedNumber(cell, "d loss / d a", name, "", None, 0.0, reason=reason)
        symbols, expression = self._loss_derivative(a, Operand(y, given=True))
        return WorkedNumber(
            cell,
            "d loss / d a",
            name,
            symbols,
            expression,
            value,
            lambda: self._wrong_by_outs(layer_index, neuron, lambda by_out: by_out),
            reason=self._distance(name, a, y, value),
        )

    def _distance(self, name: str, a: Operand, y: float, by_out: float) -> str:
        shown, wanted = a.plain(4), format_given(y)
        out, how = a.value, "gives"
        if self.loss == "cross_entropy" and self.activation(self.n_layers - 1).name == (
            "log_softmax"
        ):
            out = float(np.exp(out))
            shown, how = format_within(out, (0.0, 1.0)), "gives a share of"
        if out == y:
            at_kink = (
                "; at this kink of mae the derivative is taken as 0" if (self.loss == "mae") else ""
            )
            return f"{name} {how} {wanted}, just what it should{at_kink}"
        side, wish = ("high", "smaller") if out > y else ("low", "larger")
        if by_out == 0:
            return (
                f"{name} {how} {shown} and should give {wanted}: its out is not in the loss, but "
                f"what it takes is missing where the target is 1"
            )
        return (
            f"{name} {how} {shown} and should give {wanted}: it is too {side}, and a {wish} "
            f"{name} would make the loss smaller"
        )

    def _loss_derivative(self, a: Operand, y: Operand) -> tuple[str, Expression]:
        """d loss / d a of one output, in symbols and with its numbers."""
        count = int(np.count_nonzero(~np.isnan(self.targets)))
        of_mean = self.loss in ("mse", "mae", "huber", "bce") and count > 1
        by, after = (count, f" / {count}") if of_mean else (1, "")
        for_one: dict[str, tuple[str, str]] = {
            "squared_error": ("a - y", "{} - {}"),
            "mse": ("2·(a - y)", "2·({} - {})"),
            "mae": ("the sign of (a - y)", "sign({} - {})"),
            "huber": ("(a - y) cut to -1…1", "({} - {}) cut to -1…1"),
        }
        if self.loss in for_one:
            symbols, template = for_one[self.loss]
            term = Term(template, (a, y))
        elif self.loss == "bce":
            symbols = "(1 - y) / (1 - a) - y / a"
            if y.value == 1:
                term = Term("-1 / {}", (a,))
            elif y.value == 0:
                term = Term("1 / (1 - {})", (a,))
            else:
                term = Term("(1 - {}) / (1 - {}) - {} / {}", (y, a, y, a))
        elif self.activation(self.n_layers - 1).name == "log_softmax":
            symbols, term = "-y", Term("-{}", (y,))
        else:
            symbols = "-y / a"
            term = Term("-1 / {}" if y.value == 1 else "0 / {}", (a,))
        before = ""
        if of_mean:
            bracketed = self.loss == "bce"
            symbols = f"({symbols}) / {count}" if bracketed else f"{symbols} / {count}"
            before, after = ("(", f"){after}") if bracketed else ("", after)

        place = next((at for at, one in enumerate(term.operands) if one is a), None)

        def result(values: Sequence[float]) -> float:
            if place is None:
                return -values[0]
            return _slope_of_loss(self.loss, values[place], y.value) / by

        return symbols, Expression((term,), result, before, after)

    def _paths_number(
        self, cell: Cell, name: str, owner: str, after: int, column: int, value: float
    ) -> WorkedNumber:
        """d loss / d a of a neuron, or d loss / d x, by way of everything that reads it."""
        weights = self.session.network.layers[after].weights[:, column].tolist()
        names = [self.name(after, neuron) for neuron in range(len(weights))]
        terms = [
            product(self.delta(after, neuron), Operand(weight, given=True))
            for neuron, weight in enumerate(weights)
        ]
        symbols = _shortened([f"δ_{one}·w({owner}→{one})" for one in names])

        def wrong() -> list[Candidate]:
            found = [_candidate(-value, "sign")]
            if not self.activation(after).row_wise:
                outs = self.gradients.layers[after].activations[0]
                found.append(_candidate(float(outs @ weights), "derivative forgotten"))
            found += self._paths_forgotten(after, column, value)
            deltas = self.gradients.layers[after].pre_activations[0]
            return [*found, _candidate(float(np.sum(deltas)), "weight forgotten")]

        ways = [
            f"through {one} it {'grows' if term.operands[0].value * weight > 0 else 'shrinks'}"
            for one, weight, term in zip(names, weights, terms, strict=True)
            if term.operands[0].value * weight
        ]
        reason = f"a larger {owner} would make the loss {'larger' if value > 0 else 'smaller'}"
        if not value:
            reason = f"a small change of {owner} would not move the loss"
        elif 1 < len(ways) <= _MAX_SYMBOLS:
            reason = f"{reason}: {', '.join(ways)}"
        return WorkedNumber(
            cell, name, owner, symbols, sum_of_products(terms), float(value), wrong, reason
        )

    def _paths_forgotten(self, after: int, column: int, value: float) -> list[Candidate]:
        weights = self.session.network.layers[after].weights[:, column]
        deltas = self.gradients.layers[after].pre_activations[0]
        if not 1 < len(weights) <= _MAX_PATHS:
            return []
        return [
            _candidate(value - float(part), "path forgotten", self.name(after, neuron))
            for neuron, part in enumerate(deltas * weights)
        ]

    def _wrong_by_outs(
        self, layer_index: int, neuron: int, then: Callable[[float], float]
    ) -> list[Candidate]:
        """Mistakes in d loss / d a, and the number that `then` makes of each."""
        value = self.by_out(layer_index, neuron).value
        found = [(-value, Mistake("sign"))]
        if layer_index < self.n_layers - 1:
            found += [
                (one.value, one.mistakes[0])
                for one in self._paths_forgotten(layer_index + 1, neuron, value)
            ]
        elif not np.isnan(self.targets[neuron]):
            count = int(np.count_nonzero(~np.isnan(self.targets)))
            a, y = self.out(layer_index, neuron).value, float(self.targets[neuron])
            of_mean = self.loss in ("mse", "mae", "huber", "bce") and count > 1
            with np.errstate(all="ignore"):
                swapped = _slope_of_loss(self.loss, y, a) / (count if of_mean else 1)
            if self.loss not in ("cross_entropy",):
                found.append((swapped, Mistake("target and output swapped")))
            if of_mean:
                found.append((value * count, Mistake("division forgotten", subject=str(count))))
        return [Candidate(then(by_out), (mistake,)) for by_out, mistake in found]

    def _derivative_number(self, layer_index: int, neuron: int) -> WorkedNumber:
        activation = self.activation(layer_index)
        z = float(self.trace.layers[layer_index].pre_activations[0, neuron])
        a = self.out(layer_index, neuron)
        value = self.derivative(layer_index, neuron)
        templates = {
            "sigmoid": ("{}·(1 - {})", (a, a)),
            "tanh": ("1 - {}²", (a,)),
        }
        template, operands = templates.get(activation.name, ("f'({})", (Operand(z),)))
        by_hand: Callable[[Sequence[float]], float] = {
            "sigmoid": lambda values: values[0] * (1 - values[0]),
            "tanh": lambda values: 1 - values[0] ** 2,
        }.get(activation.name, lambda values: self.derivative(layer_index, neuron, values[0]))
        at_a = self.derivative(layer_index, neuron, a.value)
        name = self.name(layer_index, neuron)
        return WorkedNumber(
            self.cell("derivative", layer_index, neuron),
            "f'(z)",
            name,
            "",
            Expression((Term(template, operands),), by_hand),
            value,
            lambda: [_candidate(at_a, "derivative at a"), _candidate(-value, "sign")],
            _slope_in_words(activation, name, z, value),
            is_irrational=not activation.piecewise_linear
            and activation.name not in ("sigmoid", "tanh"),
        )

    def _delta_numbers(self, layer_index: int, neuron: int) -> list[WorkedNumber]:
        """δ of one neuron, and where the loss and the activation simplify the short way to it."""
        name, delta = self.name(layer_index, neuron), self.delta(layer_index, neuron)
        activation = self.activation(layer_index)
        by_out = self.by_out(layer_index, neuron)
        assert delta.cell is not None
        if activation.row_wise:
            symbols, expression = self._row_wise_delta(layer_index, neuron)
        else:
            symbols = "d loss / d a·f'(z)"
            slope = Operand(
                self.derivative(layer_index, neuron),
                cell=self.cell("derivative", layer_index, neuron),
            )
            expression = sum_of_products([product(by_out, slope)])
        way = "larger" if delta.value > 0 else "smaller"
        reason = f"a larger sum z of {name} would make the loss {way}" if delta.value else ""
        closed = _CLOSED_FORMS.get((self.loss, activation.name))
        is_last = layer_index == self.n_layers - 1
        if closed and is_last and not np.isfinite(by_out.value):
            reason = "the long way is ∞·0 here, as a is rounded to 0 or 1: the short way holds"
        numbers = [
            WorkedNumber(
                delta.cell,
                f"δ_{name}",
                name,
                symbols,
                expression,
                delta.value,
                lambda: self._wrong_deltas(layer_index, neuron),
                reason,
            )
        ]
        y = float(self.targets[neuron]) if is_last else np.nan
        if closed and is_last and not np.isnan(y):
            count = int(np.count_nonzero(~np.isnan(self.targets))) if self.loss == "bce" else 1
            a, target = self.out(layer_index, neuron), Operand(y, given=True)
            template = "e^{} - {}" if closed.startswith("e") else "{} - {}"

            def short(values: Sequence[float]) -> float:
                out = np.exp(values[0]) if closed.startswith("e") else values[0]
                return float(out - values[1]) / count

            around = {"before": "(", "after": f") / {count}"} if count > 1 else {}
            short_symbols = f"({closed}) / {count}" if count > 1 else closed
            numbers.append(
                WorkedNumber(
                    delta.cell,
                    f"δ_{name}",
                    name,
                    short_symbols,
                    Expression((Term(template, (a, target)),), short, **around),
                    delta.value,
                    reason=f"the short way: with {self.loss} after {activation.name} the rest "
                    f"cancels out",
                    is_short_way=True,
                )
            )
        return numbers

    def _row_wise_delta(self, layer_index: int, neuron: int) -> tuple[str, Expression]:
        """Σ_j d loss / d a_j·∂a_j/∂z_i of a softmax or log_softmax."""
        name = self.activation(layer_index).name
        sums = self.trace.layers[layer_index].pre_activations
        with np.errstate(all="ignore"):
            shares = softmax(sums)[0].tolist()
        own = Operand(shares[neuron], limits=(0.0, 1.0))
        terms = []
        for other, share in enumerate(shares):
            by_out = self.by_out(layer_index, other)
            if not by_out.value and other != neuron:
                continue
            other_share = Operand(share, limits=(0.0, 1.0))
            if name == "log_softmax":
                template = "{}·(1 - {})" if other == neuron else "{}·(-{})"
                terms.append(Term(template, (by_out, own)))
            elif other == neuron:
                terms.append(Term("{}·{}·(1 - {})", (by_out, own, own)))
            else:
                terms.append(Term("{}·{}·(-{})", (by_out, other_share, own)))

        def result(values: Sequence[float]) -> float:
            total, start = 0.0, 0
            for term in terms:
                numbers = list(values[start : start + len(term.operands)])
                start += len(numbers)
                last = 1 - numbers[-1] if "(1 - " in term.template else -numbers[-1]
                total += float(np.prod(numbers[:-1])) * last
            return total

        return "Σ_j d loss / d a_j·∂a_j/∂z_i", Expression(tuple(terms), result)

    def _wrong_deltas(self, layer_index: int, neuron: int) -> list[Candidate]:
        delta = self.delta(layer_index, neuron).value
        by_out = self.by_out(layer_index, neuron).value
        if self.activation(layer_index).row_wise:
            return [_candidate(-delta, "sign"), _candidate(by_out, "derivative forgotten")]
        slope = self.derivative(layer_index, neuron)
        at_a = self.derivative(layer_index, neuron, self.out(layer_index, neuron).value)
        return [
            _candidate(by_out, "derivative forgotten"),
            _candidate(by_out * at_a, "derivative at a"),
            *self._wrong_by_outs(layer_index, neuron, lambda wrong: wrong * slope),
        ]

    def _parameter_numbers(self, layer_index: int, neuron: int) -> list[Item]:
        delta = self.delta(layer_index, neuron)
        name = self.name(layer_index, neuron)
        values = self.trace.inputs_of(layer_index)[0]
        row = self.gradients.layers[layer_index].weights[neuron]
        names = input_names(self.session, layer_index)
        limits = self.activation(layer_index - 1).limits if layer_index else None
        shown = strongest(row, None, _MAX_WEIGHTS, _STRONGEST_WEIGHTS)
        items: list[Item] = []
        for column in shown:
            source = printable(names[column])
            value = Operand(float(values[column]), given=layer_index == 0, limits=limits)
            items.append(
                WorkedNumber(
                    self.cell("by_weight", layer_index, neuron, column),
                    f"d loss / d w({source}→{name})",
                    name,
                    f"δ_{name}·{source}",
                    sum_of_products([product(delta, value)]),
                    float(row[column]),
                    self._wrong_weights(layer_index, neuron, column),
                    ""
                    if value.value
                    else f"{source} is 0: whatever this weight is, it moves nothing",
                )
            )
        items += _left_out(len(row) - len(shown), "weight", "that matter less", layer_index)
        bias = self.gradients.layers[layer_index].bias[neuron]
        items.append(
            WorkedNumber(
                self.cell("by_bias", layer_index, neuron),
                f"d loss / d bias({name})",
                name,
                f"δ_{name}",
                Expression((Term("{}", (delta,)),), lambda values: values[0]),
                float(bias),
                lambda: self._wrong_deltas(layer_index, neuron),
            )
        )
        return items

    def _wrong_weights(
        self, layer_index: int, neuron: int, column: int
    ) -> Callable[[], list[Candidate]]:
        def wrong() -> list[Candidate]:
            values = self.trace.inputs_of(layer_index)[0].tolist()
            names = input_names(self.session, layer_index)
            delta = self.delta(layer_index, neuron).value
            found = [
                Candidate(one.value * values[column], one.mistakes)
                for one in self._wrong_deltas(layer_index, neuron)
            ]
            if len(values) <= _MAX_PATHS:
                found += [
                    _candidate(delta * value, "input of another neuron", printable(names[other]))
                    for other, value in enumerate(values)
                    if other != column
                ]
            return found

        return wrong


@dataclass(frozen=True, eq=False, slots=True)
class _Batch:
    """Several samples together: gradients holds the derivatives of the mean of their losses.

    shares: (n_samples,), the weight of each sample in the mean: 1, or where the loss is a mean over
    targets how many of its targets are set.
    """

    session: Session
    samples: list[int]
    trace: Trace
    gradients: Gradients
    shares: FloatArray

    @classmethod
    def of(cls, session: Session, samples: list[int]) -> _Batch:
        name = session.loss_name
        targets = session.targets_or_unset[samples]
        trace = session.network.forward(session.inputs[samples])
        shares = np.array([n_counted(name, row[np.newaxis]) for row in targets], dtype=np.float64)
        if (shares == shares[0]).all():
            shares = np.ones(len(samples))
        return cls(session, samples, trace, loss_gradients(trace, targets, name), shares)

    def mean_loss(self, numbers: list[WorkedNumber]) -> list[Item]:
        """The mean of the losses, where each has been worked out."""
        if len(numbers) < len(self.samples):
            return []
        operands = [Operand(number.value, cell=number.cell) for number in numbers]
        return [
            Line("heading", f"Loss of the {len(self.samples)} samples"),
            self._mean_number(Cell("loss"), "loss", "", operands),
        ]

    def means(self, selected: tuple[int, int] | None) -> list[Item]:
        """The mean of d loss / d parameter, layer by layer from the last."""
        items: list[Item] = [
            Line("heading", f"Mean of the {len(self.samples)} samples"),
            Line("formula", "d loss / d w = the mean over the samples; it makes the step"),
        ]
        for parameter in shown_parameters(self.session, self.gradients, selected):
            if isinstance(parameter, Line):
                items.append(parameter)
                continue
            layer_index, neuron = parameter.layer_index, parameter.neuron
            deltas = self.gradients.layers[layer_index].pre_activations[:, neuron]
            own = deltas * (float(np.sum(self.shares)) / self.shares)
            column = parameter.input if isinstance(parameter, Weight) else None
            if column is not None:
                own = own * self.trace.inputs_of(layer_index)[:, column]
            of: WorkedQuantity = "by_bias" if column is None else "by_weight"
            operands = [
                Operand(value, cell=Cell(of, layer_index, neuron, column, sample))
                for value, sample in zip(own.tolist(), self.samples, strict=True)
            ]
            items.append(
                self._mean_number(
                    Cell("mean", layer_index, neuron, column),
                    f"d loss / d {arrow(self.session, parameter)}",
                    neuron_name(self.session.network, layer_index, neuron),
                    operands,
                    self.gradients.of(parameter),
                )
            )
        return items

    def _mean_number(
        self,
        cell: Cell,
        name: str,
        owner: str,
        operands: list[Operand],
        value: float | None = None,
    ) -> WorkedNumber:
        shares, total = self.shares.tolist(), float(np.sum(self.shares))
        terms = tuple(
            Term("{}" if share == 1 else f"{share:g}·{{}}", (operand,))
            for share, operand in zip(shares, operands, strict=True)
        )

        def result(values: Sequence[float]) -> float:
            return float(np.dot(shares, values)) / total

        mean = result([one.value for one in operands]) if value is None else value
        return WorkedNumber(
            cell,
            name,
            owner,
            "",
            Expression(terms, result, "(", f") / {total:g}"),
            mean,
            lambda: [_candidate(mean * total, "mean forgotten"), _candidate(-mean, "sign")],
        )


def check_selected(session: Session, selected: tuple[int, int] | None) -> None:
    """Raise TypeError or ValueError unless there is such a neuron.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    selected
        The layer and the neuron, from 0, or None.
    """
    check_type(selected, tuple | None, "selected")
    if selected is None:
        return
    if len(selected) != 2:
        raise ValueError("selected: expected a layer and a neuron")
    layers = session.network.layers
    check_index(selected[0], len(layers), "layer")
    check_index(selected[1], layers[selected[0]].n_neurons, "neuron")


def shown_parameters(
    session: Session, gradients: Gradients, selected: tuple[int, int] | None
) -> list[Weight | Bias | Line]:
    """Return the parameters to write out, the last layer first, with lines that count the rest.

    Of large layers they are those of the current neuron and of the ones with the largest δ, and of
    many weights the ones with the largest derivatives.

    Parameters
    ----------
    session
        The network with its samples and names.
    gradients
        Those of the sample or the batch.
    selected
        The layer and neuron, from 0, that are written out in any case; None for none.

    Returns
    -------
    list[Weight | Bias | Line]
    """
    found: list[Weight | Bias | Line] = []
    for layer_index in range(len(gradients.layers) - 1, -1, -1):
        layer = gradients.layers[layer_index]
        found.append(Line("heading", layer_heading(session, layer_index), layer_index=layer_index))
        here = selected[1] if selected and selected[0] == layer_index else None
        neurons = strongest(layer.bias, here, _MAX_NEURONS, _STRONGEST_NEURONS)
        for neuron in neurons:
            row = layer.weights[neuron]
            columns = strongest(row, None, _MAX_WEIGHTS, _STRONGEST_WEIGHTS)
            found += [Weight(layer_index, neuron, column) for column in columns]
            found += _left_out(len(row) - len(columns), "weight", "that matter less", layer_index)
            found.append(Bias(layer_index, neuron))
        found += _left_out(
            len(layer.bias) - len(neurons), "neuron", "that matter less", layer_index
        )
    return found


def arrow(session: Session, parameter: Weight | Bias) -> str:
    """Return the short name of a weight or a bias: "w(h1→o1)", "bias(o1)".

    Parameters
    ----------
    session
        The network with its samples and names.
    parameter
        A weight or a bias of the network.

    Returns
    -------
    str
    """
    name = neuron_name(session.network, parameter.layer_index, parameter.neuron)
    if isinstance(parameter, Bias):
        return f"bias({name})"
    source = printable(input_name(session, parameter.layer_index, parameter.input))
    return f"w({source}→{name})"


def strongest(values: FloatArray, selected: int | None, most: int, kept: int) -> list[int]:
    """Return the places to show, in order: all if they are few, else the largest and `selected`.

    Parameters
    ----------
    values
        (n,), of which the largest by magnitude are kept.
    selected
        One more place to keep; None for none.
    most
        Up to how many are all shown.
    kept
        How many are kept of more.

    Returns
    -------
    list[int]
    """
    if len(values) <= most:
        return list(range(len(values)))
    sizes = np.abs(values)
    largest = np.argsort(-np.where(np.isnan(sizes), np.inf, sizes), kind="stable")[:kept]
    return sorted({*largest.tolist(), *([] if selected is None else [selected])})


def _left_out(count: int, what: str, which: str, layer_index: int | None = None) -> list[Line]:
    if not count:
        return []
    return [Line("note", f"… {counted(count, f'more {what}')} {which}", layer_index=layer_index)]


def _candidate(value: float, kind: MistakeKind, subject: str = "") -> Candidate:
    return Candidate(value, (Mistake(kind, subject=subject),))


def _shortened(symbols: list[str]) -> str:
    if len(symbols) > _MAX_SYMBOLS:
        symbols = [*symbols[:2], "…", symbols[-1]]
    return " + ".join(symbols)


def _slope_of_loss(loss: str, a: float, y: float) -> float:
    """The derivative of the loss of one output by a, before a mean over the outputs."""
    match loss:
        case "squared_error":
            return a - y
        case "mse":
            return 2 * (a - y)
        case "mae":
            return float(np.sign(a - y))
        case "huber":
            return float(np.clip(a - y, -HUBER_DELTA, HUBER_DELTA))
    one, zero = (np.float64(y) / a if y else 0.0), 0.0
    if loss == "bce" and y != 1:
        zero = (1 - y) / (np.float64(1) - a)
    return float(zero - one)


def _slope_in_words(activation: Activation, name: str, z: float, derivative: float) -> str:
    """What f'(z) means: how far a follows z, or why nothing flows back."""
    if activation.name == "step":
        return (
            f"step is flat on both sides of its jump: there is no slope to follow, and nothing "
            f"flows back through {name}"
        )
    if _is_kink(activation, z):
        return (
            f"the sum of {name} is just at a kink of {activation.name}, where the slope jumps: "
            f"it is taken as {format_number(derivative)}"
        )
    if derivative == 0:
        return f"{name} is flat here: a small change of z changes nothing, nothing flows back"
    if format_number(derivative) == "1":
        return f"out a of {name} moves just as far as z"
    way = "" if derivative > 0 else ", the other way"
    return f"out a of {name} moves {format_number(abs(derivative))} times as far as z{way}"


def _is_kink(activation: Activation, z: float) -> bool:
    """Whether the derivative jumps at z, or so near that rounding may have moved it there."""
    if not np.isfinite(z):
        return False
    step = _KINK_STEPS * float(np.spacing(max(abs(z), 1.0)))
    with np.errstate(all="ignore"):
        below, above = activation.derivative(np.array([z - step, z + step]))
    return bool(abs(above - below) > _KINK * max(abs(above), abs(below)))

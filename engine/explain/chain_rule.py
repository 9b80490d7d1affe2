"""The chain rule for one sample: how much each neuron, weight and input has to do with the loss.

d loss / d a is what a change of a neuron's out does to the loss; δ = (d loss / d a)·f'(z) what a
change of its sum does; and from it follow d loss / d w = δ·input and d loss / d b = δ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.explain.derivation import (
    MAX_NEURONS,
    MAX_WEIGHTS,
    STRONGEST_NEURONS,
    STRONGEST_WEIGHTS,
    Item,
    left_out,
    strongest,
)
from engine.explain.forward_pass import Line, layer_heading
from engine.explain.mistakes import Candidate, Mistake, MistakeKind
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
from engine.nn.arrays import FloatArray
from engine.nn.backprop import Gradients
from engine.nn.functional import softmax
from engine.nn.losses import LOSSES, counted_targets, derivative_by_output
from engine.nn.network import Trace
from engine.nn.parameters import neuron_name
from engine.nn.targets import n_set_numbers
from engine.session.names import input_name, input_names
from engine.session.session import Session
from engine.text import format_given, format_number, format_within, printable

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
class ChainRule:
    """One sample with everything that its backward pass is made of.

    targets: (n_outputs,), NaN where one does not count. gradients: of the loss of the sample.
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
        cls,
        session: Session,
        sample: int,
        gradients: Gradients,
        selected: tuple[int, int] | None,
    ) -> ChainRule:
        """Return the chain rule for a sample whose gradients are known.

        Parameters
        ----------
        session
            The network with its samples, targets and names.
        sample
            Its index, from 0.
        gradients
            Those of the loss of this sample alone.
        selected
            The layer and the neuron, from 0, that are worked out in full; None for none.

        Returns
        -------
        ChainRule
        """
        name = session.loss_name
        targets = counted_targets(name, session.targets_or_unset[[sample]])[0]
        trace = session.sample_trace(sample)
        return cls(session, sample, trace, name, targets, gradients, selected)

    def items(self) -> list[Item]:
        """Return the arithmetic, from the last layer to the inputs."""
        items: list[Item] = []
        for layer_index in range(self._n_layers - 1, -1, -1):
            items += self._layer(layer_index)
        return items + self._inputs()

    @property
    def _n_averaged(self) -> int:
        """Over how many outputs the loss is a mean; 1 if it is a sum."""
        return 1 if LOSSES[self.loss].of_samples else n_set_numbers(self.targets)

    @property
    def _n_layers(self) -> int:
        return len(self.session.network.layers)

    def _cell(self, of: WorkedQuantity, layer: int, neuron: int, column: int | None = None) -> Cell:
        return Cell(of, layer, neuron, column, self.sample)

    def _name(self, layer_index: int, neuron: int) -> str:
        return neuron_name(self.session.network, layer_index, neuron)

    def _activation(self, layer_index: int) -> Activation:
        return self.session.network.layers[layer_index].activation

    def _out(self, layer_index: int, neuron: int) -> Operand:
        value = float(self.trace.layers[layer_index].activations[0, neuron])
        return Operand(value, limits=self._activation(layer_index).limits)

    def _by_out(self, layer_index: int, neuron: int) -> Operand:
        value = float(self.gradients.layers[layer_index].activations[0, neuron])
        return Operand(value, cell=self._cell("by_out", layer_index, neuron))

    def _delta(self, layer_index: int, neuron: int) -> Operand:
        value = float(self.gradients.layers[layer_index].pre_activations[0, neuron])
        return Operand(value, cell=self._cell("delta", layer_index, neuron))

    def _derivative(self, layer_index: int, neuron: int, at: float | None = None) -> float:
        """f'(z) of a neuron, or f' at another number."""
        z = self.trace.layers[layer_index].pre_activations[0, neuron] if at is None else at
        with np.errstate(all="ignore"):
            return float(self._activation(layer_index).derivative(np.array([z]))[0])

    def _layer(self, layer_index: int) -> list[Item]:
        """The heading, the formula of the derivative, and the numbers of the neurons shown."""
        activation = self._activation(layer_index)
        deltas = self.gradients.layers[layer_index].pre_activations[0]
        selected = self.selected[1] if self.selected and self.selected[0] == layer_index else None
        shown = strongest(deltas, selected, MAX_NEURONS, STRONGEST_NEURONS)
        items: list[Item] = [
            Line("heading", layer_heading(self.session, layer_index), layer_index=layer_index)
        ]
        if activation.row_wise:
            formula = f"δ_i = Σ_j (d loss / d a_j)·∂a_j/∂z_i, {activation.derivative_formula}"
        else:
            formula = f"δ = (d loss / d a)·f'(z), f'(z) = {activation.derivative_formula}"
        items.append(Line("formula", formula, layer_index=layer_index))
        if activation.row_wise:
            items += [self._by_out_number(layer_index, neuron) for neuron in shown]
        for neuron in shown:
            if not activation.row_wise:
                items.append(self._by_out_number(layer_index, neuron))
                items.append(self._derivative_number(layer_index, neuron))
            items += self._delta_numbers(layer_index, neuron)
            items += self._parameter_numbers(layer_index, neuron)
        items += left_out(len(deltas) - len(shown), "neuron", "whose δ are smaller", layer_index)
        return items

    def _inputs(self) -> list[Item]:
        """d loss / d x of the inputs with the largest ones."""
        by_inputs = self.gradients.inputs[0]
        shown = strongest(by_inputs, None, MAX_NEURONS, STRONGEST_NEURONS)
        items: list[Item] = [Line("heading", "Inputs")]
        for feature in shown:
            name = printable(input_name(self.session, 0, feature))
            cell = Cell("by_input", input=feature, sample=self.sample)
            items.append(
                self._paths_number(cell, "d loss / d x", name, 0, feature, by_inputs[feature])
            )
        return [*items, *left_out(len(by_inputs) - len(shown), "input", "that matter less")]

    def _by_out_number(self, layer_index: int, neuron: int) -> WorkedNumber:
        cell = self._cell("by_out", layer_index, neuron)
        name, value = self._name(layer_index, neuron), self._by_out(layer_index, neuron).value
        if layer_index < self._n_layers - 1:
            return self._paths_number(cell, "d loss / d a", name, layer_index + 1, neuron, value)
        a, y = self._out(layer_index, neuron), float(self.targets[neuron])
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
        if self.loss == "cross_entropy" and self._activation(self._n_layers - 1).name == (
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
                f"{name} {how} {shown} and should give {wanted}: the loss looks at the right class "
                f"only, which gets what the others leave"
            )
        return (
            f"{name} {how} {shown} and should give {wanted}: it is too {side}, and a {wish} "
            f"{name} would make the loss smaller"
        )

    def _loss_derivative(self, a: Operand, y: Operand) -> tuple[str, Expression]:
        """d loss / d a of one output, in symbols and with its numbers."""
        count = self._n_averaged
        after = f" / {count}" if count > 1 else ""
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
        elif self._activation(self._n_layers - 1).name == "log_softmax":
            symbols, term = "-y", Term("-{}", (y,))
        else:
            symbols = "-y / a"
            term = Term("-1 / {}" if y.value == 1 else "0 / {}", (a,))
        before = ""
        if count > 1:
            bracketed = self.loss == "bce"
            symbols = f"({symbols}) / {count}" if bracketed else f"{symbols} / {count}"
            before, after = ("(", f"){after}") if bracketed else ("", after)

        place = next((at for at, one in enumerate(term.operands) if one is a), None)

        def result(values: Sequence[float]) -> float:
            if place is None:
                return -values[0]
            return derivative_by_output(self.loss, values[place], y.value) / count

        return symbols, Expression((term,), result, before, after)

    def _paths_number(
        self, cell: Cell, name: str, owner: str, after: int, column: int, value: float
    ) -> WorkedNumber:
        """d loss / d a of a neuron, or d loss / d x, by way of everything that reads it."""
        weights = self.session.network.layers[after].weights[:, column].tolist()
        names = [self._name(after, neuron) for neuron in range(len(weights))]
        terms = [
            product(self._delta(after, neuron), Operand(weight, given=True))
            for neuron, weight in enumerate(weights)
        ]
        symbols = _shortened([f"δ_{one}·w({owner}→{one})" for one in names])

        def wrong() -> list[Candidate]:
            found = [candidate(-value, "sign")]
            if not self._activation(after).row_wise:
                by_activations = self.gradients.layers[after].activations[0]
                found.append(candidate(float(by_activations @ weights), "derivative forgotten"))
            found += self._paths_forgotten(after, column, value)
            deltas = self.gradients.layers[after].pre_activations[0]
            return [*found, candidate(float(np.sum(deltas)), "weight forgotten")]

        ways = [
            (one, "grows" if term.operands[0].value * weight > 0 else "shrinks")
            for one, weight, term in zip(names, weights, terms, strict=True)
            if term.operands[0].value * weight
        ]
        reason = f"a larger {owner} would make the loss {'larger' if value > 0 else 'smaller'}"
        if not value:
            reason = f"a small change of {owner} would not move the loss"
        elif 1 < len(ways) <= _MAX_SYMBOLS:
            (first, way), *others = ways
            others_do = (f"through {one} it {how}" for one, how in others)
            reason += f": {', '.join([f'through {first} the loss {way}', *others_do])}"
        return WorkedNumber(
            cell, name, owner, symbols, sum_of_products(terms), float(value), wrong, reason
        )

    def _paths_forgotten(self, after: int, column: int, value: float) -> list[Candidate]:
        weights = self.session.network.layers[after].weights[:, column]
        deltas = self.gradients.layers[after].pre_activations[0]
        if not 1 < len(weights) <= _MAX_PATHS:
            return []
        return [
            candidate(value - float(part), "path forgotten", self._name(after, neuron))
            for neuron, part in enumerate(deltas * weights)
        ]

    def _wrong_by_outs(
        self, layer_index: int, neuron: int, then: Callable[[float], float]
    ) -> list[Candidate]:
        """Mistakes in d loss / d a, and the number that `then` makes of each."""
        value = self._by_out(layer_index, neuron).value
        found = [(-value, Mistake("sign"))]
        if layer_index < self._n_layers - 1:
            found += [
                (one.value, one.mistakes[0])
                for one in self._paths_forgotten(layer_index + 1, neuron, value)
            ]
        elif not np.isnan(self.targets[neuron]):
            count = self._n_averaged
            a, y = self._out(layer_index, neuron).value, float(self.targets[neuron])
            if self.loss != "cross_entropy":
                swapped = derivative_by_output(self.loss, y, a) / count
                found.append((swapped, Mistake("target and output swapped")))
            if count > 1:
                found.append((value * count, Mistake("division forgotten", subject=str(count))))
        return [Candidate(then(by_out), (mistake,)) for by_out, mistake in found]

    def _derivative_number(self, layer_index: int, neuron: int) -> WorkedNumber:
        activation = self._activation(layer_index)
        z = float(self.trace.layers[layer_index].pre_activations[0, neuron])
        a = self._out(layer_index, neuron)
        value = self._derivative(layer_index, neuron)
        templates = {
            "sigmoid": ("{}·(1 - {})", (a, a)),
            "tanh": ("1 - {}²", (a,)),
        }
        template, operands = templates.get(activation.name, ("f'({})", (Operand(z),)))
        by_hand: Callable[[Sequence[float]], float] = {
            "sigmoid": lambda values: values[0] * (1 - values[0]),
            "tanh": lambda values: 1 - values[0] ** 2,
        }.get(activation.name, lambda values: self._derivative(layer_index, neuron, values[0]))
        at_a = self._derivative(layer_index, neuron, a.value)
        name = self._name(layer_index, neuron)
        return WorkedNumber(
            self._cell("derivative", layer_index, neuron),
            "f'(z)",
            name,
            "",
            Expression((Term(template, operands),), by_hand),
            value,
            lambda: [candidate(at_a, "derivative at a"), candidate(-value, "sign")],
            _derivative_in_words(activation, name, z, value),
            is_irrational=not activation.piecewise_linear
            and activation.name not in ("sigmoid", "tanh"),
        )

    def _delta_numbers(self, layer_index: int, neuron: int) -> list[WorkedNumber]:
        """δ of one neuron, and where the loss and the activation simplify the short way to it."""
        name, delta = self._name(layer_index, neuron), self._delta(layer_index, neuron)
        activation = self._activation(layer_index)
        by_out = self._by_out(layer_index, neuron)
        assert delta.cell is not None
        if activation.row_wise:
            symbols, expression = self._row_wise_delta(layer_index, neuron)
        else:
            symbols = "(d loss / d a)·f'(z)"
            derivative = Operand(
                self._derivative(layer_index, neuron),
                cell=self._cell("derivative", layer_index, neuron),
            )
            expression = sum_of_products([product(by_out, derivative)])
        way = "larger" if delta.value > 0 else "smaller"
        reason = f"a larger sum z of {name} would make the loss {way}" if delta.value else ""
        closed = _CLOSED_FORMS.get((self.loss, activation.name))
        is_last = layer_index == self._n_layers - 1
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
            count = self._n_averaged
            a, target = self._out(layer_index, neuron), Operand(y, given=True)
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
        """Σ_j (d loss / d a_j)·∂a_j/∂z_i of a softmax or log_softmax."""
        name = self._activation(layer_index).name
        sums = self.trace.layers[layer_index].pre_activations
        with np.errstate(all="ignore"):
            shares = softmax(sums)[0].tolist()
        own = Operand(shares[neuron], limits=(0.0, 1.0))
        terms = []
        for other, share in enumerate(shares):
            by_out = self._by_out(layer_index, other)
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

        return "Σ_j (d loss / d a_j)·∂a_j/∂z_i", Expression(tuple(terms), result)

    def _wrong_deltas(self, layer_index: int, neuron: int) -> list[Candidate]:
        delta = self._delta(layer_index, neuron).value
        by_out = self._by_out(layer_index, neuron).value
        if self._activation(layer_index).row_wise:
            return [candidate(-delta, "sign"), candidate(by_out, "derivative forgotten")]
        derivative = self._derivative(layer_index, neuron)
        at_a = self._derivative(layer_index, neuron, self._out(layer_index, neuron).value)
        return [
            candidate(by_out, "derivative forgotten"),
            candidate(by_out * at_a, "derivative at a"),
            *self._wrong_by_outs(layer_index, neuron, lambda wrong: wrong * derivative),
        ]

    def _parameter_numbers(self, layer_index: int, neuron: int) -> list[Item]:
        delta = self._delta(layer_index, neuron)
        name = self._name(layer_index, neuron)
        values = self.trace.inputs_of(layer_index)[0]
        row = self.gradients.layers[layer_index].weights[neuron]
        names = input_names(self.session, layer_index)
        limits = self._activation(layer_index - 1).limits if layer_index else None
        shown = strongest(row, None, MAX_WEIGHTS, STRONGEST_WEIGHTS)
        items: list[Item] = []
        for column in shown:
            source = printable(names[column])
            value = Operand(float(values[column]), given=layer_index == 0, limits=limits)
            items.append(
                WorkedNumber(
                    self._cell("by_weight", layer_index, neuron, column),
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
        items += left_out(len(row) - len(shown), "weight", "that matter less", layer_index)
        bias = self.gradients.layers[layer_index].bias[neuron]
        items.append(
            WorkedNumber(
                self._cell("by_bias", layer_index, neuron),
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
            delta = self._delta(layer_index, neuron).value
            found = [
                Candidate(one.value * values[column], one.mistakes)
                for one in self._wrong_deltas(layer_index, neuron)
            ]
            if len(values) <= _MAX_PATHS:
                found += [
                    candidate(delta * value, "input of another neuron", printable(names[other]))
                    for other, value in enumerate(values)
                    if other != column
                ]
            return found

        return wrong


def candidate(value: float, kind: MistakeKind, subject: str = "") -> Candidate:
    """Return the result of one mistake.

    Parameters
    ----------
    value
        What the mistake leads to.
    kind
        Which mistake it is.
    subject
        What it was made with, such as the name of a neuron; "" for nothing.

    Returns
    -------
    Candidate
    """
    return Candidate(value, (Mistake(kind, subject=subject),))


def _shortened(symbols: list[str]) -> str:
    if len(symbols) > _MAX_SYMBOLS:
        symbols = [*symbols[:2], "…", symbols[-1]]
    return " + ".join(symbols)


def _derivative_in_words(activation: Activation, name: str, z: float, derivative: float) -> str:
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

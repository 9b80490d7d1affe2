"""The arithmetic of one neuron with its numbers plugged in, so that it can be checked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext

import numpy as np

from engine.activations import Activation, FloatArray
from engine.numbers import format_given, format_number, format_within, is_exact
from engine.parameters import neuron_name
from engine.session import Session

_WIDTH_OF_A_GIVEN_NUMBER = 7
_MOST_DECIMALS_OF_A_ROUNDING = 15
_FEW = 100
_MOST_POWERS = 20
_EXACT = Context(prec=60, traps=[Inexact])


@dataclass(frozen=True, eq=False, slots=True)
class NeuronExplanation:
    """How one neuron came to its out for one sample.

    weights, inputs: (n_inputs,). layer_sums: the sums z of the whole layer, (n_neurons,), which a
    softmax needs. pre_activation is z, out is a.
    """

    name: str
    neuron: int
    weights: FloatArray
    inputs: FloatArray
    bias: float
    activation: Activation
    layer_sums: FloatArray
    out: float

    @property
    def pre_activation(self) -> float:
        return float(self.layer_sums[self.neuron])

    @property
    def products(self) -> FloatArray:
        """weights · inputs, one by one, (n_inputs,)."""
        with np.errstate(all="ignore"):
            products: FloatArray = self.weights * self.inputs
        return products

    def product(self, place: int, digits: int = 4) -> str:
        """Return "0.2·1": one weight times its input, the place counted from 0."""
        return f"{factor(self.weights[place], digits)}·{factor(self.inputs[place], digits)}"

    def line(self, digits: int = 4, width: int | None = None) -> str:
        """Return the whole arithmetic in one line; in `width` characters as much of it as fits.

        Such as "h1: 0.2·1 + (-0.5)·2 + 1·3 + 0.1 = 2.3   relu(2.3) = 2.3".
        """
        squash = self.squash(digits, in_full=width is None)
        if width is None:
            return f"{self.name}: {self.sum(digits)}   {squash}"
        room = width - len(self.name) - len(squash) - 5
        terms = self.sum(digits, room)
        result = terms[terms.rfind(" ") - 1 :]
        shorter = (
            f"{self.name}: {terms}   {squash}",
            f"{self.name}: sum z {result}   {squash}",
            f"{self.name}: {squash}",
            f"{self.name} {squash[squash.rfind(' ') - 1 :]}",
        )
        return next((line for line in shorter if len(line) <= width), shorter[-1])

    def sum(self, digits: int = 4, width: int | None = None) -> str:
        """Return "0.2·1 + … + 0.1 = 2.3", of at most `width` characters where that can be."""
        terms = self._terms(digits, width)
        result = format_number(self.pre_activation, digits)
        sign = "=" if self._adds_up_to(result, digits) else "≈"
        end = f" + {factor(self.bias, digits)} {sign} {result}"
        return _joined(terms, len(self.weights), None if width is None else width - len(end)) + end

    def squash(self, digits: int = 4, *, in_full: bool = True) -> str:
        """Return "relu(2.3) = 2.3": the activation with its number plugged in, and the out.

        A softmax needs the sums of its whole layer: in full it is worked out over all of them.
        """
        z = format_number(self.pre_activation, digits)
        a = format_within(self.out, self.activation.limits, digits)
        if self.activation.row_wise:
            text = f"{self.activation.text}({z}, …)"
            return f"{self._over_the_layer(digits) if in_full else text} ≈ {a}"
        exact = self._gives_shown(z, a) and (is_exact(a, self.out) or self._adds_up_to(z, digits))
        return f"{self.activation.text}({z}) {'=' if exact else '≈'} {a}"

    def _gives_shown(self, z: str, a: str) -> bool:
        """Whether the activation makes of the sum as shown exactly the out as shown.

        A curve hardly ever gives a number of few decimals; straight lines do.
        """
        if not self.activation.piecewise_linear:
            return False
        with np.errstate(all="ignore"):
            return is_exact(a, float(self.activation.forward(np.array([float(z)]))[0]))

    def _over_the_layer(self, digits: int) -> str:
        """A softmax or log_softmax with the sums of the layer plugged in."""
        powers = [f"e^{factor(float(z), digits)}" for z in self.layer_sums[:_MOST_POWERS]]
        if len(self.layer_sums) > _MOST_POWERS:
            powers.append(f"… {len(self.layer_sums) - _MOST_POWERS} more …")
        total = " + ".join(powers)
        z = factor(self.pre_activation, digits)
        if self.activation.name == "log_softmax":
            return f"log_softmax: {z} - log({total})"
        return f"softmax: e^{z} / ({total})"

    def _terms(self, digits: int, width: int | None) -> list[str]:
        """The products as text, the last among them, no more than `width` could ever show."""
        n_inputs = len(self.weights)
        most = n_inputs if width is None else max(2, width // 3)
        places = list(range(min(n_inputs, most)))
        if n_inputs > most:
            places.append(n_inputs - 1)
        return [self.product(place, digits) for place in places]

    def _adds_up_to(self, result: str, digits: int) -> bool:
        """Whether every number is shown in full and, added by hand, they make exactly `result`."""
        places = np.flatnonzero(self.products)
        if len(places) > _FEW or not self._shown_in_full(digits):
            return False
        with localcontext(_EXACT):
            try:
                total = sum(
                    (
                        _decimal(self.weights[place], digits) * _decimal(self.inputs[place], digits)
                        for place in places
                    ),
                    _decimal(self.bias, digits),
                )
            except Inexact:
                return False
            return total == Decimal(result)

    def _shown_in_full(self, digits: int) -> bool:
        given = np.concatenate([self.weights, self.inputs, [self.bias]])
        with np.errstate(all="ignore"):
            rounded = np.round(given, min(digits, _MOST_DECIMALS_OF_A_ROUNDING))
            inexact = given[~np.isclose(rounded, given, rtol=1e-15, atol=0)]
        return len(inexact) <= _FEW and all(
            is_exact(shown_in_a_sum(number, digits), float(number)) for number in inexact
        )


def explain_neuron(
    session: Session, layer_index: int, neuron: int, sample: int = 0
) -> NeuronExplanation:
    """Return the arithmetic of one neuron for one sample; indices count from 0."""
    trace = session.sample_trace(sample)
    layer = session.network.layers[layer_index]
    return NeuronExplanation(
        neuron_name(session.network, layer_index, neuron),
        neuron,
        layer.weights[neuron],
        trace.inputs_of(layer_index)[0],
        float(layer.bias[neuron]),
        layer.activation,
        trace.layers[layer_index].pre_activations[0],
        float(trace.layers[layer_index].activations[0, neuron]),
    )


def shown_in_a_sum(value: float, digits: int = 4) -> str:
    """Return a weight, an input or a bias as the arithmetic shows it."""
    return format_given(value, digits, _WIDTH_OF_A_GIVEN_NUMBER)


def factor(value: float, digits: int = 4) -> str:
    """Return a number as it stands in a product or a sum: in brackets where it is negative."""
    text = shown_in_a_sum(value, digits)
    return f"({text})" if text.startswith("-") else text


def _decimal(value: float, digits: int) -> Decimal:
    return Decimal(shown_in_a_sum(value, digits))


def _joined(terms: list[str], n_terms: int, width: int | None) -> str:
    """The terms joined by "+"; where they are too long the middle ones are counted instead."""
    text = " + ".join(terms)
    all_there = len(terms) == n_terms
    if all_there and (width is None or len(text) <= width):
        return text
    # The count takes room too: where all terms are there, at least two have to go.
    for n_kept in range(len(terms) - 1 - all_there, 0, -1):
        count = f"… {n_terms - 1 - n_kept} more …"
        text = " + ".join([*terms[:n_kept], count, terms[-1]])
        if width is None or len(text) <= width:
            break
    return text

"""The arithmetic of one neuron with its numbers plugged in, to check by hand.

If a sum has more products than there is room for, some are written and the rest counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext
from functools import partial

import numpy as np

from engine.nn.activations import Activation
from engine.nn.arguments import check_type
from engine.nn.arrays import FloatArray
from engine.nn.parameters import Bias, neuron_name, parameter_in
from engine.nn.values import Value
from engine.session.session import Session
from engine.text import equal_to, format_given, format_number, format_within, is_exact

_MIN_TERM_LENGTH = len("0·0 + ")

MAX_GIVEN_LENGTH = 7
"""A number of up to this many characters is shown as it was typed."""

_MIN_DIGITS = 2
_MAX_DECIMALS_OF_A_ROUNDING = 15
"""A float64 holds no more decimals of a number from 1 up."""

_FEW = 100
"""Nobody adds more products than this by hand, so their exact sum is not worked out."""
_MAX_POWERS = 20

_EXACT = Context(prec=60, traps=[Inexact])


def terms_in(
    product: Callable[[int], str],
    n_terms: int,
    room: int | None,
    place: int = 0,
    least: int = 2,
    *,
    counted: bool = True,
) -> str:
    """Return the products joined by "+": all of them, or as many as fit into `room` characters.

    Parameters
    ----------
    product
        Maps a place, from 0, to its text.
    n_terms
        How many terms a sum has.
    room
        How many characters there are.
    place
        The product that is always shown; the last one and the first ones come next, at least
        `least` in all however little room there is. Those left out are counted, as in "… 3 more …",
        or with `counted` False just "…".
    least
        The least number allowed.
    counted
        How many are counted.

    Returns
    -------
    str
    """
    if n_terms <= least or room is None or n_terms <= room // _MIN_TERM_LENGTH:
        text = " + ".join(map(product, range(n_terms)))
        if n_terms <= least or room is None or len(text) <= room:
            return text
    shown: dict[int, str] = {}
    text = ""
    for number, one in enumerate(_by_importance(n_terms, place), start=1):
        shown[one] = product(one)
        longer = _joined(shown, n_terms, counted=counted)
        if number > least and len(longer) > room:
            break
        text = longer
    return text


def _by_importance(n_terms: int, place: int) -> Iterator[int]:
    yield place
    if place != n_terms - 1:
        yield n_terms - 1
    yield from (one for one in range(n_terms - 1) if one != place)


def _joined(shown: dict[int, str], n_terms: int, *, counted: bool) -> str:
    """The terms shown, in order, with the number of those left out between them."""
    if len(shown) == 1:
        return f"{next(iter(shown.values()))} + {_gap(n_terms - 1, counted=counted)}"
    parts = []
    following = 0
    for place in sorted(shown):
        if place > following:
            parts.append(_gap(place - following, counted=counted))
        parts.append(shown[place])
        following = place + 1
    if following < n_terms:
        parts.append(_gap(n_terms - following, counted=counted))
    return " + ".join(parts)


def _gap(n_left_out: int, *, counted: bool) -> str:
    return f"… {n_left_out} more …" if counted else "…"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class NeuronExplanation(Value):
    """How one neuron arrives at its activation for one sample.

    Parameters
    ----------
    name
        As the screen has it, such as "h2".
    neuron
        The index of the neuron, from 0.
    weights, inputs
        (n_inputs,).
    bias
        Its bias b.
    activation
        What turns the sum z into `out`.
    layer_sums
        The sums z of the whole layer, (n_neurons,), which a softmax needs. pre_activation is z, out
        is a.
    out
        What it gives: its activation a.
    input_limits
        The limits of the previous layer's activation; None for the first layer.
    """

    name: str
    neuron: int
    weights: FloatArray
    inputs: FloatArray
    bias: float
    activation: Activation
    layer_sums: FloatArray
    out: float
    input_limits: tuple[float, float] | None = None

    @property
    def pre_activation(self) -> float:
        """The sum z of the neuron."""
        return float(self.layer_sums[self.neuron])

    @property
    def products(self) -> FloatArray:
        """weights · inputs, one by one, (n_inputs,)."""
        with np.errstate(all="ignore"):
            products: FloatArray = self.weights * self.inputs
        return products

    def product(self, place: int, digits: int = 4, longest: int = MAX_GIVEN_LENGTH) -> str:
        """Return "0.2·1": one weight times its input, the place counted from 0.

        Parameters
        ----------
        place
            The index of the input, from 0.
        digits
            The most decimals.
        longest
            The most characters.

        Returns
        -------
        str
        """
        weight = factor(self.weights[place], digits, longest)
        return f"{weight}·{in_brackets(self.input(place, digits, longest))}"

    def input(self, place: int, digits: int = 4, longest: int = MAX_GIVEN_LENGTH) -> str:
        """Return one input as the screen shows it in the layer it comes from.

        Parameters
        ----------
        place
            The index of the input, from 0.
        digits
            The most decimals.
        longest
            The most characters.

        Returns
        -------
        str
        """
        value = float(self.inputs[place])
        if self.input_limits is None:
            return shown_in_a_sum(value, digits, longest)
        return format_within(value, self.input_limits, digits)

    def line(self, digits: int = 4, width: int | None = None, place: int = 0) -> str:
        """Return the arithmetic in one line, as much of it as fits into `width` characters.

        Such as "h1: 0.2·1 + (-0.5)·2 + 1·3 + 0.1 = 2.3 relu(2.3) = 2.3". When room is short,
        numbers lose decimals first; the product at `place` is kept longest.

        Parameters
        ----------
        digits
            The most decimals.
        width
            The most characters.
        place
            The index of the input, from 0.

        Returns
        -------
        str
        """
        if width is None:
            return f"{self.name}: {self.sum(digits)}   {self.squash(digits)}"
        line = ""
        for line in self._lines(digits, width, place):
            if len(line) <= width:
                break
        return line

    def _lines(self, digits: int, width: int, place: int) -> Iterator[str]:
        """Lines for `width` characters, from the whole arithmetic down to the activation alone."""
        squash = self.squash(digits, in_full=False)
        _, sign, out = squash.rsplit(" ", 2)
        in_short = f"{self.activation.text} {sign} {out}"
        for least, counted in ((len(self.weights), True), (2, True), (1, True), (1, False)):
            for end in (squash, in_short):
                room = width - len(self.name) - len(end) - len(":    ")
                terms = self._sum_in(room, digits, place, least, counted=counted)
                if terms is not None:
                    yield f"{self.name}: {terms}   {end}"
        z = format_number(self.pre_activation, digits)
        result = f"{'=' if self._adds_up_to(z, digits) else '≈'} {z}"
        yield f"{self.name}: sum z {result}   {squash}"
        yield f"{self.name}: sum z {result}   {in_short}"
        yield f"{self.name}: {squash}"
        yield f"{self.name} {sign} {out}"

    def _sum_in(
        self, room: int, digits: int, place: int, least: int, *, counted: bool
    ) -> str | None:
        """The sum in `room` characters with at least `least` of its products, or None."""
        n_inputs = len(self.weights)
        if room < least * len("0·0 + "):
            return None
        result = format_number(self.pre_activation, digits)
        for fewer, longest in _precisions(digits):
            bias = factor(self.bias, fewer, longest)
            product = partial(self.product, digits=fewer, longest=longest)
            left = room - len(f" + {bias} = {result}")
            terms = terms_in(product, n_inputs, left, place, least, counted=counted)
            if len(terms) <= left:
                sign = "=" if self._adds_up_to(result, fewer, longest) else "≈"
                return f"{terms} + {bias} {sign} {result}"
        return None

    def sum(self, digits: int = 4, width: int | None = None) -> str:
        """Return "0.2·1 + … + 0.1 = 2.3", within `width` characters if possible.

        Parameters
        ----------
        digits
            The most decimals.
        width
            The most characters.

        Returns
        -------
        str
        """
        result = format_number(self.pre_activation, digits)
        sign = "=" if self._adds_up_to(result, digits) else "≈"
        end = f" + {factor(self.bias, digits)} {sign} {result}"
        room = None if width is None else width - len(end)
        return terms_in(partial(self.product, digits=digits), len(self.weights), room) + end

    def squash(self, digits: int = 4, *, in_full: bool = True) -> str:
        """Return "relu(2.3) = 2.3": the activation with its number plugged in, and its value.

        A softmax needs the sums of its whole layer: with `in_full` they are written out.

        Parameters
        ----------
        digits
            The most decimals.
        in_full
            Whether every term is shown.

        Returns
        -------
        str
        """
        z = format_number(self.pre_activation, digits)
        a = format_within(self.out, self.activation.limits, digits)
        if self.activation.row_wise:
            text = f"{self.activation.text}({z}, …)"
            left = self._over_the_layer(digits) if in_full else text
            return f"{left} {equal_to(a, exact=False)}"
        exact = self._gives_shown(z, a) and (is_exact(a, self.out) or self._adds_up_to(z, digits))
        return f"{self.activation.text}({z}) {equal_to(a, exact=exact)}"

    def _gives_shown(self, z: str, a: str) -> bool:
        """Whether the activation maps the sum as shown exactly to the value as shown.

        A curve hardly ever gives a number with few decimals; straight lines do.
        """
        if not self.activation.piecewise_linear:
            return False
        with np.errstate(all="ignore"):
            return is_exact(a, float(self.activation.forward(np.array([float(z)]))[0]))

    def _over_the_layer(self, digits: int) -> str:
        """A softmax or log_softmax with the sums of the layer plugged in."""
        powers = [
            f"e^{in_brackets(format_number(float(z), digits))}"
            for z in self.layer_sums[:_MAX_POWERS]
        ]
        if len(self.layer_sums) > _MAX_POWERS:
            powers.append(f"… {len(self.layer_sums) - _MAX_POWERS} more …")
        total = " + ".join(powers)
        z = in_brackets(format_number(self.pre_activation, digits))
        if self.activation.name == "log_softmax":
            return f"log_softmax: {z} - log({total})"
        return f"softmax: e^{z} / ({total})"

    def _adds_up_to(self, result: str, digits: int, longest: int = MAX_GIVEN_LENGTH) -> bool:
        """Whether every number is shown in full and adding them by hand gives exactly `result`."""
        if result == "nan":
            return True
        places = np.flatnonzero(self.products)
        if len(places) > _FEW or not self._shown_in_full(digits, longest):
            return False

        def shown(number: float) -> Decimal:
            return Decimal(shown_in_a_sum(number, digits, longest))

        with localcontext(_EXACT):
            try:
                total = sum(
                    (
                        shown(self.weights[place]) * Decimal(self.input(place, digits, longest))
                        for place in places.tolist()
                    ),
                    shown(self.bias),
                )
            except Inexact:
                return False
            return total == Decimal(result)

    def _shown_in_full(self, digits: int, longest: int) -> bool:
        numbers = np.concatenate([self.inputs, self.weights, [self.bias]])
        with np.errstate(all="ignore"):
            rounded = np.round(numbers, min(digits, _MAX_DECIMALS_OF_A_ROUNDING))
            inexact = np.flatnonzero(~np.isclose(rounded, numbers, rtol=1e-15, atol=0))
        return len(inexact) <= _FEW and all(
            is_exact(
                self.input(place, digits, longest)
                if place < len(self.inputs)
                else shown_in_a_sum(numbers[place], digits, longest),
                float(numbers[place]),
            )
            for place in inexact.tolist()
        )


def explain_neuron(
    session: Session, layer_index: int, neuron: int, sample: int = 0
) -> NeuronExplanation:
    """Return the arithmetic of one neuron for one sample; indices count from 0.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    sample
        The index of the sample, from 0.

    Returns
    -------
    NeuronExplanation
    """
    check_type(session, Session, "session")
    parameter_in(session.network, Bias(layer_index, neuron))
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
        session.network.layers[layer_index - 1].activation.limits if layer_index else None,
    )


def shown_in_a_sum(value: float, digits: int = 4, longest: int = MAX_GIVEN_LENGTH) -> str:
    """Return a weight, an input or a bias as the arithmetic shows it.

    Parameters
    ----------
    value
        Any float64.
    digits
        The most decimals.
    longest
        The most characters.

    Returns
    -------
    str
    """
    return format_given(value, digits, longest)


def factor(value: float, digits: int = 4, longest: int = MAX_GIVEN_LENGTH) -> str:
    """Return a number as written in a product or a sum: in brackets if it is negative.

    Parameters
    ----------
    value
        Any float64.
    digits
        The most decimals.
    longest
        The most characters.

    Returns
    -------
    str
    """
    return in_brackets(shown_in_a_sum(value, digits, longest))


def in_brackets(text: str) -> str:
    """Return the text of a number, in brackets if it starts with a sign.

    Parameters
    ----------
    text
        That of a number.

    Returns
    -------
    str
    """
    return f"({text})" if text[0] in "-<>" else text


def _precisions(digits: int) -> list[tuple[int, int]]:
    """Pairs of decimals and the longest number shown as typed, from most to fewest."""
    fewer = range(min(digits, 4) - 1, _MIN_DIGITS - 1, -1)
    return [(digits, MAX_GIVEN_LENGTH), *((one, one + len("-0.")) for one in fewer)]

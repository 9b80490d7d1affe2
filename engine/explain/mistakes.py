"""Mistakes made when a neuron is worked out by hand, and the number each one gives."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np

from engine.explain.neuron import NeuronExplanation, in_brackets, shown_in_a_sum
from engine.nn.arrays import FloatArray
from engine.text import format_number

Quantity = Literal["sum", "out"]

MistakeKind = Literal[
    "bias forgotten",
    "activation not applied",
    "bias subtracted",
    "sign of the sum",
    "product left out",
    "sign of a product",
    "added, not multiplied",
    "activation applied already",
    "activation of another sum",
    "activation applied twice",
    "softmax not normalised",
    "sign",
    "derivative forgotten",
    "derivative at a",
    "target and output swapped",
    "path forgotten",
    "input of another neuron",
    "weight forgotten",
    "division forgotten",
    "mean forgotten",
    "learning rate forgotten",
    "state forgotten",
]

_ORDER: tuple[MistakeKind, ...] = get_args(MistakeKind)
"""The simplest first."""
_BIAS = -1
"""The place of the bias; those of the products count from 0."""
_MAX_INPUTS = 40
"""With more inputs, one of the many small products would explain almost any number."""
_MAX_INPUTS_FOR_TWO = 12
"""With more inputs, one of the many pairs of mistakes would fit almost any number."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake; place: the product or the other neuron it is about, from 0.

    subject: the name of what it is about, where the mistake is one of the backward pass.
    """

    kind: MistakeKind
    place: int | None = None
    subject: str = ""

    def in_words(self) -> str:
        """Describe a mistake of the backward pass or the update as a clause to follow "when"."""
        return _BACKWARD_CLAUSES[self.kind].format(self.subject)

    def clause(self, explanation: NeuronExplanation, digits: int = 4) -> str:
        """Describe it as a clause to follow "when": "the bias -0.3 is forgotten".

        Parameters
        ----------
        explanation
            How the neuron computes.
        digits
            The most decimals.

        Returns
        -------
        str
        """
        name = explanation.activation.name
        match self.kind, self.place:
            case "bias forgotten", None:
                return f"the bias {shown_in_a_sum(explanation.bias, digits)} is forgotten"
            case "bias subtracted", None:
                return (
                    f"the bias {shown_in_a_sum(explanation.bias, digits)} is subtracted, not added"
                )
            case "activation not applied", None:
                return f"{name} is not applied"
            case "sign of the sum", None:
                return "the sign of the sum is flipped"
            case "product left out", int(place):
                return f"{explanation.product(place, digits)} is left out"
            case "sign of a product", int(place):
                return f"the sign of {explanation.product(place, digits)} is flipped"
            case "added, not multiplied", int(place):
                weight = shown_in_a_sum(explanation.weights[place], digits)
                x = in_brackets(explanation.input(place, digits))
                return f"{weight} and {x} are added, not multiplied"
            case "activation applied already", None:
                return f"{name} is applied already"
            case "activation of another sum", int(place):
                z = format_number(float(explanation.layer_sums[place]), digits)
                other = re.sub(r"\d+$", str(place + 1), explanation.name)
                return f"{name} is applied to {z}, the sum of {other}"
            case "activation applied twice", None:
                return f"{name} is applied twice"
        return "e^z is not divided by the sum of e^z over the layer"


_BACKWARD_CLAUSES: dict[str, str] = {
    "sign": "the sign is flipped",
    "derivative forgotten": "the factor f'(z) is forgotten",
    "derivative at a": "f' is taken at the out a, not at the sum z",
    "target and output swapped": "target and out are swapped",
    "path forgotten": "the path through {} is forgotten",
    "input of another neuron": "{} is taken for the input",
    "weight forgotten": "the weight is forgotten",
    "division forgotten": "the division by {} is forgotten",
    "mean forgotten": "the samples are added up, and their mean is not taken",
    "learning rate forgotten": "the learning rate is forgotten",
    "state forgotten": "what the optimiser remembers is forgotten",
}


class Candidate(NamedTuple):
    """A wrong result, and the mistakes that lead to it."""

    value: float
    mistakes: tuple[Mistake, ...]


class _Change(NamedTuple):
    """A mistake within the sum: the part of the sum it is about, and how far it moves z."""

    mistake: Mistake
    part: int
    by: float


def single_mistakes(explanation: NeuronExplanation, of: Quantity) -> list[Candidate]:
    """Return the result of each single mistake, the simplest mistake first.

    Parameters
    ----------
    explanation
        How the neuron computes.
    of
        Whether the sum z or the activation a was asked for. Results that are not finite are left
        out.

    Returns
    -------
    list[Candidate]
    """
    z = explanation.pre_activation
    sums = [(z + change.by, change.mistake) for change in _changes(explanation)]
    sums.append((-z, Mistake("sign of the sum")))
    if of == "sum":
        found = [Candidate(value, (mistake,)) for value, mistake in sums]
        found.append(Candidate(explanation.out, (Mistake("activation applied already"),)))
    else:
        found = [Candidate(z, (Mistake("activation not applied"),))]
        found += _activations_of(
            explanation, [Candidate(value, (mistake,)) for value, mistake in sums]
        )
        found += _other_activations(explanation)
    return sorted(_finite(found), key=_simplicity)


def double_mistakes(explanation: NeuronExplanation, of: Quantity) -> list[Candidate]:
    """Return the results of two mistakes together, the simplest first.

    Two products are only paired with the same mistake, and two mistakes in the sum are only
    considered behind a curved activation: among more pairs, one would match almost any number by
    accident. For the same reason there are none for a neuron with many inputs.

    Parameters
    ----------
    explanation
        How the neuron computes.
    of
        What it is made of.

    Returns
    -------
    list[Candidate]
    """
    if len(explanation.weights) > _MAX_INPUTS_FOR_TWO:
        return []
    z = explanation.pre_activation
    changes = _changes(explanation)
    one = [Candidate(z + change.by, (change.mistake,)) for change in changes]
    flip = Mistake("sign of the sum")
    two = [Candidate(-value, (*mistakes, flip)) for value, mistakes in one]
    two += [
        Candidate(z + first.by + second.by, (first.mistake, second.mistake))
        for first, second in itertools.combinations(changes, 2)
        if first.part != second.part
        and (first.part == _BIAS or first.mistake.kind == second.mistake.kind)
        and not (first.part == _BIAS and second.mistake.kind == "added, not multiplied")
    ]
    if of == "sum":
        already = Mistake("activation applied already")
        found = two + [
            Candidate(out, (*mistakes, already))
            for out, mistakes in _activations_of(explanation, one)
        ]
    else:
        not_applied = Mistake("activation not applied")
        found = [Candidate(value, (*mistakes, not_applied)) for value, mistakes in one]
        found.append(Candidate(-z, (flip, not_applied)))
        if not explanation.activation.piecewise_linear:
            found += _activations_of(explanation, two)
    return sorted(_finite(found), key=_simplicity)


def _simplicity(candidate: Candidate) -> tuple[int, ...]:
    return tuple(_ORDER.index(mistake.kind) for mistake in candidate.mistakes)


def _finite(candidates: list[Candidate]) -> Iterator[Candidate]:
    return (candidate for candidate in candidates if np.isfinite(candidate.value))


def _changes(explanation: NeuronExplanation) -> list[_Change]:
    """Every mistake within the sum that changes it; with many inputs only those about the bias."""
    bias = explanation.bias
    changes = [
        _Change(Mistake("bias forgotten"), _BIAS, -bias),
        _Change(Mistake("bias subtracted"), _BIAS, -2 * bias),
    ]
    products = explanation.products.tolist() if len(explanation.weights) <= _MAX_INPUTS else []
    with np.errstate(all="ignore"):
        added = (explanation.weights + explanation.inputs).tolist()
    for place, (product, total) in enumerate(zip(products, added, strict=False)):
        changes += [
            _Change(Mistake("product left out", place), place, -product),
            _Change(Mistake("sign of a product", place), place, -2 * product),
            _Change(Mistake("added, not multiplied", place), place, total - product),
        ]
    return [change for change in changes if change.by]


def _activations_of(explanation: NeuronExplanation, sums: list[Candidate]) -> list[Candidate]:
    """The activation applied to each of these sums of the neuron.

    Where the activation is flat, many sums give the same value, which then says nothing about them.
    """
    activation = explanation.activation
    values = np.array([candidate.value for candidate in sums])
    with np.errstate(all="ignore"):
        if activation.row_wise:
            rows = np.tile(explanation.layer_sums, (len(sums), 1))
            rows[:, explanation.neuron] = values
            activations = activation.forward(rows)[:, explanation.neuron]
        else:
            activations = activation.forward(values)
            activations = np.where(activation.derivative(values) == 0, np.nan, activations)
    return [
        Candidate(float(out), candidate.mistakes)
        for out, candidate in zip(activations, sums, strict=True)
    ]


def _other_activations(explanation: NeuronExplanation) -> list[Candidate]:
    """The results of applying the activation to the wrong sum, twice or incompletely."""
    activation, sums = explanation.activation, explanation.layer_sums
    with np.errstate(all="ignore"):
        if activation.row_wise:
            activations: FloatArray = activation.forward(sums[np.newaxis])[0]
        else:
            activations = np.where(
                activation.derivative(sums) == 0, np.nan, activation.forward(sums)
            )
            twice = float(activation.forward(np.array([explanation.out]))[0])
        power = float(np.exp(explanation.pre_activation))
    found = [
        Candidate(float(out), (Mistake("activation of another sum", place),))
        for place, out in enumerate(activations)
        if place != explanation.neuron
    ]
    if activation.name == "softmax":
        found.append(Candidate(power, (Mistake("softmax not normalised"),)))
    elif not activation.row_wise:
        found.append(Candidate(twice, (Mistake("activation applied twice"),)))
    return found

"""Random weights and biases, drawn from a seed.

Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks"
(2010), for `xavier`; He, Zhang, Ren and Sun, "Delving deep into rectifiers" (2015), for `he`.
"""

from __future__ import annotations

import itertools
import math
import operator
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.nn.activations import Activation
from engine.nn.arguments import check_n_parameters, check_type, check_whole, described
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.nn.parsing import activations_of, parse_sizes
from engine.nn.spelling import Spellings

_MAX_WORD_LENGTH = 40
"""In characters: a message quotes no more of what was typed."""


if TYPE_CHECKING:
    # numpy.random takes longer to import than the rest of this package.
    _Draw = Callable[[np.random.Generator, int, int, float], tuple[FloatArray, FloatArray]]


def _uniform(
    random: np.random.Generator, n_neurons: int, n_inputs: int, scale: float
) -> tuple[FloatArray, FloatArray]:
    weights = random.uniform(-scale, scale, (n_neurons, n_inputs))
    return weights, random.uniform(-scale, scale, n_neurons)


def _normal(
    random: np.random.Generator, n_neurons: int, n_inputs: int, scale: float
) -> tuple[FloatArray, FloatArray]:
    weights = random.normal(0, scale, (n_neurons, n_inputs))
    return weights, random.normal(0, scale, n_neurons)


def _xavier(
    random: np.random.Generator, n_neurons: int, n_inputs: int, scale: float
) -> tuple[FloatArray, FloatArray]:
    limit = scale * math.sqrt(6 / (n_inputs + n_neurons))
    return random.uniform(-limit, limit, (n_neurons, n_inputs)), np.zeros(n_neurons)


def _he(
    random: np.random.Generator, n_neurons: int, n_inputs: int, scale: float
) -> tuple[FloatArray, FloatArray]:
    deviation = scale * math.sqrt(2 / n_inputs)
    return random.normal(0, deviation, (n_neurons, n_inputs)), np.zeros(n_neurons)


def _zeros(
    random: np.random.Generator, n_neurons: int, n_inputs: int, scale: float
) -> tuple[FloatArray, FloatArray]:
    return np.zeros((n_neurons, n_inputs)), np.zeros(n_neurons)


INITIALISATIONS: dict[str, tuple[_Draw, str]] = {
    "uniform": (_uniform, "weights and biases evenly spread over -1 … 1 (times the scale)"),
    "normal": (_normal, "weights and biases from the bell curve of deviation 1 (times the scale)"),
    "xavier": (_xavier, "Glorot 2010: weights over ±√(6 / (inputs + neurons)), biases 0"),
    "he": (_he, "He 2015: weights of deviation √(2 / inputs), for ReLU; biases 0"),
    "zeros": (_zeros, "all weights and biases 0"),
}
"""How to draw a layer, with a description; each takes a scale, as in "uniform(0.5)"."""

INITIALISATION_SPELLINGS = Spellings(
    "random start",
    INITIALISATIONS,
    {
        "xavier": ("glorot", "glorot_uniform", "xavier_uniform"),
        "he": ("he_normal", "kaiming_normal"),
        "zeros": ("zero",),
    },
    {
        **dict.fromkeys(
            ("he_uniform", "kaiming_uniform"),
            "the nearest is he: a bell curve of the same deviation",
        ),
        **dict.fromkeys(
            ("glorot_normal", "xavier_normal"),
            "the nearest is xavier: uniform, of the same deviation",
        ),
        "random_normal": "the nearest is normal(0.05): it draws the biases too",
        "random_uniform": "the nearest is uniform(0.05): it draws the biases too",
        "narrow_normal": "the nearest is normal(0.01): it draws the biases too",
        **dict.fromkeys(
            (
                *("truncated_normal", "lecun_normal", "lecun_uniform", "kaiming", "orthogonal"),
                *("variance_scaling", "ones", "constant", "eye", "dirac", "sparse", "initnw"),
            ),
            "",
        ),
    },
)
"""he_normal of Keras is truncated at two standard deviations and widened to compensate."""


def draw_layer(
    random: np.random.Generator, n_neurons: int, n_inputs: int, initialisation: str = "uniform"
) -> tuple[FloatArray, FloatArray]:
    """Return weights (n_neurons, n_inputs) and bias (n_neurons,) drawn by `initialisation`.

    Parameters
    ----------
    random
        What draws the numbers.
    n_neurons
        How many neurons.
    n_inputs
        How many inputs.
    initialisation
        A key of INITIALISATIONS, perhaps with a scale.

    Returns
    -------
    tuple[FloatArray, FloatArray]

    Raises
    ------
    ValueError
        For an unknown name or a scale that is not a positive number.
    """
    name, scale_text = _name_and_scale(initialisation)
    try:
        scale = 1.0 if scale_text is None else float(scale_text)
    except ValueError:
        scale = math.nan
    if not 0 < scale < 1e100:
        shown = initialisation[:_MAX_WORD_LENGTH]
        raise ValueError(f"{shown!r}: the scale must be a positive number")
    weights, bias = INITIALISATIONS[name][0](random, n_neurons, n_inputs, scale)
    # A layer shares read-only arrays, so that large ones are not copied.
    weights.setflags(write=False)
    bias.setflags(write=False)
    return weights, bias


def initialisation_named(text: str) -> str:
    """Return the random start in our spelling, such as "he" or "uniform(0.5)".

    Parameters
    ----------
    text
        What was typed or read.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For an unknown name; the scale is not checked.
    """
    name, scale = _name_and_scale(text)
    return name if scale is None else f"{name}({scale})"


def _name_and_scale(text: str) -> tuple[str, str | None]:
    check_type(text, str, "initialisation")
    found = re.fullmatch(r"([^()]+)\(([^()]*)\)\s*", text)
    name, scale = (found[1], found[2].strip()) if found else (text, None)
    return INITIALISATION_SPELLINGS.named(name), scale


def suitable_activations(sizes: Sequence[int]) -> list[str]:
    """Return usual activations for a network that answers with a class.

    Parameters
    ----------
    sizes
        The number of features, then of neurons of each layer.

    Returns
    -------
    list of str
        relu for each hidden layer; then sigmoid for one output, softmax for several.
    """
    return ["relu"] * (len(sizes) - 2) + ["sigmoid" if sizes[-1] == 1 else "softmax"]


def new_network(
    sizes: str | Sequence[int],
    activations: str | Sequence[Activation | str] | None = None,
    initialisation: str = "uniform",
    seed: int | None = 0,
) -> Network:
    """Return a network with random numbers.

    Parameters
    ----------
    sizes
        The number of features, then of neurons of each layer: [2, 4, 1] or "2-4-1".
    activations
        One for each layer: a list, or a text such as "relu,sigmoid"; None for those of
        `suitable_activations`.
    initialisation
        A key of INITIALISATIONS, perhaps with a scale: "he" or "uniform(0.5)".
    seed
        From 0 up: the same seed draws the same numbers. None for other numbers each time.

    Returns
    -------
    Network
        Its weights and biases drawn layer by layer.

    Raises
    ------
    TypeError
        When an argument is of another kind.
    ValueError
        For sizes that make no network or one of more than MAX_PARAMETERS parameters, for unknown
        names, and for a negative seed.
    """
    sizes = parse_sizes(sizes) if isinstance(sizes, str) else _sizes(sizes)
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError("a network needs at least one input and one layer, such as 3-1")
    if activations is None:
        activations = suitable_activations(sizes)
    activations = activations_of(activations)
    if len(activations) != len(sizes) - 1:
        given, wanted = len(activations), len(sizes) - 1
        raise ValueError(
            f"{given} activation{'s' * (given != 1)} for {wanted} layer{'s' * (wanted != 1)}; "
            f"give one for each layer"
        )
    check_n_parameters(
        sum((n_inputs + 1) * n_neurons for n_inputs, n_neurons in itertools.pairwise(sizes))
    )
    random = generator(seed)
    return Network(
        Layer(*draw_layer(random, n_neurons, n_inputs, initialisation), activation)
        for n_inputs, n_neurons, activation in zip(sizes, sizes[1:], activations, strict=False)
    )


def _sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    try:
        return tuple(map(operator.index, sizes))
    except TypeError:
        raise TypeError(
            f"sizes: expected whole numbers as in [2, 4, 1] or '2-4-1', got {described(sizes)}"
        ) from None


def generator(seed: int | None) -> np.random.Generator:
    """Return a random number generator.

    Parameters
    ----------
    seed
        From 0 up; None to take one from the system.

    Returns
    -------
    numpy.random.Generator
        The same numbers for the same seed.

    Raises
    ------
    TypeError
        When the seed is not a whole number.
    ValueError
        When it is negative.
    """
    if seed is not None:
        check_seed(seed)
    return np.random.default_rng(seed)


def check_seed(seed: int) -> None:
    """Check that a seed is a whole number from 0 up.

    Parameters
    ----------
    seed
        The seed.

    Raises
    ------
    TypeError
        When it is not a whole number.
    ValueError
        When it is negative.
    """
    check_whole(seed, "seed")
    if seed < 0:
        raise ValueError(f"seed {seed} is negative; expected a whole number from 0 up")

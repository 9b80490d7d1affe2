"""The layers of a listing: its weights and biases chained by their shapes, and its activations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

import numpy as np

from engine.clipboard.tokens import NUMBER
from engine.nn.activation_table import ACTIVATION_SPELLINGS
from engine.nn.activations import Activation, activation
from engine.nn.arrays import FloatArray

_LETTERS = re.compile("[A-Za-z]+")

_LAYERS = frozenset({"linear", "none"})
"""Names of identity that mean something else: PyTorch's dense layer, and None."""

_DEFINITION = re.compile(r"^([ \t]*)def[ \t]+(\w+)[^\n]*\n(?:(?:\1[ \t]+[^\n]*)?\n)*", re.MULTILINE)
_TAKES_ACTIVATION = re.compile(
    r"^[ \t]*def[ \t]+(\w+)\([^()]{0,400}?\b(?:activation|act|activation_function|act_fn)\b"
    r"(?:[ \t]*:[^,=()\n]{0,60})?(?:[ \t]*=[ \t]*[\"']?([\w.]+)[\"']?)?[^()]{0,400}\)",
    re.MULTILINE | re.ASCII,
)
_MARK = re.compile(
    r"""\b(?:activation|act|activation_function|act_fn)[ \t]*=[ \t]*["']?(?P<name>[\w.]+)\b(?!\()
    | (?P<opened>[A-Za-z_]\w*)?\( | \)""",
    re.ASCII | re.VERBOSE,
)
_ONE_OVER = re.compile(r"1(?:\.0?)?[ \t]*/[ \t]*$", re.ASCII)
_ONE_PLUS_POWER = re.compile(r"[ \t]*1(?:\.0?)?[ \t]*\+[ \t]*(?:np|math)\.exp\([ \t]*-", re.ASCII)
_MAXIMUM_WITH_0 = re.compile(r"[ \t]*0(?:\.0?)?[ \t]*,|.*,[ \t]*0(?:\.0?)?[ \t]*$", re.ASCII)
_FURTHEST = 100
"""How many characters beside a bracket are examined."""

_OTHERS_IN_KERAS = frozenset(("leaky_relu", "hard_sigmoid"))
"""Their default parameter differs in Keras, and again in its layers."""

_MODULE = re.compile(r"^[\w.]{0,40}\.(?=[A-Za-z])")
_PREFIX = re.compile(r"^(?:activation_?|act_?)|(?:_?activation|_?function|_?func)$", re.IGNORECASE)
_PARAMETER = re.compile(rf"(?:\w+[ \t]*=[ \t]*)?({NUMBER.pattern})", re.ASCII)


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """Weights and bias of one layer as listed.

    Parameters
    ----------
    name
        As the listing has it.
    weights
        (n_neurons, n_inputs), one row per neuron.
    bias
        (n_neurons,).
    is_fixed
        Whether rows are certainly neurons, as for a plain list, the weights of one neuron.
    activation
        Its name in the listing, or None.
    is_table
        Whether each neuron is a table with weights of its own.
    """

    name: str
    weights: FloatArray
    bias: FloatArray | None
    is_fixed: bool
    activation: str | None = None
    is_table: bool = False

    def turned(self, by_column: bool) -> FloatArray:
        """Return the weights with one row per neuron, (n_neurons, n_inputs).

        Parameters
        ----------
        by_column
            Whether the file is in columns.

        Returns
        -------
        FloatArray
            (n_neurons, n_inputs).
        """
        return self.weights.T if by_column and not self.is_fixed else self.weights

    def fits(self, by_column: bool, n_inputs: int | None, *, shared_bias: bool = False) -> bool:
        """Return whether the shapes fit; shared_bias: one bias may serve all neurons.

        Parameters
        ----------
        by_column
            Whether the file is in columns.
        n_inputs
            How many inputs.
        shared_bias
            The bias of all neurons.

        Returns
        -------
        bool
        """
        weights = self.turned(by_column)
        return (n_inputs is None or weights.shape[1] == n_inputs) and (
            self.bias is None
            or self.bias.size == weights.shape[0]
            or (shared_bias and self.bias.size == 1)
        )


def stacked(parts: Sequence[Part]) -> list[Part]:
    """Combine plain lists, each the weights of one neuron, into layers.

    Lists whose names differ only in their numbers form one layer if that chains; otherwise all of
    them do, if they have the same length. A list of one number is a layer of its own.

    Parameters
    ----------
    parts
        In the order of the listing.

    Returns
    -------
    list[Part]
    """
    alike = [list(group) for _, group in groupby(parts, key=_kind)]
    layers = [_stack(group) for group in alike]
    if ways_to_chain(layers, None):
        return layers
    are_alike = len({part.weights.shape[1] for part in parts}) == 1
    are_neurons = all(len(part.weights) == 1 for part in parts)
    is_one = are_alike and are_neurons and len({_kind(part)[0] for part in parts} | {0}) == 2
    return [_stack(parts)] if is_one else [*parts]


def as_one_neuron(parts: Sequence[Part]) -> Part | None:
    """Return single weights such as w1, w2 with one bias as a neuron; None for anything else.

    Parameters
    ----------
    parts
        In the order of the listing.

    Returns
    -------
    Part | None

    Raises
    ------
    ValueError
        When there are several biases, but fewer than weights.
    """
    n_biases = sum(part.bias is not None for part in parts)
    if len(parts) < 2 or n_biases == len(parts) or any(part.weights.size > 1 for part in parts):
        return None
    names = f"{parts[0].name} to {parts[-1].name}"
    if n_biases > 1:
        raise ValueError(
            f"{names} are single numbers, and it cannot be told which neuron has which; write the "
            f"weights of each neuron as a list, such as w1 = [0.5, -0.2]"
        )
    bias = next((part.bias for part in parts if part.bias is not None), None)
    return Part(names, np.hstack([part.weights for part in parts]), bias, is_fixed=True)


def _kind(part: Part) -> tuple[int, tuple[str, ...] | str]:
    """For a neuron its number of weights and its name without numbers, otherwise 0 and the name."""
    is_neuron = part.is_fixed and len(part.weights) == 1 and part.weights.size > 1
    if not is_neuron or (part.bias is not None and part.bias.size > 1):
        return 0, part.name
    return part.weights.size, tuple(_LETTERS.findall(part.name))


def _stack(neurons: Sequence[Part]) -> Part:
    if len(neurons) == 1:
        return neurons[0]
    biases = [np.zeros(1) if part.bias is None else part.bias for part in neurons]
    activations = {part.activation for part in neurons}
    return Part(
        f"{neurons[0].name} to {neurons[-1].name}",
        np.vstack([part.weights for part in neurons]),
        None if all(part.bias is None for part in neurons) else np.concatenate(biases),
        is_fixed=True,
        activation=activations.pop() if len(activations) == 1 else None,
    )


def with_bias_within(parts: Sequence[Part]) -> list[Part] | None:
    """Return the parts with the last weight of each neuron as its bias, if only so they chain.

    Programs written from scratch keep it there, for an input that is always 1.

    Parameters
    ----------
    parts
        In the order of the listing.

    Returns
    -------
    list[Part] | None
        None when a bias is given, or the layers chain as they are.
    """
    if len(parts) < 2 or any(
        part.bias is not None or not part.is_table or part.weights.shape[1] < 2 for part in parts
    ):
        return None
    split = [
        replace(part, weights=part.weights[:, :-1], bias=part.weights[:, -1]) for part in parts
    ]
    as_they_are = ways_to_chain(parts, None)
    return split if not as_they_are and ways_to_chain(split, None) else None


def ways_to_chain(parts: Sequence[Part], n_inputs: int | None) -> list[tuple[bool, ...]]:
    """Return the orientations in which the shapes chain: all alike, else the only mixed one.

    Parameters
    ----------
    parts
        In the order of the listing.
    n_inputs
        The number of inputs of the first layer, or None. Each result says for each part whether it
        has one column per neuron; the first has one row per neuron if possible. Empty if none
        chains.

    Returns
    -------
    list[tuple[bool, ...]]
    """
    both = ((False,) * len(parts), (True,) * len(parts))
    alike = [way for way in both if _chains(parts, way, n_inputs)]
    if alike:
        return alike
    mixed = _mixed(parts, n_inputs)
    first, second = next(mixed, None), next(mixed, None)
    if first is not None:
        return [first] if second is None else []
    return [way for way in both if _chains(parts, way, n_inputs, shared_bias=True)]


def _chains(
    parts: Sequence[Part], way: Sequence[bool], n_inputs: int | None, *, shared_bias: bool = False
) -> bool:
    for part, turned in zip(parts, way, strict=True):
        if not part.fits(turned, n_inputs, shared_bias=shared_bias):
            return False
        n_inputs = part.turned(turned).shape[0]
    return True


def _mixed(parts: Sequence[Part], n_inputs: int | None) -> Iterator[tuple[bool, ...]]:
    """Every orientation that chains; a square or plain list is not turned, as its shape stays the
    same."""
    if not parts:
        yield ()
        return
    part, *rest = parts
    n_rows, n_columns = part.weights.shape
    for turned in (False,) if part.is_fixed or n_rows == n_columns else (False, True):
        if part.fits(turned, n_inputs):
            for way in _mixed(rest, part.turned(turned).shape[0]):
                yield (turned, *way)


def why_no_chain(parts: Sequence[Part]) -> str:
    """Return the message that the parts do not chain, with the shapes of the first ones.

    Parameters
    ----------
    parts
        In the order of the listing.

    Returns
    -------
    str
    """
    shapes = ", ".join(
        f"{part.name} {part.weights.shape[0]}×{part.weights.shape[1]}"
        + (
            f" with {part.bias.size} bias{'es' * (part.bias.size > 1)}"
            if part.bias is not None
            else ""
        )
        for part in parts[:6]
    )
    return f"the shapes do not fit together, transposed or not: {shapes}"


def activations_in(text: str, n_layers: int) -> list[Activation | None]:
    """Return the activation of each layer, None if the text does not show it.

    It is found in calls such as relu(z1), nn.ReLU() or np.maximum(0, z1), one for each layer in
    order, and in calls with an activation as an argument. The bodies of functions that are
    activations themselves do not count.

    Parameters
    ----------
    text
        What was pasted.
    n_layers
        How many layers the file has.

    Returns
    -------
    list[Activation | None]
    """
    text += "\n"
    takers = {found[1]: found[2] for found in _TAKES_ACTIVATION.finditer(text)}
    uses = _uses(_DEFINITION.sub(_unless_an_activation, text), takers)
    used = list(islice(uses, n_layers + 1))
    if len(used) == n_layers:
        return [*used]
    return [None] * n_layers


def _unless_an_activation(definition: re.Match[str]) -> str:
    if _named(definition[2]) is not None:
        return "\n"
    # The line with the function's name and parameters is not a call.
    return "\n" + definition[0].partition("\n")[2]


@dataclass(slots=True)
class _Call:
    """A call that is still open; has_activation: whether one of its arguments is an activation."""

    name: str
    before: int
    start: int
    has_activation: bool = False


def _uses(text: str, takers: Mapping[str, str | None]) -> Iterator[Activation]:
    """Yield the activations that the text applies; an inner call closes before the outer one.

    takers: the functions that take an activation, with their default.
    """
    opened: list[_Call] = []
    for mark in _MARK.finditer(text):
        if mark["name"]:
            name = ACTIVATION_SPELLINGS.find(_MODULE.sub("", mark["name"]))
            if name and opened:
                opened[-1].has_activation = True
                if used := _with_parameters(name, name, "", text):
                    yield used
        elif mark[0] != ")":
            opened.append(_Call(mark["opened"] or "", mark.start(), mark.end()))
        elif opened:
            call = opened.pop()
            if call.name not in takers:
                used = _used(call.name, text, call.before, call.start, mark.start())
            elif call.has_activation:
                continue
            else:
                used = _given(text[max(call.start, mark.start() - _FURTHEST) : mark.start()])
                used = used or named_activation(takers[call.name] or "")
            if used:
                yield used


def _given(arguments: str) -> Activation | None:
    """The last argument that is the name of an activation."""
    words = [word.strip(" \t\n'\"") for word in arguments.split(",")[1:]]
    found = [name for word in words if (name := _named(_MODULE.sub("", word)))]
    return activation(found[-1]) if found else None


def _used(called: str, text: str, before: int, start: int, end: int) -> Activation | None:
    """The activation that a call, or a bracket without a name, computes; start to end is inside
    it."""
    if not called:
        is_logistic = _ONE_OVER.search(
            text[max(0, before - _FURTHEST) : before]
        ) and _ONE_PLUS_POWER.match(text, start)
        return Activation("sigmoid") if is_logistic else None
    if called == "maximum":
        inside = text[start:end] if end - start <= _FURTHEST else text[start : start + _FURTHEST]
        return Activation("relu") if _MAXIMUM_WITH_0.match(inside) else None
    name = _named(called)
    if not name:
        return None
    return _with_parameters(called, name, text[max(start, end - _FURTHEST) : end], text)


def named_activation(word: str) -> Activation | None:
    """Return the activation named by a text such as "ReLU" or "leaky_relu(0.2)", or None.

    Parameters
    ----------
    word
        As the listing has it.

    Returns
    -------
    Activation | None
    """
    try:
        return activation(_MODULE.sub("", word))
    except ValueError:
        return None


def _named(word: str) -> str | None:
    """The activation that a function of this name computes, or None."""
    plain = _PREFIX.sub("", word)
    return None if plain.lower() in _LAYERS else ACTIVATION_SPELLINGS.find(plain)


def _with_parameters(called: str, name: str, arguments: str, text: str) -> Activation | None:
    """The activation with the numbers among the arguments as its parameters.

    All arguments of a class are parameters, and all but the first of a function. None if one is not
    a number, or if libraries differ in its default.
    """
    plain = activation(name)
    expected = len(plain.parameter_names) if plain.text == plain.name else 0
    if not expected:
        return plain
    given = _arguments(arguments)
    if not called[0].isupper():
        given = given[1:]
    numbers = [found[1] for part in given if (found := _PARAMETER.fullmatch(part))]
    if len(numbers) < len([part for part in given if "inplace" not in part]):
        return None
    if not numbers and name in _OTHERS_IN_KERAS and "keras" in text.lower():
        return None
    return activation(f"{name}({','.join(numbers[:expected])})")


def _arguments(text: str) -> list[str]:
    """The text split at commas outside brackets; of a long text only the end."""
    parts, depth, end = [], 0, len(text)
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in ")]}") - (text[place] in "([{")
        if depth < 0:
            break
        if text[place] == "," and depth == 0:
            parts.append(text[place + 1 : end].strip())
            end = place
    return [part for part in [*parts, text[:end].strip()] if part][::-1]

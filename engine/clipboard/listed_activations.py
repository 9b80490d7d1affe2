"""The activations that the words of a listing name, in the order in which they are applied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from engine.activations import ACTIVATION_SPELLINGS, Activation, activation
from engine.clipboard.tokens import NUMBER

_LAYERS = frozenset({"linear", "none"})
"""What else is called so: PyTorch's dense layer, and nothing."""

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
"""So many characters beside a bracket are looked at."""

_OTHERS_IN_KERAS = frozenset(("leaky_relu", "hard_sigmoid"))
"""Without a number these have another slope in Keras, and another one in its layers."""

_MODULE = re.compile(r"^[\w.]{0,40}\.(?=[A-Za-z])")
_PREFIX = re.compile(r"^(?:activation_?|act_?)|(?:_?activation|_?function|_?func)$", re.IGNORECASE)
_PARAMETER = re.compile(rf"(?:\w+[ \t]*=[ \t]*)?({NUMBER.pattern})", re.ASCII)


def activations_in(text: str, n_layers: int) -> list[Activation | None]:
    """Return the activation of each layer, None where the text does not tell.

    Told by calls such as relu(z1), nn.ReLU() or np.maximum(0, z1), one for each layer in order,
    and by calls of a function to which an activation is given. The bodies of functions that are
    activations themselves do not count.
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
    # The line that names the function and its parameters calls nothing.
    return "\n" + definition[0].partition("\n")[2]


@dataclass(slots=True)
class _Call:
    """A call that is not yet closed; is_told: whether one of its arguments is an activation."""

    name: str
    before: int
    start: int
    is_told: bool = False


def _uses(text: str, takers: Mapping[str, str | None]) -> Iterator[Activation]:
    """The activations that the text applies: an inner call closes before the one around it.

    takers: the functions that take an activation, and which they take where none is given.
    """
    opened: list[_Call] = []
    for mark in _MARK.finditer(text):
        if mark["name"]:
            name = ACTIVATION_SPELLINGS.find(_MODULE.sub("", mark["name"]))
            if name and opened:
                opened[-1].is_told = True
                if used := _with_parameters(name, name, "", text):
                    yield used
        elif mark[0] != ")":
            opened.append(_Call(mark["opened"] or "", mark.start(), mark.end()))
        elif opened:
            call = opened.pop()
            if call.name not in takers:
                used = _used(call.name, text, call.before, call.start, mark.start())
            elif call.is_told:
                continue
            else:
                used = _given(text[max(call.start, mark.start() - _FURTHEST) : mark.start()])
                used = used or named_activation(takers[call.name] or "")
            if used:
                yield used


def _given(arguments: str) -> Activation | None:
    """The last of the arguments that is the name of an activation."""
    words = [word.strip(" \t\n'\"") for word in arguments.split(",")[1:]]
    found = [name for word in words if (name := _named(_MODULE.sub("", word)))]
    return activation(found[-1]) if found else None


def _used(called: str, text: str, before: int, start: int, end: int) -> Activation | None:
    """The activation that a call is, or a bracket without a name; its inside is start to end."""
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
    """Return the activation that a text such as "ReLU" or "leaky_relu(0.2)" names, else None."""
    try:
        return activation(_MODULE.sub("", word))
    except ValueError:
        return None


def _named(word: str) -> str | None:
    """The activation that a function of this name computes, None for other functions."""
    plain = _PREFIX.sub("", word)
    return None if plain.lower() in _LAYERS else ACTIVATION_SPELLINGS.find(plain)


def _with_parameters(called: str, name: str, arguments: str, text: str) -> Activation | None:
    """The activation with the numbers among the arguments as its parameters.

    Those of a class are all parameters, those of a function but for the first. None where one is
    no number, or where libraries differ in what they take without it.
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
    """The text cut at the commas that are in no bracket, of the last one on for a long text."""
    parts, depth, end = [], 0, len(text)
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in ")]}") - (text[place] in "([{")
        if depth < 0:
            break
        if text[place] == "," and depth == 0:
            parts.append(text[place + 1 : end].strip())
            end = place
    return [part for part in [*parts, text[:end].strip()] if part][::-1]

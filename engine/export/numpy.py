"""A network as a script of plain NumPy, as tutorials write it.

Its activation functions do not overflow and agree with the engine's up to rounding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.export.python import (
    check_size,
    input_lines,
    joined,
    parameter_lines,
    print_lines,
    title_lines,
)
from engine.nn.activation_table import ACTIVATIONS, ActivationKind
from engine.nn.activations import Activation
from engine.session.session import Session

_CALLED = re.compile(r"(?<![.\w])\w+(?=\()")


def functions_for(activations: Iterable[Activation]) -> list[str]:
    """Return the definitions that these activations need, each once, in order of dependence.

    Parameters
    ----------
    activations
        Those of the layers, repeats allowed.

    Returns
    -------
    list[str]

    Raises
    ------
    ValueError
        For an activation without NumPy code.
    """
    functions: dict[str, str] = {}
    for activation in activations:
        _define(ACTIVATIONS[activation.name], functions)
    return [*functions.values()]


def _define(kind: ActivationKind, functions: dict[str, str]) -> None:
    """Add the activation's definition, after those of the activations that it calls."""
    *lines, result = str(kind.code("numpy")).splitlines()
    body = "\n".join(f"    {line}" for line in [*lines, f"return {result}"])
    for name in _CALLED.findall(body):
        if name in ACTIVATIONS:
            _define(ACTIVATIONS[name], functions)
    arguments = ", ".join(["z", *kind.parameter_names])
    functions[kind.name] = f"def {kind.name}({arguments}):\n{body}\n"


def call(activation: Activation, z: str) -> str:
    """Return "leaky_relu(z1, 0.3)": the activation applied to the variable `z`.

    Parameters
    ----------
    activation
        The activation with its parameters.
    z
        The name of a variable.

    Returns
    -------
    str
    """
    return f"{activation.name}({', '.join([z, *map(repr, activation.parameters)])})"


def numpy_script(session: Session) -> str:
    """Return a script with all numbers that runs the forward pass and prints the outputs in full.

    Parameters
    ----------
    session
        The network with its samples and names.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When there are too many numbers for a script.
    """
    check_size(session)
    layers = session.network.layers
    functions = functions_for(layer.activation for layer in layers)
    text = "\n\n".join(functions)
    forward = []
    read = "inputs"
    for number, layer in enumerate(layers, start=1):
        forward += [
            f"z{number} = {read} @ weights{number}.T + bias{number}",
            f"a{number} = {call(layer.activation, f'z{number}')}",
        ]
        read = f"a{number}"
    return joined(
        [
            '"""The forward pass of a small neural network in plain NumPy."""',
            "",
            *(["import math", ""] if "math." in text else []),
            "import numpy as np",
            "",
            *title_lines(session),
            *input_lines(session),
            *parameter_lines(session),
            "",
            text,
            "",
            *forward,
            "",
            *print_lines(session, read),
        ]
    )

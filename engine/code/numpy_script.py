"""A network as a script of plain NumPy, as the tutorials write it."""

from __future__ import annotations

from engine.code.numpy_activations import call, functions_for
from engine.code.python_text import (
    check_size,
    input_lines,
    joined,
    parameter_lines,
    print_lines,
    title_lines,
)
from engine.session import Session


def numpy_script(session: Session) -> str:
    """Return a script that has the numbers, runs the forward pass and prints the outputs in full.

    Raises ValueError when there are too many numbers for a script.
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

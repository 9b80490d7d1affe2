"""A network as Keras code."""

from __future__ import annotations

from engine.export.python import (
    check_size,
    input_lines,
    joined,
    parameter_lines,
    print_lines,
    quoted,
    title_lines,
)
from engine.nn.activations import Activation
from engine.session.session import Session


def keras_code(session: Session) -> str:
    """Return a script that builds the network as keras.Sequential and prints its outputs.

    It asks for float64, which Keras supports on TensorFlow only: with other backends the outputs
    are rounded to float32.

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
    return joined(
        [
            '"""A small neural network in Keras (3.7 or later), with its numbers."""',
            "",
            "import keras",
            "import numpy as np",
            "",
            *title_lines(session),
            *input_lines(session),
            *parameter_lines(session),
            "# TensorFlow then computes in float64; the other backends stay with float32.",
            "keras.config.set_floatx('float64')",
            "model = keras.Sequential([",
            f"    keras.Input(({session.network.n_features},)),",
            *(
                f"    keras.layers.Dense({layer.n_neurons}, activation={_text(layer.activation)}),"
                for layer in layers
            ),
            "])",
            "# Keras stores one column per neuron.",
            "model.set_weights([",
            *(f"    weights{number}.T,\n    bias{number}," for number in range(1, len(layers) + 1)),
            "])",
            "outputs = model.predict(inputs, verbose=0)",
            "",
            *print_lines(session, "outputs"),
        ]
    )


def _text(activation: Activation) -> str:
    code = activation.code("keras")
    return code if code.startswith("lambda ") else quoted(code)

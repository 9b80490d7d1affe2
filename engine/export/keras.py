"""A network as Keras code."""

from __future__ import annotations

from collections.abc import Callable

from engine.export.python import (
    check_size,
    input_lines,
    joined,
    parameter_lines,
    print_lines,
    quoted,
    title_lines,
)
from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation
from engine.session.session import Session


def _named(name: str) -> Callable[[], str]:
    return lambda: quoted(name)


def _hard_sigmoid(alpha: float, beta: float) -> str:
    # The one in Keras has no parameters.
    if (alpha, beta) == ACTIVATIONS["hard_sigmoid"].default_parameters:
        return quoted("hard_sigmoid")
    return f"lambda z: keras.ops.clip({alpha!r} * z + {beta!r}, 0, 1)"


KERAS_ACTIVATIONS: dict[str, Callable[..., str]] = {
    "identity": _named("linear"),
    "step": lambda: "lambda z: keras.ops.cast(z > 0, z.dtype)",
    "sigmoid": _named("sigmoid"),
    "tanh": _named("tanh"),
    "relu": _named("relu"),
    "relu6": _named("relu6"),
    "leaky_relu": lambda alpha: (
        f"lambda z: keras.activations.leaky_relu(z, negative_slope={alpha!r})"
    ),
    "elu": lambda alpha: f"lambda z: keras.activations.elu(z, alpha={alpha!r})",
    "selu": _named("selu"),
    "celu": lambda alpha: f"lambda z: keras.activations.celu(z, alpha={alpha!r})",
    "gelu": _named("gelu"),
    "gelu_tanh": lambda: "lambda z: keras.activations.gelu(z, approximate=True)",
    "silu": _named("silu"),
    "mish": _named("mish"),
    "softplus": _named("softplus"),
    "softsign": _named("softsign"),
    "hard_sigmoid": _hard_sigmoid,
    "hard_swish": _named("hard_swish"),
    "thresholded_relu": lambda alpha: f"lambda z: keras.activations.threshold(z, {alpha!r}, 0.0)",
    "log_sigmoid": _named("log_sigmoid"),
    "softmax": _named("softmax"),
    "log_softmax": _named("log_softmax"),
}
"""The activation argument of Dense, from the parameters."""


def keras_code(session: Session) -> str:
    """Return a script that builds the network as keras.Sequential and prints its outputs.

    It asks for float64, which Keras supports on TensorFlow only: with other backends the outputs
    are rounded to float32. Raises ValueError when there are too many numbers for a script.
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
    return KERAS_ACTIVATIONS[activation.name](*activation.parameters)

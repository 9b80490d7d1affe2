"""A network as a script of plain NumPy, as tutorials write it.

Its activation functions do not overflow and agree with the engine's up to rounding.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.export.python import (
    check_size,
    input_lines,
    joined,
    parameter_lines,
    print_lines,
    title_lines,
)
from engine.nn.activations import Activation
from engine.session.session import Session

NUMPY_FUNCTIONS: dict[str, str] = {
    "identity": """\
def identity(z):
    return z
""",
    "step": """\
def step(z):
    return np.where(z > 0, 1.0, 0.0)
""",
    "sigmoid": """\
def sigmoid(z):
    # 1 / (1 + e^-z), without the overflow of e^-z where z is far below 0
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1 + e)
""",
    "tanh": """\
def tanh(z):
    return np.tanh(z)
""",
    "relu": """\
def relu(z):
    return np.maximum(0, z)
""",
    "relu6": """\
def relu6(z):
    return np.minimum(np.maximum(0, z), 6)
""",
    "leaky_relu": """\
def leaky_relu(z, alpha):
    return np.where(z > 0, z, alpha * z)
""",
    "elu": """\
def elu(z, alpha):
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))
""",
    "selu": """\
def selu(z):
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    return scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))
""",
    "celu": """\
def celu(z, alpha):
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0) / alpha))
""",
    "gelu": """\
def gelu(z):
    # z times the share of a normal distribution below z
    share = np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2)) / 2
    return z * share
""",
    "gelu_tanh": """\
def gelu_tanh(z):
    # z / 2 * (1 + tanh(u)) is z * sigmoid(2 * u)
    u = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
    return z * sigmoid(2 * u)
""",
    "silu": """\
def silu(z):
    return z * sigmoid(z)
""",
    "mish": """\
def mish(z):
    return z * np.tanh(softplus(z))
""",
    "softplus": """\
def softplus(z):
    # ln(1 + e^z), without the overflow of e^z
    return np.maximum(0, z) + np.log1p(np.exp(-np.abs(z)))
""",
    "softsign": """\
def softsign(z):
    return z / (1 + np.abs(z))
""",
    "hard_sigmoid": """\
def hard_sigmoid(z, alpha, beta):
    return np.clip(alpha * z + beta, 0, 1)
""",
    "hard_swish": """\
def hard_swish(z):
    return z * np.clip(z + 3, 0, 6) / 6
""",
    "thresholded_relu": """\
def thresholded_relu(z, alpha):
    return np.where(z > alpha, z, 0.0)
""",
    "log_sigmoid": """\
def log_sigmoid(z):
    return np.minimum(0, z) - np.log1p(np.exp(-np.abs(z)))
""",
    "softmax": """\
def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
""",
    "log_softmax": """\
def log_softmax(z):
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
""",
}

_BUILT_ON = {"gelu_tanh": "sigmoid", "silu": "sigmoid", "mish": "softplus"}


def functions_for(activations: Iterable[Activation]) -> list[str]:
    """Return the definitions that these activations need, each once, in order of dependence."""
    names: dict[str, None] = {}
    for activation in activations:
        if activation.name in _BUILT_ON:
            names[_BUILT_ON[activation.name]] = None
        names[activation.name] = None
    return [NUMPY_FUNCTIONS[name] for name in names]


def call(activation: Activation, z: str) -> str:
    """Return "leaky_relu(z1, 0.3)": the activation applied to the variable `z`."""
    return f"{activation.name}({', '.join([z, *map(repr, activation.parameters)])})"


def numpy_script(session: Session) -> str:
    """Return a script with all numbers that runs the forward pass and prints the outputs in full.

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

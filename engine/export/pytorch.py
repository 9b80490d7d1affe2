"""A network as PyTorch code."""

from __future__ import annotations

from collections.abc import Callable

from engine.export.python import (
    check_size,
    input_lines,
    joined,
    parameter_lines,
    print_lines,
    title_lines,
)
from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation
from engine.session.session import Session

_STEP = """\
class Step(nn.Module):
    def forward(self, z):
        return (z > 0).to(z.dtype)
"""

_HARD_SIGMOID = """\
class HardSigmoid(nn.Module):
    def __init__(self, alpha, beta):
        super().__init__()
        self.alpha, self.beta = alpha, beta

    def forward(self, z):
        return torch.clamp(self.alpha * z + self.beta, 0, 1)
"""


def _hard_sigmoid(alpha: float, beta: float) -> str:
    # The one in PyTorch has no parameters.
    if (alpha, beta) == ACTIVATIONS["hard_sigmoid"].default_parameters:
        return "nn.Hardsigmoid()"
    return f"HardSigmoid({alpha!r}, {beta!r})"


PYTORCH_MODULES: dict[str, Callable[..., str]] = {
    "identity": lambda: "nn.Identity()",
    "step": lambda: "Step()",
    "sigmoid": lambda: "nn.Sigmoid()",
    "tanh": lambda: "nn.Tanh()",
    "relu": lambda: "nn.ReLU()",
    "relu6": lambda: "nn.ReLU6()",
    "leaky_relu": lambda alpha: f"nn.LeakyReLU({alpha!r})",
    "elu": lambda alpha: f"nn.ELU({alpha!r})",
    "selu": lambda: "nn.SELU()",
    "celu": lambda alpha: f"nn.CELU({alpha!r})",
    "gelu": lambda: "nn.GELU()",
    "gelu_tanh": lambda: "nn.GELU(approximate='tanh')",
    "silu": lambda: "nn.SiLU()",
    "mish": lambda: "nn.Mish()",
    # Above its threshold it returns z itself: the default of 20 would lose half of the digits.
    "softplus": lambda: "nn.Softplus(threshold=40)",
    "softsign": lambda: "nn.Softsign()",
    "hard_sigmoid": _hard_sigmoid,
    "hard_swish": lambda: "nn.Hardswish()",
    "thresholded_relu": lambda alpha: f"nn.Threshold({alpha!r}, 0.0)",
    "log_sigmoid": lambda: "nn.LogSigmoid()",
    "softmax": lambda: "nn.Softmax(dim=1)",
    "log_softmax": lambda: "nn.LogSoftmax(dim=1)",
}
"""The module of an activation, from its parameters."""


def pytorch_code(session: Session) -> str:
    """Return a script that builds the network as nn.Sequential and prints its outputs.

    It computes in float64, so that the outputs are the same. Raises ValueError when there are too
    many numbers for a script.
    """
    check_size(session)
    layers = session.network.layers
    modules = [_module(layer.activation) for layer in layers]
    numbers = range(1, len(layers) + 1)
    return joined(
        [
            '"""A small neural network in PyTorch, with its numbers."""',
            "",
            "import numpy as np",
            "import torch",
            "from torch import nn",
            "",
            *title_lines(session),
            *input_lines(session),
            *parameter_lines(session),
            *(["", _STEP] if "Step()" in modules else []),
            *(["", _HARD_SIGMOID] if any(m.startswith("HardSigmoid(") for m in modules) else []),
            "model = nn.Sequential(",
            *(
                f"    nn.Linear({layer.n_inputs}, {layer.n_neurons}),\n    {module},"
                for layer, module in zip(layers, modules, strict=True)
            ),
            ").double()  # float64, as the numbers above; .float() makes it float32",
            "",
            "with torch.no_grad():",
            *(
                f"    model[{2 * (number - 1)}].weight.copy_(torch.tensor(weights{number}))\n"
                f"    model[{2 * (number - 1)}].bias.copy_(torch.tensor(bias{number}))"
                for number in numbers
            ),
            "    outputs = model(torch.tensor(inputs))",
            "",
            *print_lines(session, "outputs"),
        ]
    )


def _module(activation: Activation) -> str:
    return PYTORCH_MODULES[activation.name](*activation.parameters)

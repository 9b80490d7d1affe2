"""A network as PyTorch code."""

from __future__ import annotations

from engine.export.python import (
    check_size,
    input_lines,
    joined,
    parameter_lines,
    print_lines,
    title_lines,
)
from engine.session.session import Session

_FUNCTION = """\
class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.forward = function
"""


def pytorch_code(session: Session) -> str:
    """Return a script that builds the network as nn.Sequential and prints its outputs.

    It computes in float64, so that the outputs are the same.

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
    modules = [layer.activation.code("pytorch") for layer in layers]
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
            *(["", _FUNCTION] if any(m.startswith("Function(") for m in modules) else []),
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

"""Modules by their documented formulas and defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.engine.export.textbook import activate

from .tensors import tensor


class Module:
    def __call__(self, values: Any) -> Any:
        return self.forward(values)

    def forward(self, values: Any) -> Any:
        raise NotImplementedError


class Linear(Module):
    """float32 until `double` is called; the weights have one row per neuron."""

    def __init__(self, n_inputs: int, n_outs: int) -> None:
        self.weight = tensor(np.zeros((n_outs, n_inputs), dtype=np.float32))
        self.bias = tensor(np.zeros(n_outs, dtype=np.float32))

    def forward(self, values: Any) -> Any:
        if values.dtype != self.weight.dtype:
            raise RuntimeError(f"{values.dtype} and {self.weight.dtype} do not go together")
        return values @ self.weight.T + self.bias


class Sequential(Module):
    def __init__(self, *modules: Module) -> None:
        self.modules = modules

    def __getitem__(self, place: int) -> Module:
        return self.modules[place]

    def double(self) -> Sequential:
        for module in self.modules:
            if isinstance(module, Linear):
                module.weight = tensor(module.weight.astype(np.float64))
                module.bias = tensor(module.bias.astype(np.float64))
        return self

    def forward(self, values: Any) -> Any:
        for module in self.modules:
            values = module(values)
        return values


class _Curve(Module):
    """An activation of ours under PyTorch's name."""

    name = ""

    def __init__(self, *parameters: float) -> None:
        self.parameters = parameters

    def forward(self, values: Any) -> Any:
        return activate(self.name, values, *self.parameters)


class Hardtanh(_Curve):
    name = "hardtanh"

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        super().__init__(min_val, max_val)


class Identity(_Curve):
    name = "identity"


class Sigmoid(_Curve):
    name = "sigmoid"


class Tanh(_Curve):
    name = "tanh"


class ReLU(_Curve):
    name = "relu"


class ReLU6(_Curve):
    name = "relu6"


class LeakyReLU(_Curve):
    name = "leaky_relu"

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__(negative_slope)


class ELU(_Curve):
    name = "elu"

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__(alpha)


class SELU(_Curve):
    name = "selu"


class CELU(_Curve):
    name = "celu"

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__(alpha)


class GELU(_Curve):
    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.name = {"none": "gelu", "tanh": "gelu_tanh"}[approximate]


class SiLU(_Curve):
    name = "silu"


class Mish(_Curve):
    name = "mish"


class Softplus(_Curve):
    name = "softplus"

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.threshold = threshold

    def forward(self, values: Any) -> Any:
        return np.where(values > self.threshold, values, super().forward(values))


class Softsign(_Curve):
    name = "softsign"


class Hardsigmoid(Module):
    def forward(self, values: Any) -> Any:
        return activate("hard_sigmoid", values, 1 / 6, 0.5)


class Hardswish(_Curve):
    name = "hard_swish"


class Threshold(Module):
    def __init__(self, threshold: float, value: float) -> None:
        self.threshold, self.value = threshold, value

    def forward(self, values: Any) -> Any:
        return np.where(values > self.threshold, values, self.value)


class LogSigmoid(_Curve):
    name = "log_sigmoid"


class Softmax(_Curve):
    name = "softmax"

    def __init__(self, dim: int) -> None:
        super().__init__()
        if dim != 1:
            raise ValueError(dim)


class LogSoftmax(Softmax):
    name = "log_softmax"

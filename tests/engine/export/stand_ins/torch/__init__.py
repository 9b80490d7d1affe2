"""As much of PyTorch as the generated code calls, by its documentation, in NumPy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from . import nn as nn
from .tensors import tensor as tensor


def clamp(values: Any, low: float, high: float) -> Any:
    return np.minimum(np.maximum(values, low), high)


def exp(values: Any) -> Any:
    return np.exp(values)


def sin(values: Any) -> Any:
    return np.sin(values)


@contextmanager
def no_grad() -> Iterator[None]:
    yield

"""Weight normalisation in a state dict: each row of weights as a length and a direction.

w = g · v / |v| (Salimans and Kingma, 2016); PyTorch keeps g and v.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from engine.formats.tensors.values import checked_finite
from engine.nn.arrays import FloatArray

_LENGTH = re.compile(r"(.*?)(?:weight_g|parametrizations\.weight\.original0)")
_DIRECTIONS = ("weight_v", "parametrizations.weight.original1")

Shapes = Mapping[str, tuple[int, ...]]
Reader = Callable[[str], FloatArray]


def multiplied(shapes: Shapes, array_of: Reader) -> tuple[dict[str, tuple[int, ...]], Reader]:
    """Return the tensors with the weights that lengths and directions make in place of these.

    Parameters
    ----------
    shapes
        The shape of each tensor.
    array_of
        Reads an array by name.

    Returns
    -------
    tuple[dict[str, tuple[int, ...]], Reader]
        New names end in "weight".
    """
    made: dict[str, tuple[str, str]] = {}
    for name, shape in shapes.items():
        match = _LENGTH.fullmatch(name)
        for ending in _DIRECTIONS if match else ():
            direction = f"{match[1]}{ending}" if match else ""
            weights = f"{match[1]}weight" if match else ""
            if len(shapes.get(direction, ())) == 2 and weights not in shapes:
                n_rows, n_columns = shapes[direction]
                if shape in ((n_rows, 1), (1, n_columns), ()):
                    made[weights] = (name, direction)

    def read(name: str) -> FloatArray:
        if name not in made:
            return array_of(name)
        length, direction = map(array_of, made[name])
        axis = None if not length.ndim else 1 if length.shape[1] == 1 else 0
        with np.errstate(all="ignore"):
            norm = np.sqrt(np.sum(direction**2, axis=axis, keepdims=axis is not None))
            return checked_finite(length * direction / norm, name)

    gone = {name for both in made.values() for name in both}
    rest = {name: shape for name, shape in shapes.items() if name not in gone}
    return rest | {name: shapes[direction] for name, (_, direction) in made.items()}, read

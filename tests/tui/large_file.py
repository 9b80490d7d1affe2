"""A safetensors file that is too large to be a playground, for tests; it takes no room on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

N_NEURONS, N_INPUTS = 4_000, 6_000
WEIGHT, BIAS = "layers.1.up.weight", "layers.1.up.bias"


def write_large_file(path: Path) -> None:
    """Write a matrix of 96 MB, whose third row is 1, 2, 3, 0 …, its bias, and two more tensors."""
    sizes = {
        "layers.0.norm": ("F32", [N_INPUTS], 4),
        WEIGHT: ("F32", [N_NEURONS, N_INPUTS], 4),
        BIAS: ("F32", [N_NEURONS], 4),
        "step": ("I64", [1], 8),
    }
    table, start = {}, 0
    for name, (dtype, shape, n_bytes) in sizes.items():
        end = start + int(np.prod(shape)) * n_bytes
        table[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}
        start = end
    header = json.dumps(table).encode()
    first = 8 + len(header)
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        # What is not written is zeros, which a file system need not store.
        file.truncate(first + start)
        file.seek(first + 4 * (N_INPUTS + 2 * N_INPUTS))
        file.write(np.array([1, 2, 3], "<f4").tobytes())
        file.seek(first + 4 * (N_INPUTS + N_NEURONS * N_INPUTS + 2))
        file.write(np.array([0.5], "<f4").tobytes())

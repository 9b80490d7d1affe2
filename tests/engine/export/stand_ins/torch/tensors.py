"""Arrays with the methods of a tensor that are needed."""

from __future__ import annotations

from typing import Any

import numpy as np


class Tensor(np.ndarray[Any, Any]):
    """An array with the methods of a tensor that are needed."""

    def copy_(self, source: Tensor) -> None:
        if self.shape != source.shape:
            raise RuntimeError(f"{source.shape} does not go into {self.shape}")
        self[...] = source

    def to(self, dtype: Any) -> Any:
        return self.astype(dtype)


def tensor(values: Any) -> Tensor:
    return np.array(values).view(Tensor)

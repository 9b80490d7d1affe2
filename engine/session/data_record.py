"""Where the samples of a session came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.nn.arguments import with_plain_numbers

if TYPE_CHECKING:
    # Most runs of the program read no data set, and need not wait for these imports.
    from engine.datasets.preparation import Preparation
    from engine.datasets.standardisation import Standardisation

_MAX_VALUES = {"noise": 50, "seed": None, "test_percent": 90}


@dataclass(frozen=True, slots=True)
class DataRecord:
    """The name of the data and how they were made; the session holds the samples themselves.

    Parameters
    ----------
    name
        Of a data set, or of the file they were read from.
    noise
        0 to 50 percent.
    seed
        From 0 up.
    test_percent
        0 to 90, the share set aside as the test set.
    standardisation
        The mean and scale of each given feature, or None.
    preparation
        How the columns of a file were read, or None where that goes without saying.

    Raises
    ------
    ValueError
        Naming the part.
    """

    name: str
    noise: int = 0
    seed: int = 0
    test_percent: int = 0
    standardisation: Standardisation | None = None
    preparation: Preparation | None = None

    def __post_init__(self) -> None:
        with_plain_numbers(self)
        if not isinstance(self.name, str) or not self.name:
            raise ValueError(f"name is {self.name!r:.40}, expected a text")
        for part, most in _MAX_VALUES.items():
            value = getattr(self, part)
            if type(value) is not int or value < 0 or (most is not None and value > most):
                wanted = "from 0 up" if most is None else f"from 0 to {most}"
                raise ValueError(f"{part} is {value!r:.40}, expected a whole number {wanted}")

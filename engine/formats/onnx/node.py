"""One node of an ONNX graph: its operator, what it reads and makes, and its attributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onnx import AttributeProto


@dataclass(frozen=True, eq=False)
class Node:
    """One node of the graph. op: its operator, prefixed by its domain unless that is a standard
    one. label: its name in messages.
    """

    number: int
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    label: str
    attributes: dict[str, AttributeProto] = field(repr=False)

    def number_attribute(self, name: str, default: float) -> float:
        """Return a number; for a float32 the shortest decimal that rounds to it, so 0.1 is 0.1.

        This recovers the number that the exporter rounded to float32.

        Parameters
        ----------
        name
            The name of an attribute.
        default
            What a missing attribute means.

        Returns
        -------
        float
        """
        attribute = self.attributes.get(name)
        if attribute is None:
            return default
        if attribute.type == attribute.INT:
            return float(attribute.i)
        return float(str(np.float32(attribute.f)))

    def integer_attribute(self, name: str, default: int) -> int:
        """Return a whole number among the attributes.

        Parameters
        ----------
        name
            The name of the attribute.
        default
            What a missing attribute means.

        Returns
        -------
        int
        """
        attribute = self.attributes.get(name)
        return default if attribute is None else int(attribute.i)

    def text_attribute(self, name: str, default: str) -> str:
        """Return a text among the attributes.

        Parameters
        ----------
        name
            The name of the attribute.
        default
            What a missing attribute means.

        Returns
        -------
        str
        """
        attribute = self.attributes.get(name)
        return default if attribute is None else attribute.s.decode("utf-8", "replace")

    def refused(self, why: str) -> ValueError:
        """Return an error that names this node.

        Parameters
        ----------
        why
            What is wrong, as the sentence ends.

        Returns
        -------
        ValueError
        """
        return ValueError(f"{self.label}: {why}")

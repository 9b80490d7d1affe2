"""A session for the tests of exported code."""

from __future__ import annotations

import numpy as np

from engine import Session, examples


def two_samples() -> Session:
    """Return a session that every kind of code can write."""
    inputs = np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
    return examples.load("binary-classifier").evolve(inputs=inputs)

"""What a name in a text says of its numbers: weights, a bias, inputs, targets, or none of these."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal["weights", "bias", "inputs", "targets"]

_PARTS_OF_A_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_WORDS: dict[str, Role] = {
    **dict.fromkeys(("w", "weight", "weights", "kernel", "kernels", "coef", "coefs"), "weights"),
    **dict.fromkeys(("coefficient", "coefficients", "gewichte", "iw", "lw", "syn"), "weights"),
    **dict.fromkeys(("b", "bias", "biases", "intercept", "intercepts"), "bias"),
}
_OTHER_WORDS: dict[str, Role] = {
    **dict.fromkeys(("x", "input", "inputs", "batch", "sample", "samples"), "inputs"),
    **dict.fromkeys(("y", "target", "targets", "label", "labels", "true"), "targets"),
}
NOT_A_LAYER = frozenset(
    (
        *(
            "d",
            "db",
            "dw",
            "grad",
            "grads",
            "gradient",
            "gradients",
            "delta",
            "deltas",
            "velocity",
            "momentum",
        ),
        *("decay", "init", "initializer", "regularizer", "constraint", "shape", "size", "std"),
        *("optimizer", "cache", "history"),
    )
)
"""A name such as weight_decay or dW is not that of weights."""


def role_of(name: str) -> tuple[Role | None, tuple[str, ...]]:
    """Return the role that a name states, None without one, and the rest of the name.

    Parameters
    ----------
    name
        To the left of an assignment, such as W1 or hidden_bias.

    Returns
    -------
    tuple[Role | None, tuple[str, ...]]
    """
    parts = words_of(name)
    if not NOT_A_LAYER.isdisjoint(parts):
        return None, ()
    for place, part in enumerate(parts):
        if part in _WORDS:
            return _WORDS[part], parts[:place] + parts[place + 1 :]
    roles = {_OTHER_WORDS.get(part) for part in parts}
    return (roles.pop(), ()) if len(roles) == 1 else (None, ())


def words_of(name: str) -> tuple[str, ...]:
    """Return the words and numbers of a name in lower case, "layer" and "2" for layer2.

    Parameters
    ----------
    name
        Such as layer2 or hiddenBias.

    Returns
    -------
    tuple[str, ...]
    """
    return tuple(part.lower() for part in _PARTS_OF_A_NAME.findall(name))

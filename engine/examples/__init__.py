"""The built-in networks, each a TOML file next to this one."""

from __future__ import annotations

from engine.formats.toml import read_toml
from engine.nn.arguments import check_type
from engine.session.session import Session
from engine.text import nearest

DEFAULT = "binary-classifier"
"""The example that the playground opens with."""

_IDS = (
    "hidden-layer",
    "binary-classifier",
    "single-neuron",
    "layer-relu",
    "layer-sigmoid",
    "two-layer",
    "batch",
    "adjustable-neuron",
    "random-layer",
    "lesson-neuron",
    "tiny-net",
    "xor-step",
    "zero-knowledge-neuron",
    "neuron-class",
    "shared-weights",
    "spam-or-ham",
    "house-price",
    "three-classes",
    "two-by-two",
)


def ids() -> tuple[str, ...]:
    """Return the ids of all examples, in display order."""
    return _IDS


def load(id: str) -> Session:
    """Return the session of an example.

    Parameters
    ----------
    id
        One of `ids`.

    Returns
    -------
    Session

    Raises
    ------
    ValueError
        For an unknown id, with the nearest.
    """
    return read_toml(text(id).encode())


def text(id: str) -> str:
    """Return the text of an example's file.

    Parameters
    ----------
    id
        One of `ids`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For an unknown id.
    """
    check_type(id, str, "id")
    if id not in _IDS:
        raise ValueError(f"there is no example {id[:60]!r}; {nearest(id, _IDS)}")
    # Imported here, as it is slow and most commands read no example.
    from importlib import resources

    return resources.files("engine.examples").joinpath(f"{id}.toml").read_text(encoding="utf-8")

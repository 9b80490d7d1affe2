"""The project's TOML document without the weights, which binary formats keep as metadata."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from engine.formats.toml.parser import parse
from engine.formats.toml.reader import session_of, tensors_of
from engine.formats.toml.writer import toml_of
from engine.nn.arrays import FloatArray
from engine.session.session import Session

MAX_BYTES = 6_000_000

Arrays = Sequence[tuple[FloatArray, FloatArray]]


def document_text(session: Session, with_samples: bool = True) -> str:
    """Return the session's document.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    with_samples
        Whether inputs and targets are in it, or kept elsewhere like the weights.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When it is too large to be read back.
    """
    if session.origin is not None:
        # The file itself shows the type of its numbers.
        session = session.evolve(origin=replace(session.origin, dtype="float64"))
    text = toml_of(session, with_weights=False, with_samples=with_samples)
    if len(text.encode()) > MAX_BYTES:
        raise ValueError(
            f"inputs, targets and names take more than {MAX_BYTES / 1e6:,.0f} MB; "
            f"save the network with fewer samples"
        )
    return text


def session_from(
    text: str,
    arrays: Arrays | Callable[[Sequence[tuple[str, ...]], bool], Arrays],
    samples: Mapping[str, FloatArray] | None = None,
) -> Session:
    """Return the session made of a document and the weights and bias of each layer.

    Parameters
    ----------
    text
        The document, TOML without the numbers.
    arrays
        Weights and bias of each layer, or what gives them by the names of the tensors of each
        layer, empty where the document does not give any, and whether they are transposed.
    samples
        The inputs and targets that the document does not hold.

    Returns
    -------
    Session

    Raises
    ------
    ValueError
        Naming the place, when they do not belong together.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        raise ValueError(f"metadata: more than {MAX_BYTES / 1e6:,.0f} MB")
    try:
        document = parse(data)
        layers = document.get("layers")
        if type(layers) is not list or any(type(layer) is not dict for layer in layers):
            raise ValueError("layers: expected tables")
        if callable(arrays):
            origin = document.get("origin")
            transposed = type(origin) is dict and origin.get("transposed") is True
            names = [tensors_of(layer, f"layers[{k}]") for k, layer in enumerate(layers, start=1)]
            arrays = arrays(names, transposed)
        if len(layers) != len(arrays):
            raise ValueError(f"{len(layers)} layers, the file has weights for {len(arrays)}")
        for layer, (weights, bias) in zip(layers, arrays, strict=True):
            layer["weights"], layer["bias"] = weights, bias
        document |= samples or {}
        return session_of(document)
    except ValueError as error:
        raise ValueError(f"metadata: {error}") from None


def written_dtype(session: Session, dtype: str) -> np.dtype[np.float32] | np.dtype[np.float64]:
    """Return float32 if `dtype` says so and every weight and bias fits exactly, else float64.

    The whole file has a single dtype, as frameworks expect.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    dtype
        The type of the numbers.

    Returns
    -------
    np.dtype[np.float32] | np.dtype[np.float64]
    """
    if dtype in ("float16", "bfloat16", "float32"):
        with np.errstate(over="ignore"):
            if all(
                bool((array.astype(np.float32) == array).all())
                for layer in session.network.layers
                for array in (layer.weights, layer.bias)
            ):
                return np.dtype("<f4")
    return np.dtype("<f8")

"""What is known of the file that a session was read from."""

from __future__ import annotations

from dataclasses import dataclass

DTYPES = ("float64", "float32", "float16", "bfloat16")
"""The types of numbers that files have."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file a session was read from; what its tensors are called, its layers know.

    Parameters
    ----------
    notes
        One line for each thing that was folded, ignored or assumed.
    dtype
        That of the file's numbers, such as "float32"; `save` keeps to it if that changes no number.
    inputs, outputs
        What an ONNX model calls them; an ONNX file that is written keeps to it, so that a program
        that runs the model goes on finding them.
    transposed
        Whether its named tensors have one column per neuron, as a file that is written then has.
    """

    notes: tuple[str, ...] = ()
    dtype: str = "float64"
    inputs: str | None = None
    outputs: str | None = None
    transposed: bool = False

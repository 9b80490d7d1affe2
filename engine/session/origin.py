"""What is known of the file that a session was read from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """The file a session was read from.

    Parameters
    ----------
    notes
        One line for each thing that was folded, ignored or assumed.
    dtype
        That of the file's numbers, such as "float32"; `save` keeps to it if that changes no number.
    inputs, outputs
        What an ONNX model calls them; an ONNX file that is written keeps to it, so that a program
        that runs the model goes on finding them.
    tensors
        What a state dict calls the weights and the bias of each layer, None for a bias that it does
        not have; a safetensors file that is written keeps to it, so that load_state_dict goes on
        working. Empty where parts of the file were folded or turned.
    """

    notes: tuple[str, ...] = ()
    dtype: str = "float64"
    inputs: str | None = None
    outputs: str | None = None
    tensors: tuple[tuple[str, str | None], ...] = ()

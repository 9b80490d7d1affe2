"""What the user says about a source that does not say it itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """Options from the command line or a dialog; None is left to the source.

    activations: such as "relu,softmax", one for each layer. transposed: whether matrices have one
    column per neuron. tensor: the matrix of a safetensors file to open by itself; bias: the tensor
    with its biases; neurons: which of its neurons, counted from 1, such as "1-64,100". layers: the
    names of the layers in their order, such as "encoder,decoder". output: the one to open of
    an ONNX file with several.
    """

    activations: str | None = None
    transposed: bool | None = None
    tensor: str | None = None
    bias: str | None = None
    neurons: str | None = None
    layers: str | None = None
    output: str | None = None


NO_OPTIONS = SourceOptions()

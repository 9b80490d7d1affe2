"""Small feed-forward networks as frozen values: compute, edit, explain, load and save them.

These are the public names. All numbers are float64; weights have one row per neuron, inputs and
targets one row per sample.
"""

from typing import TYPE_CHECKING

from engine import examples
from engine.edits.base import Edit, ReturnTo
from engine.edits.features import AddFeature, RemoveFeature
from engine.edits.history import History
from engine.edits.initialisation import RandomInputs, RandomStart
from engine.edits.layers import SetActivation, SetMatrix, SetParameters, SetWeightRow
from engine.edits.names import Rename
from engine.edits.numbers import SetBias, SetInput, SetInputs, SetTarget, SetTargets, SetWeight
from engine.edits.paste import PasteNetwork, ResizeLayer, SetBlock, SetInputBlock
from engine.edits.samples import AddSample, RemoveSample, SetSample
from engine.edits.structure import AddLayer, AddNeuron, RemoveLayer, RemoveNeuron
from engine.formats import load, read, save
from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation, activation
from engine.nn.backprop import Gradients, loss_gradients, output_gradients
from engine.nn.initialisation import INITIALISATIONS, new_network
from engine.nn.layer import Layer, LayerTrace
from engine.nn.network import Network, Trace
from engine.nn.parameters import Bias, Input, Parameter, Weight, WeightRow
from engine.session.loss import session_loss, test_loss
from engine.session.prediction import predictions
from engine.session.session import Session

if TYPE_CHECKING:
    from engine.analysis.ablation import ablation
    from engine.analysis.changes import compare
    from engine.analysis.health import health
    from engine.analysis.linear_map import collapse, local_linear_map
    from engine.analysis.sweep import grid_sweep, sweep, weight_bias_sweep
    from engine.explain.backward_pass import explain_backward
    from engine.explain.neuron import explain_neuron
    from engine.explain.update import explain_update
    from engine.formats.borrow import borrow, list_tensors

    __version__: str
else:
    _LAZY = {
        "ablation": "engine.analysis.ablation",
        "borrow": "engine.formats.borrow",
        "collapse": "engine.analysis.linear_map",
        "compare": "engine.analysis.changes",
        "explain_backward": "engine.explain.backward_pass",
        "explain_neuron": "engine.explain.neuron",
        "explain_update": "engine.explain.update",
        "grid_sweep": "engine.analysis.sweep",
        "health": "engine.analysis.health",
        "list_tensors": "engine.formats.borrow",
        "local_linear_map": "engine.analysis.linear_map",
        "sweep": "engine.analysis.sweep",
        "weight_bias_sweep": "engine.analysis.sweep",
    }

    def __getattr__(name):
        # Imported on first use, so that the program starts quickly.
        if name in _LAZY:
            from importlib import import_module

            return getattr(import_module(_LAZY[name]), name)
        if name == "__version__":
            from importlib.metadata import PackageNotFoundError, version

            try:
                return version("nn-play")
            except PackageNotFoundError:
                return "(not installed)"
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "ACTIVATIONS",
    "INITIALISATIONS",
    "Activation",
    "AddFeature",
    "AddLayer",
    "AddNeuron",
    "AddSample",
    "Bias",
    "Edit",
    "Gradients",
    "History",
    "Input",
    "Layer",
    "LayerTrace",
    "Network",
    "Parameter",
    "PasteNetwork",
    "RandomInputs",
    "RandomStart",
    "RemoveFeature",
    "RemoveLayer",
    "RemoveNeuron",
    "RemoveSample",
    "Rename",
    "ResizeLayer",
    "ReturnTo",
    "Session",
    "SetActivation",
    "SetBias",
    "SetBlock",
    "SetInput",
    "SetInputBlock",
    "SetInputs",
    "SetMatrix",
    "SetParameters",
    "SetSample",
    "SetTarget",
    "SetTargets",
    "SetWeight",
    "SetWeightRow",
    "Trace",
    "Weight",
    "WeightRow",
    "ablation",
    "activation",
    "borrow",
    "collapse",
    "compare",
    "examples",
    "explain_backward",
    "explain_neuron",
    "explain_update",
    "grid_sweep",
    "health",
    "list_tensors",
    "load",
    "local_linear_map",
    "loss_gradients",
    "new_network",
    "output_gradients",
    "predictions",
    "read",
    "save",
    "session_loss",
    "sweep",
    "test_loss",
    "weight_bias_sweep",
]

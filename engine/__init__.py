"""Small feed-forward networks as frozen values: computed, changed, explained, read and written.

The public names; everything is float64, weights have one row per neuron, samples one row each.
"""

from typing import TYPE_CHECKING

from engine import examples
from engine.activations import ACTIVATIONS, Activation, activation
from engine.block_edits import PasteNetwork, ResizeLayer, SetBlock, SetInputBlock
from engine.changes import compare
from engine.collapse import collapse, local_linear_map
from engine.edits import Edit, SetBias, SetInput, SetInputs, SetTarget, SetTargets, SetWeight
from engine.explain import explain_neuron
from engine.feature_edits import AddFeature, RemoveFeature
from engine.formats import load, read, save
from engine.gradients import Gradients, loss_gradients, output_gradients
from engine.health import health
from engine.history import History
from engine.layer import Layer, LayerTrace
from engine.layer_edits import SetActivation, SetMatrix, SetParameters, SetWeightRow
from engine.network import Network, Trace
from engine.parameters import Bias, Input, Parameter, Weight
from engine.prediction import predictions
from engine.random_start import INITIALISATIONS, RandomStart, new_network
from engine.restore import ReturnTo
from engine.sample_edits import AddSample, RemoveSample, Rename, SetSample
from engine.session import Session
from engine.session_loss import session_loss, test_loss
from engine.structure_edits import AddLayer, AddNeuron, RemoveLayer, RemoveNeuron
from engine.sweeps import grid_sweep, sweep, weight_bias_sweep

if TYPE_CHECKING:
    from engine.formats.borrow import borrow, list_tensors
else:

    def __getattr__(name):
        # Imported when first asked for, so that the start stays quick.
        if name in ("borrow", "list_tensors"):
            from engine.formats import borrow

            return getattr(borrow, name)
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
    "activation",
    "borrow",
    "collapse",
    "compare",
    "examples",
    "explain_neuron",
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

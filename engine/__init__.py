"""Small feed-forward networks as frozen values: computed, changed, explained, read and written.

The public names; everything is float64, weights have one row per neuron, samples one row each.
"""

from engine import examples
from engine.activations import ACTIVATIONS, Activation, activation
from engine.changes import compare
from engine.collapse import collapse, local_linear_map
from engine.edits import Edit, SetBias, SetInput, SetInputs, SetTarget, SetTargets, SetWeight
from engine.explain import explain_neuron
from engine.formats import load, save
from engine.gradients import Gradients, loss_gradients, output_gradients
from engine.health import health
from engine.history import History
from engine.layer import Layer, LayerTrace
from engine.layer_edits import SetActivation, SetMatrix, SetWeightRow
from engine.network import Network, Trace
from engine.parameters import Bias, Input, Parameter, Weight
from engine.prediction import predictions
from engine.random_start import INITIALISATIONS, RandomStart, new_network
from engine.restore import ReturnTo
from engine.sample_edits import AddSample, RemoveSample, Rename, SetSample
from engine.session import Session
from engine.session_loss import session_loss
from engine.structure_edits import (
    AddFeature,
    AddLayer,
    AddNeuron,
    RemoveFeature,
    RemoveLayer,
    RemoveNeuron,
)
from engine.sweeps import grid_sweep, sweep, weight_bias_sweep

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
    "RandomStart",
    "RemoveFeature",
    "RemoveLayer",
    "RemoveNeuron",
    "RemoveSample",
    "Rename",
    "ReturnTo",
    "Session",
    "SetActivation",
    "SetBias",
    "SetInput",
    "SetInputs",
    "SetMatrix",
    "SetSample",
    "SetTarget",
    "SetTargets",
    "SetWeight",
    "SetWeightRow",
    "Trace",
    "Weight",
    "activation",
    "collapse",
    "compare",
    "examples",
    "explain_neuron",
    "grid_sweep",
    "health",
    "load",
    "local_linear_map",
    "loss_gradients",
    "new_network",
    "output_gradients",
    "predictions",
    "save",
    "session_loss",
    "sweep",
    "weight_bias_sweep",
]

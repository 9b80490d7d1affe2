"""The backward mode of the Diagram: δ in the nodes and gradients as edges, of the sample shown."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.nn.arrays import FloatArray
from engine.nn.backprop import Gradients, loss_gradients
from engine.nn.losses import n_counted
from engine.session.session import Session
from tui.state.gradients import Subject, gradients_for
from tui.views.scene import Scene


def backward_of(scene: Scene) -> Gradients | None:
    """Return the derivatives shown instead of activations and weights; None in the forward mode.

    They are of the sample's own loss, or of an output: derivatives have to be shown everywhere, and
    the sample needs a target if they are of the loss.
    """
    if not scene.view.gradients_shown:
        return None
    return _of_sample(scene.session, scene.sample, scene.workspace.gradient_subject)


@lru_cache(maxsize=2)
def _of_sample(session: Session, sample: int, subject: Subject) -> Gradients | None:
    if not subject.is_loss:
        return gradients_for(session, sample, subject)
    targets = session.targets_or_unset[[sample]]
    if not n_counted(session.loss_name, targets):
        return None
    return loss_gradients(session.sample_trace(sample), targets, session.loss_name)


def stage_values(scene: Scene, stage: int) -> FloatArray:
    """Return what the nodes of a stage show: inputs and activations, or d loss / d input and δ."""
    backward = backward_of(scene)
    if backward is None:
        values = scene.trace.layers[stage - 1].activations if stage else scene.trace.inputs
    else:
        values = backward.layers[stage - 1].pre_activations if stage else backward.inputs
    row: FloatArray = values[0]
    return row


def edge_values(scene: Scene, layer_index: int) -> FloatArray:
    """Return what the edges into a layer show, (n_neurons, n_inputs): weights or gradients."""
    backward = backward_of(scene)
    if backward is None:
        return scene.session.network.layers[layer_index].weights
    return np.nan_to_num(backward.layers[layer_index].weights)

"""Gradients of what a session asks for: its loss, or one of its outputs."""

from __future__ import annotations

import dataclasses

import numpy as np

from engine.activations import FloatArray
from engine.gradients import Gradients, LayerGradients, loss_gradients, output_gradients
from engine.losses import n_counted
from engine.session import Session
from engine.session_loss import loss_name


def session_loss_gradients(session: Session, name: str | None = None) -> Gradients:
    """Return the gradients of the loss of the training samples, as `session_loss` measures it.

    They have a row for every sample of the session; the loss does not depend on those of the test
    set, whose rows are 0. Inputs count with all that is derived from them. Raises ValueError
    without targets, and as `engine.losses.loss` does.
    """
    targets, name = session.training_targets, name or loss_name(session)
    if targets is None or not n_counted(name, targets):
        raise ValueError("there are no targets to measure a loss against")
    trace = session.trace.rows(0, session.n_train) if session.n_test else session.trace
    gradients = loss_gradients(trace, targets, name)
    gradients = _with_followers(gradients, trace.inputs, session)
    return _with_rows_of_zeros(gradients, session.n_test) if session.n_test else gradients


def session_output_gradients(session: Session, sample: int, output: int) -> Gradients:
    """Return the gradients of one output of one sample, both from 0.

    Inputs count with all that is derived from them.
    """
    trace = session.sample_trace(sample)
    return _with_followers(output_gradients(trace, output), trace.inputs, session)


def _with_followers(gradients: Gradients, inputs: FloatArray, session: Session) -> Gradients:
    """The gradients in which an input also counts through the inputs that follow from it."""
    if not session.derived:
        return gradients
    total = gradients.inputs.copy()
    with np.errstate(all="ignore"):
        for column, follower in enumerate(session.derived, start=session.n_base_features):
            for source in follower.of:
                slope = follower.derivative(inputs, source)
                total[:, source] += gradients.inputs[:, column] * slope
    return dataclasses.replace(gradients, inputs=total)


def _with_rows_of_zeros(gradients: Gradients, count: int) -> Gradients:
    def longer(rows: FloatArray) -> FloatArray:
        return np.concatenate([rows, np.zeros((count, rows.shape[1]))])

    layers = (
        LayerGradients(
            layer.weights, layer.bias, longer(layer.pre_activations), longer(layer.activations)
        )
        for layer in gradients.layers
    )
    return Gradients(tuple(layers), longer(gradients.inputs))

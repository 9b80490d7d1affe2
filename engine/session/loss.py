"""The loss of a session's training samples, test samples or one sample; and gradients."""

from __future__ import annotations

import dataclasses

import numpy as np

from engine.nn.arguments import check_type
from engine.nn.arrays import FloatArray
from engine.nn.backprop import Gradients, LayerGradients, loss_gradients, output_gradients
from engine.nn.losses import n_counted
from engine.session.metrics import trace_loss
from engine.session.session import Session


def has_targets(session: Session) -> bool:
    """Return whether some target of the training samples counts for their loss.

    Parameters
    ----------
    session
        The network with its samples, targets and names.

    Returns
    -------
    bool
    """
    targets = session.training_targets
    return targets is not None and n_counted(session.loss_name, targets) > 0


def session_loss(session: Session, name: str | None = None) -> float | None:
    """Return the loss called `name` of the training samples, or None if they have no targets.

    Without a test set these are all samples. Targets that are not set do not count.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    name
        None for `session.loss_name`.

    Returns
    -------
    float | None

    Raises
    ------
    ValueError
        As `engine.nn.losses.loss` does, when the loss is unknown or does not suit the last layer or
        the targets.
    """
    check_type(session, Session, "session")
    return session.loss_of_rows(0, session.n_train, name)


# Named for what it measures; it is not a test of this project.
def test_loss(session: Session, name: str | None = None) -> float | None:  # noqa: PT028
    """Return the loss of the test samples, None without any; otherwise as `session_loss`.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    name
        A key of LOSSES; None for `session.loss_name`.

    Returns
    -------
    float | None
    """
    check_type(session, Session, "session")
    return session.loss_of_rows(session.n_train, session.n_samples, name)


def sample_loss(session: Session, sample: int, name: str | None = None) -> float | None:
    """Return the loss of one sample, from 0; otherwise as `session_loss`.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    sample
        The index of the sample, from 0.
    name
        A key of LOSSES; None for `session.loss_name`.

    Returns
    -------
    float | None
    """
    if session.targets is None:
        return None
    trace, targets = session.sample_trace(sample), session.targets[sample : sample + 1]
    try:
        return trace_loss(trace, targets, name or session.loss_name)
    except ValueError:
        # The message counts from the first of all samples there.
        return session.loss_of_rows(sample, sample + 1, name)


def session_loss_gradients(session: Session, name: str | None = None) -> Gradients:
    """Return the gradients of the loss of the training samples, as `session_loss` measures it.

    They have a row for every sample of the session; those of the test set, on which the loss does
    not depend, are 0. The derivatives with respect to inputs include the effect of features derived
    from them.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    name
        A key of LOSSES; None for `session.loss_name`.

    Returns
    -------
    Gradients

    Raises
    ------
    ValueError
        Without targets, and as `engine.nn.losses.loss` does.
    """
    targets, name = session.training_targets, name or session.loss_name
    if targets is None or not n_counted(name, targets):
        raise ValueError("there are no targets to measure a loss against")
    trace = session.trace.rows(0, session.n_train) if session.n_test else session.trace
    gradients = loss_gradients(trace, targets, name)
    gradients = _through_derived_features(gradients, trace.inputs, session)
    return _with_rows_of_zeros(gradients, session.n_test) if session.n_test else gradients


def session_output_gradients(session: Session, sample: int, output: int) -> Gradients:
    """Return the gradients of one output of one sample, both from 0.

    The derivatives with respect to inputs include the effect of features derived from them.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    sample
        The index of the sample, from 0.
    output
        The index of the output, from 0.

    Returns
    -------
    Gradients
    """
    trace = session.sample_trace(sample)
    return _through_derived_features(output_gradients(trace, output), trace.inputs, session)


def _through_derived_features(
    gradients: Gradients, inputs: FloatArray, session: Session
) -> Gradients:
    """The gradients, with the effect of derived features added to that of their sources."""
    if not session.derived:
        return gradients
    total = gradients.inputs.copy()
    with np.errstate(all="ignore"):
        for column, derived_feature in enumerate(session.derived, start=session.n_base_features):
            for source in derived_feature.of:
                derivative = derived_feature.derivative(inputs, source)
                total[:, source] += gradients.inputs[:, column] * derivative
    return dataclasses.replace(gradients, inputs=total)


def _with_rows_of_zeros(gradients: Gradients, count: int) -> Gradients:
    def extended(rows: FloatArray) -> FloatArray:
        return np.concatenate([rows, np.zeros((count, rows.shape[1]))])

    layers = (
        LayerGradients(
            layer.weights, layer.bias, extended(layer.pre_activations), extended(layer.activations)
        )
        for layer in gradients.layers
    )
    return Gradients(tuple(layers), extended(gradients.inputs))

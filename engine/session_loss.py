"""The loss of a session's outputs, of all samples or of one."""

from __future__ import annotations

from engine.activations import FloatArray
from engine.losses import default_loss, loss
from engine.network import Trace
from engine.session import Session


def session_loss(session: Session, name: str | None = None) -> float | None:
    """Return the loss called `name` of all samples, or None when there are no targets.

    Without a name it is the usual one of the task. Raises ValueError, as `engine.losses.loss`
    does, when the loss is unknown or does not suit the last layer or the targets.
    """
    if session.targets is None:
        return None
    return _loss(session, session.trace, session.targets, name)


def sample_loss(session: Session, sample: int, name: str | None = None) -> float | None:
    """Return the loss of one sample alone, from 0; all else as for `session_loss`."""
    if session.targets is None:
        return None
    trace = session.sample_trace(sample)
    return _loss(session, trace, session.targets[sample : sample + 1], name)


def _loss(session: Session, trace: Trace, targets: FloatArray, name: str | None) -> float:
    z, a = trace.layers[-1]
    activation = session.network.layers[-1].activation
    return loss(name or default_loss(session.task), z, a, targets, activation)

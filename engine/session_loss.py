"""The loss of a session's outputs: of the training samples, of the test samples or of one."""

from __future__ import annotations

from engine.activations import FloatArray
from engine.losses import default_loss, loss, n_counted
from engine.network import Trace
from engine.session import Session


def loss_name(session: Session) -> str:
    """Return the loss that training makes small: the chosen one, or the usual one of the task."""
    chosen = None if session.training is None else session.training.loss
    return chosen or default_loss(session.task)


def has_targets(session: Session) -> bool:
    """Return whether a target of the training samples is set that counts for their loss."""
    targets = session.training_targets
    return targets is not None and n_counted(loss_name(session), targets) > 0


def session_loss(session: Session, name: str | None = None) -> float | None:
    """Return the loss called `name` of the training samples, or None when no target of them is set.

    Without a test set these are all samples. Targets that are not set do not count. Without a name
    it is that of `loss_name`. Raises ValueError, as `engine.losses.loss` does, when the loss is
    unknown or does not suit the last layer or the targets.
    """
    return _loss_of_rows(session, 0, session.n_train, name)


# Named for what it measures; it is no test of this project.
def test_loss(session: Session, name: str | None = None) -> float | None:  # noqa: PT028
    """Return the loss of the test samples, None without any; all else as for `session_loss`."""
    if not session.n_test:
        return None
    return _loss_of_rows(session, session.n_train, session.n_samples, name)


def sample_loss(session: Session, sample: int, name: str | None = None) -> float | None:
    """Return the loss of one sample alone, from 0; all else as for `session_loss`."""
    if session.targets is None:
        return None
    trace = session.sample_trace(sample)
    return _loss(session, trace, session.targets[sample : sample + 1], name)


def _loss_of_rows(session: Session, start: int, stop: int, name: str | None) -> float | None:
    if session.targets is None:
        return None
    return _loss(session, session.trace.rows(start, stop), session.targets[start:stop], name)


def _loss(session: Session, trace: Trace, targets: FloatArray, name: str | None) -> float | None:
    z, a = trace.layers[-1]
    activation = session.network.layers[-1].activation
    name = name or loss_name(session)
    value = loss(name, z, a, targets, activation)
    return value if n_counted(name, targets) else None

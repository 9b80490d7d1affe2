"""The answers of the network to the training samples and to the test samples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.nn.arrays import FloatArray
from engine.nn.targets import class_targets, samples_with_target
from engine.session.loss import session_loss, test_loss
from engine.session.session import Session
from tui.drawing.axes import IntArray

_MAX_WORK = 30_000_000
"""The number of multiplications that takes a few milliseconds."""


@dataclass(frozen=True, eq=False, slots=True)
class Answered:
    """Outputs and targets of the samples examined, each of which has a target.

    samples: their indices in the session, (n_examined,). outputs, targets: (n_examined, n_outputs),
    NaN where a target is not set. n_samples: the number of samples with a target, examined or not.
    """

    samples: IntArray
    outputs: FloatArray
    targets: FloatArray
    n_samples: int

    @property
    def is_part(self) -> bool:
        """Whether only some of the samples were examined."""
        return len(self.samples) < self.n_samples


def is_quick(session: Session) -> bool:
    """Whether the outputs of all samples are known, or quick to compute."""
    # A session computes its trace once and then keeps it as a field.
    is_known = "trace" in session.__dict__
    return is_known or session.n_samples * session.network.n_parameters <= _MAX_WORK


def has_answered(session: Session) -> bool:
    """Return whether any sample has a target to compare its answer with."""
    return answered(session, False) is not None or answered(session, True) is not None


@lru_cache(maxsize=4)
def answered(session: Session, of_test: bool) -> Answered | None:
    """Return the answers to the training or the test samples, or None if none has a target.

    Samples without a target are left out. If all of them would take too long, only some are
    examined, evenly spread.
    """
    first, last = (session.n_train, session.n_samples) if of_test else (0, session.n_train)
    if session.targets is None:
        return None
    targets = session.targets
    if session.task == "multiclass":
        targets = class_targets(targets)
    samples = first + np.flatnonzero(samples_with_target(targets[first:last]))
    n_samples = len(samples)
    if not n_samples:
        return None
    if is_quick(session):
        outputs = session.trace.outputs[samples]
    else:
        n_examined = min(n_samples, max(1, _MAX_WORK // session.network.n_parameters))
        samples = samples[np.linspace(0, n_samples - 1, n_examined).round().astype(np.intp)]
        outputs = session.network.forward(session.inputs[samples]).outputs
    return Answered(samples, outputs, targets[samples], n_samples)


@lru_cache(maxsize=2)
def losses_now(session: Session) -> tuple[float, float | None] | str | None:
    """Return the loss over the training samples and over the test samples, if there are any.

    None without targets, or if the samples would take too long. If the loss does not suit the
    network, the reason as text.
    """
    if session.targets is None or not is_quick(session):
        return None
    try:
        train = session_loss(session)
        return None if train is None else (train, test_loss(session))
    except ValueError as error:
        return str(error)

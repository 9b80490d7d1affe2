"""What the network answers to the training samples and to the test samples."""

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
"""So many multiplications take some milliseconds."""


@dataclass(frozen=True, eq=False, slots=True)
class Answered:
    """Outputs and targets of the samples looked at, each of which has a target.

    samples: their places in the session, (n_looked_at,). outputs, targets: (n_looked_at,
    n_outputs), NaN where a target is not set. n_samples: how many there are in all.
    """

    samples: IntArray
    outputs: FloatArray
    targets: FloatArray
    n_samples: int

    @property
    def is_part(self) -> bool:
        """Whether not all samples were looked at."""
        return len(self.samples) < self.n_samples


def is_quick(session: Session) -> bool:
    """Whether the outputs of all samples are known, or computed in no time."""
    # A session computes its trace once and then has it as a field.
    is_known = "trace" in session.__dict__
    return is_known or session.n_samples * session.network.n_parameters <= _MAX_WORK


def has_answered(session: Session) -> bool:
    """Return whether a target says what the answer to a sample should be."""
    return answered(session, False) is not None or answered(session, True) is not None


@lru_cache(maxsize=4)
def answered(session: Session, of_test: bool) -> Answered | None:
    """Return the answers to the training or to the test samples; None where none has a target.

    Those without are left out. Where all of them would take too long it looks at some, evenly
    spread.
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
        n_looked_at = min(n_samples, max(1, _MAX_WORK // session.network.n_parameters))
        samples = samples[np.linspace(0, n_samples - 1, n_looked_at).round().astype(np.intp)]
        outputs = session.network.forward(session.inputs[samples]).outputs
    return Answered(samples, outputs, targets[samples], n_samples)


@lru_cache(maxsize=2)
def losses_now(session: Session) -> tuple[float, float | None] | str | None:
    """Return the loss over the training samples and over the test samples, if there are any.

    None without targets, or where so many samples would take too long; where the loss does not
    suit the network it is the reason, in words.
    """
    if session.targets is None or not is_quick(session):
        return None
    try:
        train = session_loss(session)
        return None if train is None else (train, test_loss(session))
    except ValueError as error:
        return str(error)

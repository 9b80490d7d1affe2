"""The derivatives on the screen, and the quantity they are derivatives of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine import Gradients, Session
from engine.session.loss import (
    session_loss,
    session_loss_gradients,
    session_output_gradients,
)
from engine.session.names import output_label
from tui.state.view_settings import GradientOf


@dataclass(frozen=True, slots=True)
class Subject:
    """What is differentiated: the loss over the training samples, or one output of a sample.

    output: counted from 0; None for the loss.
    """

    name: str
    output: int | None

    @property
    def is_loss(self) -> bool:
        return self.output is None


def gradient_subject(session: Session, output: int, gradient_of: GradientOf) -> Subject:
    """Return the loss if it is asked for and defined, else the given output, counted from 0."""
    if gradient_of == "loss" and has_loss(session):
        return Subject(f"loss ({session.loss_name})", None)
    return Subject(output_label(session, output), output)


def has_loss(session: Session) -> bool:
    """Whether there are targets, and the outputs suit the loss."""
    try:
        return session_loss(session) is not None
    except ValueError:
        return False


@lru_cache(maxsize=4)
def gradients_for(session: Session, sample: int, subject: Subject) -> Gradients:
    """Return the derivatives of `subject`; an output is that of `sample`, counted from 0.

    The loss covers the training samples only, so its derivative with respect to the inputs of a
    test sample is 0.
    """
    if subject.output is None:
        return session_loss_gradients(session)
    return session_output_gradients(session, sample, subject.output)

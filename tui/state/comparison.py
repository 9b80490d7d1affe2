"""What the present numbers are compared with: a remembered session, or the one before an edit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine import Session, Trace


@dataclass(frozen=True, eq=False)
class Comparison:
    """A session that the present one is compared with.

    is_pinned: whether the user asked to remember it; otherwise it is the one before the last edit.
    sample: the selected sample. by_training: whether that edit was training.
    """

    session: Session
    sample: int
    is_pinned: bool
    by_training: bool = False

    def fits(self, session: Session) -> bool:
        """Whether every number has a counterpart: the same layer sizes and number of samples."""
        return (
            self.session.network.sizes == session.network.sizes
            and self.session.n_samples == session.n_samples
        )

    @cached_property
    def trace(self) -> Trace:
        """The forward pass of the selected sample in that session."""
        return self.session.sample_trace(self.sample)

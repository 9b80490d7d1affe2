"""All that the main screen knows, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from engine import Edit, Gradients, Session, SetParameters, Trace
from engine.activations import FloatArray
from engine.history import Entry, History
from engine.restore import ReturnTo
from tui.comparison import Comparison
from tui.selection import Selection, first_selection
from tui.slopes import Subject, gradients_for, slope_subject
from tui.source import Source
from tui.training_state import RunRecord
from tui.view_settings import MapSettings, ViewSettings


@dataclass(frozen=True, eq=False)
class Workspace:
    """The session, its history, and the view of it.

    origin: the session as it was opened, for the way back to the file. source: where it came from
    and where it is saved, None for a fresh one. saved_at: the latest edit when it was last saved.
    pinned: the session that the person asked to remember and compare with. run: the present run of
    training, runs: the earlier ones. moved_on: whether training has moved numbers since the
    latest edit was made.
    """

    session: Session
    origin: Session
    selection: Selection
    source: Source | None = None
    history: History = field(default_factory=History)
    view: ViewSettings = ViewSettings()
    saved_at: Entry | None = None
    pinned: Session | None = None
    run: RunRecord | None = None
    runs: tuple[RunRecord, ...] = ()
    is_training: bool = False
    moved_on: bool = False

    @classmethod
    def open(cls, session: Session, source: Source | None, view: ViewSettings) -> Workspace:
        """Return a workspace for a session just opened."""
        view = replace(view, tip=0, column_parameter=None, map=MapSettings())
        return cls(session, session, first_selection(session), source, view=view)

    @cached_property
    def trace(self) -> Trace:
        """The forward pass of the selected sample, one row in each array."""
        return self.session.sample_trace(self.selection.sample)

    @cached_property
    def comparison(self) -> Comparison | None:
        """What was remembered; without it the session before the last edit, if there was one."""
        sample = self.selection.sample
        if self.pinned is not None:
            return Comparison(self.pinned, min(sample, self.pinned.n_samples - 1), is_pinned=True)
        if self._latest is None:
            return None
        before = self._latest.inverse.apply(self.session)
        return Comparison(before, min(sample, before.n_samples - 1), is_pinned=False)

    @cached_property
    def ghost(self) -> Comparison | None:
        """What was remembered, where every number has its counterpart; None without it."""
        comparison = self.comparison if self.pinned is not None else None
        return comparison if comparison is not None and comparison.fits(self.session) else None

    @cached_property
    def slopes(self) -> Gradients | None:
        """The derivative by every number, while they are shown."""
        if not self.view.slopes_shown:
            return None
        selection = self.selection
        return gradients_for(self.session, selection.sample, self.slope_subject)

    @property
    def n_annotations(self) -> int:
        """How many lines of small numbers stand below each row of numbers."""
        return (self.ghost is not None) + self.view.slopes_shown

    @property
    def slope_subject(self) -> Subject:
        """What the derivatives are of: the loss, or the output spoken of."""
        return slope_subject(self.session, self.selection.output, self.view.slope_of)

    @property
    def is_unsaved(self) -> bool:
        """Whether there is a change that no file has: also an undone one that was saved."""
        return self._latest is not self.saved_at

    @property
    def _latest(self) -> Entry | None:
        return self.history.past[-1] if self.history.past else None

    def edited(self, edit: Edit, after: Selection | None = None) -> Workspace:
        """Return the workspace with `edit` made; raises ValueError when it cannot be.

        after: where the cursor goes, if not where it is.
        """
        if self.moved_on:
            return self.settled().edited(edit, after)
        session, history = self.history.record(self.session, edit, memo=self.selection)
        selection = (after or self.selection).within(session)
        view = self.view
        if session.network.sizes != self.session.network.sizes:
            view = _for_other_sizes(view, session)
        if not self.history.past or selection.cell != self.selection.cell:
            view = replace(view, tip=0)
        return replace(self, session=session, history=history, selection=selection, view=view)

    def undone(self) -> tuple[Workspace, Entry]:
        """Return the workspace before the latest edit, the cursor where it was, and that edit."""
        if self.moved_on:
            return self.settled().undone()
        history = self.history
        if self._latest is not None and isinstance(self._latest.edit, SetParameters):
            # Edits taken back after a run leave other numbers than those it ended with.
            end = SetParameters(self.session.network, self._latest.description)
            history = history.ending_at(end)
        session, history = history.undo(self.session)
        entry = history.future[-1]
        return self._back_at(session, history, entry), entry

    def settled(self) -> Workspace:
        """Return the workspace whose latest edit, made again, leads to just what is here now.

        Training moves on after an edit, be it the run itself or one that was made meanwhile.
        """
        latest = self._latest
        if latest is None or not self.moved_on:
            return replace(self, moved_on=False)
        end: Edit = ReturnTo(self.session, latest.description)
        run = self.run if self.run is not None and self.run.entry is latest else None
        if run is not None:
            end = SetParameters(self.session.network, latest.description)
        history = self.history.ending_at(end)
        new = history.past[-1]
        return replace(
            self,
            history=history,
            moved_on=False,
            saved_at=new if self.saved_at is latest else self.saved_at,
            run=self.run if run is None else replace(run, entry=new),
        )

    def redone(self) -> tuple[Workspace, Entry]:
        """Return the workspace with the edit undone last made again, and that edit."""
        session, history = self.history.redo(self.session)
        entry = history.past[-1]
        return self._back_at(session, history, entry), entry

    @property
    def is_as_pinned(self) -> bool:
        """Whether every number is as it was remembered; after undo that is another session."""
        pinned, session = self.pinned, self.session
        return pinned is not None and (pinned is session or _have_the_same_numbers(pinned, session))

    def remembering(self, session: Session | None) -> Workspace:
        """Return the workspace that compares with `session`; with None, with nothing remembered."""
        return replace(self, pinned=session)

    def back_at_pinned(self, *, swapped: bool = False) -> Workspace:
        """Return the workspace at what was remembered, as one edit; raises ValueError without it.

        swapped: the present session is remembered instead.
        """
        if self.pinned is None:
            raise ValueError("nothing is remembered yet; p remembers what is here now")
        if self.is_as_pinned:
            raise ValueError("everything is as it was remembered")
        there = self.edited(ReturnTo(self.pinned, "what was remembered"))
        return there.remembering(self.session) if swapped else there

    def saved_to(self, source: Source) -> Workspace:
        """Return the workspace as it is once its session stands in `source`."""
        return replace(self, source=source, saved_at=self._latest)

    def selecting(self, selection: Selection) -> Workspace:
        """Return the workspace with the cursor elsewhere."""
        moved = selection.cell != self.selection.cell
        view = replace(self.view, tip=0) if moved else self.view
        return replace(self, selection=selection.within(self.session), view=view)

    def viewing(self, **changes: Any) -> Workspace:
        """Return the workspace with the given view settings changed."""
        return replace(self, view=replace(self.view, **changes))

    def _back_at(self, session: Session, history: History, entry: Entry) -> Workspace:
        place = entry.memo if isinstance(entry.memo, Selection) else self.selection
        view = self.view
        if session.network.sizes != self.session.network.sizes:
            view = _for_other_sizes(view, session)
        return replace(
            self, session=session, history=history, selection=place.within(session), view=view
        )


def _for_other_sizes(view: ViewSettings, session: Session) -> ViewSettings:
    """The view of a session of another shape: what named a number of the old one is dropped."""
    last = session.network.n_features - 1
    across, up = (min(feature, last) for feature in view.map.features)
    if across == up:
        across, up = 0, min(1, last)
    return replace(view, column_parameter=None, map=replace(view.map, features=(across, up)))


def _have_the_same_numbers(one: Session, other: Session) -> bool:
    if one.network.sizes != other.network.sizes:
        return False
    return (
        all(
            mine.activation == its.activation
            and np.array_equal(mine.weights, its.weights)
            and np.array_equal(mine.bias, its.bias)
            for mine, its in zip(one.network.layers, other.network.layers, strict=True)
        )
        and np.array_equal(one.inputs, other.inputs)
        and _equal_targets(one.targets, other.targets)
        and (one.n_test, one.data, one.training) == (other.n_test, other.data, other.training)
    )


def _equal_targets(one: FloatArray | None, other: FloatArray | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other, equal_nan=True)

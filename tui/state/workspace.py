"""Everything the screen knows: the session and its history, the selection and the view settings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from engine.edits.base import Edit, ReturnTo, difference
from engine.edits.history import Entry, History
from engine.edits.layers import SetParameters
from engine.edits.numbers import target_at
from engine.nn.backprop import Gradients
from engine.nn.network import Trace
from engine.nn.values import same_content
from engine.session.names import output_label, parameter_name, parameter_value
from engine.session.session import Session
from tui.files.source import Source
from tui.state.comparison import Comparison
from tui.state.gradients import Subject, gradient_subject, gradients_for
from tui.state.lesson_play import LessonPlay
from tui.state.run_record import RunRecord, is_new_start
from tui.state.selection import Selection, first_selection
from tui.state.view_settings import MapSettings, TableSettings, ViewNames, ViewSettings

_MAX_BYTES = 200_000_000
"""Of the arrays in the history: some sixty steps by hand of 784→128→10, more than a thousand of
64→32→10."""


@dataclass(frozen=True, eq=False, slots=True)
class Memo:
    """What is restored when an edit is undone or redone.

    selection: where the cursor was. run: the training run before the edit. run_after: the run after
    it, known once the edit is undone. trains: whether the edit is itself training. moved_on:
    whether training changed numbers after the edit while it was the latest.
    """

    selection: Selection
    run: RunRecord | None
    run_after: RunRecord | None = None
    trains: bool = False
    moved_on: bool = False


@dataclass(frozen=True, eq=False)
class Workspace:
    """The session, its history, and the view of it.

    origin: the session as opened, for the way back to the file. saved: the session as last written
    or opened, None for work that was never saved. source: where it came from and where it is saved,
    None for a new one. pinned: the session that the user asked to remember and compare with. run:
    the training run that the present numbers come from, None before its first step. runs: the other
    runs, ordered by number; undo leads back to those that edits hold. moved_on: whether training
    has changed numbers since the latest edit. lesson: the lesson that is being played. put_aside:
    the learner's own workspace meanwhile. is_preview: whether it is what a step would lead to,
    shown before the step is made.
    """

    session: Session
    origin: Session
    saved: Session | None
    selection: Selection
    source: Source | None = None
    history: History = field(default_factory=History)
    view: ViewSettings = ViewSettings()
    pinned: Session | None = None
    run: RunRecord | None = None
    runs: tuple[RunRecord, ...] = ()
    is_training: bool = False
    moved_on: bool = False
    lesson: LessonPlay | None = None
    put_aside: Workspace | None = None
    is_preview: bool = False

    @classmethod
    def open(cls, session: Session, source: Source | None, view: ViewSettings) -> Workspace:
        """Return the workspace of a session that has just been opened."""
        view = replace(view, tip=0, samples_layer=None, table=TableSettings(), map=MapSettings())
        return cls(session, session, session, first_selection(session), source, view=view)

    @cached_property
    def trace(self) -> Trace:
        """The forward pass of the selected sample, one row in each array."""
        return self.session.sample_trace(self.selection.sample)

    @cached_property
    def comparison(self) -> Comparison | None:
        """The remembered session, else the one before the last edit, if there is either."""
        sample = self.selection.sample
        if self.pinned is not None:
            return Comparison(self.pinned, min(sample, self.pinned.n_samples - 1), is_pinned=True)
        if self._latest is None:
            return None
        before = self._latest.inverse.apply(self.session)
        trains = _memo(self._latest).trains
        return Comparison(before, min(sample, before.n_samples - 1), False, trains)

    @cached_property
    def ghost(self) -> Comparison | None:
        """The remembered session if every number has a counterpart in it, else None."""
        comparison = self.comparison if self.pinned is not None else None
        return comparison if comparison is not None and comparison.fits(self.session) else None

    @cached_property
    def gradients(self) -> Gradients | None:
        """The derivatives with respect to every number, or None while they are hidden."""
        if not self.view.gradients_shown:
            return None
        selection = self.selection
        return gradients_for(self.session, selection.sample, self.gradient_subject)

    @property
    def n_annotations(self) -> int:
        """How many lines of small numbers are shown below each row of numbers."""
        return (self.ghost is not None) + self.view.gradients_shown

    @property
    def gradient_subject(self) -> Subject:
        """What the derivatives are of: the loss, or the current output."""
        return gradient_subject(self.session, self.selection.output, self.view.gradient_of)

    @property
    def own(self) -> Workspace:
        """The user's own workspace, also while a lesson is being played."""
        return self.put_aside or self

    @property
    def is_unsaved(self) -> bool:
        """Whether anything of the user's own differs from what was last opened or saved."""
        own = self.own
        return own.saved is None or not _have_same_content(own.session, own.saved)

    @property
    def _latest(self) -> Entry | None:
        return self.history.past[-1] if self.history.past else None

    def edited(self, edit: Edit, after: Selection | None = None) -> Workspace:
        """Return the workspace with `edit` applied; raises ValueError if that is impossible.

        after: where the cursor goes, if it moves. An edit that is a new start ends the training
        run; the next one begins with its first epoch.
        """
        there = self._recorded(edit, Memo(self.selection, self.run), after)
        return there.with_run(None) if is_new_start(edit, self.session, there.session) else there

    def to_train(self, description: str) -> Workspace:
        """Return the workspace with a new edit that holds what training does from now on."""
        # A run without a step is not worth restoring.
        run = self.run if self.run is not None and self.run.has_begun else None
        edit = SetParameters(self.session.network, description)
        return self._recorded(edit, Memo(self.selection, run, trains=True))

    def _recorded(self, edit: Edit, memo: Memo, after: Selection | None = None) -> Workspace:
        if self.moved_on:
            return self.settle_run()._recorded(edit, memo, after)
        session, history = self.history.record(self.session, edit, memo)
        history = self._bounded(history)
        selection = (after or self.selection).within(session)
        view = self.view
        if session.network.sizes != self.session.network.sizes:
            view = _for_other_sizes(view, session)
        if not self.history.past or selection.cell != self.selection.cell:
            view = replace(view, tip=0)
        return replace(self, session=session, history=history, selection=selection, view=view)

    def _bounded(self, history: History) -> History:
        """The history without the steps between the oldest edits, where it is too large."""
        count = history.n_beyond(_MAX_BYTES)
        if count < 2:
            return history
        memos = [_memo(entry) for entry in history.past[:count]]
        memo = replace(
            memos[-1],
            selection=memos[0].selection,
            run=memos[0].run,
            trains=any(memo.trains for memo in memos),
        )
        return history.joined(count, self.origin, memo)

    def with_run(self, run: RunRecord | None) -> Workspace:
        """Return the workspace with another present run; the former one joins the other runs."""
        runs = {other.number: other for other in self.runs}
        if self.run is not None and self.run.epochs:
            runs[self.run.number] = replace(self.run, state=None)
        if run is not None:
            runs.pop(run.number, None)
        return replace(self, run=run, runs=tuple(runs[number] for number in sorted(runs)))

    def settle_run(self) -> Workspace:
        """Return the workspace whose latest edit, when redone, leads to exactly the present state.

        Training changes numbers after an edit is recorded: its own edit, or one made while it runs.
        """
        latest = self._latest
        if latest is None or not self.moved_on:
            return replace(self, moved_on=False)
        memo = _memo(latest)
        if not memo.trains:
            # Training goes on when such an edit is undone, so the earlier run is not needed.
            memo = replace(memo, run=None)
        before = latest.inverse.apply(self.session)
        end = difference(self.session, before, latest.description)
        history = self.history.with_latest(end, replace(memo, moved_on=True))
        return replace(self, history=history, moved_on=False)

    def undo(self) -> tuple[Workspace, Entry]:
        """Return the workspace before the latest edit, with the cursor where it was, and that edit.

        The training run is restored too; undoing an edit made while it trained lets it go on.
        Raises ValueError if there is nothing to undo.
        """
        there = self.settle_run()
        history, latest = there.history, there._latest
        if latest is not None:
            memo = replace(_memo(latest), run_after=there.run)
            history = history.with_latest(latest.edit, memo)
        session, history = history.undo(there.session)
        entry = history.future[-1]
        memo = _memo(entry)
        goes_on = memo.moved_on and not memo.trains
        back = there._back_at(session, history, entry, there.run if goes_on else memo.run)
        # Training then has changed numbers since the previous edit as well.
        return replace(back, moved_on=goes_on), entry

    def redo(self) -> tuple[Workspace, Entry]:
        """Return the workspace with the edit that was undone last redone, and that edit.

        Numbers and run are exactly what they were. Raises ValueError if there is nothing to redo.
        """
        session, history = self.history.redo(self.session)
        entry = history.past[-1]
        return self._back_at(session, history, entry, _memo(entry).run_after), entry

    @property
    def is_as_pinned(self) -> bool:
        """Whether the session has the content of the remembered one, though it may be another."""
        pinned, session = self.pinned, self.session
        return pinned is not None and _have_same_content(pinned, session)

    def remembering(self, session: Session | None) -> Workspace:
        """Return the workspace that remembers `session` to compare with, or nothing if None."""
        return replace(self, pinned=session)

    def back_at_pinned(self, *, swapped: bool = False) -> Workspace:
        """Return the workspace back at the remembered session, as one edit.

        swapped: remember the present session instead. Raises ValueError if nothing is remembered or
        nothing differs.
        """
        if self.pinned is None:
            raise ValueError("nothing is remembered yet; p remembers what is here now")
        if self.is_as_pinned:
            raise ValueError("everything is as it was remembered")
        there = self.edited(ReturnTo(self.pinned, "what was remembered"))
        return there.remembering(self.session) if swapped else there

    def saved_to(self, source: Source) -> Workspace:
        """Return the workspace after its session was saved to `source`."""
        return replace(self, source=source, saved=self.session)

    def selecting(self, selection: Selection) -> Workspace:
        """Return the workspace with another selection."""
        moved = selection.cell != self.selection.cell
        view = replace(self.view, tip=0) if moved else self.view
        return replace(self, selection=selection.within(self.session), view=view)

    def viewing(self, *, views: ViewNames | None = None, **changes: Any) -> Workspace:
        """Return the workspace with the given view settings changed."""
        view = replace(self.view, views=views or self.view.views, **changes)
        return replace(self, view=view)

    def _back_at(
        self, session: Session, history: History, entry: Entry, run: RunRecord | None
    ) -> Workspace:
        memo, view = _memo(entry), self.view
        if session.network.sizes != self.session.network.sizes:
            view = _for_other_sizes(view, session)
        goes_on = self.run is not None and run is not None and run.number == self.run.number
        return replace(
            self.with_run(run),
            session=session,
            history=history,
            selection=memo.selection.within(session),
            view=view,
            is_training=self.is_training and goes_on and not memo.trains,
        )


def _memo(entry: Entry) -> Memo:
    assert isinstance(entry.memo, Memo)
    return entry.memo


def _for_other_sizes(view: ViewSettings, session: Session) -> ViewSettings:
    """The view settings for other layer sizes, without references to numbers of the old network."""
    last = session.network.n_features - 1
    across, up = (min(feature, last) for feature in view.map.features)
    if across == up:
        across, up = 0, min(1, last)
    return replace(
        view,
        samples_layer=None,
        table=TableSettings(),
        map=replace(view.map, features=(across, up)),
    )


@lru_cache(maxsize=2)
def _have_same_content(one: Session, other: Session) -> bool:
    """Whether two sessions have the same content, cached while only the cursor moves."""
    return same_content(one, other)


def selected_value(workspace: Workspace) -> float | None:
    """Return the number under the cursor, or None for a target that is not set."""
    selection, session = workspace.selection, workspace.session
    if selection.target is None:
        return parameter_value(session, selection.parameter, selection.sample)
    return target_at(session, selection.sample, selection.target)


def selected_name(workspace: Workspace) -> str:
    """Return the name of the number under the cursor."""
    selection = workspace.selection
    if selection.target is not None:
        return f"target of {output_label(workspace.session, selection.target)}"
    return parameter_name(workspace.session, selection.parameter)

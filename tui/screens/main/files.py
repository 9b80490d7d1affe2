"""The commands that open something: a new network, an example, a file, unsaved work.

Dialogs are imported where they are opened, to keep start-up quick.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len

from engine import examples
from engine.session.session import Session
from engine.text import printable
from tui.files.source import Source, SourceError, understood
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import FILES, Command
from tui.screens.main.learning import choose_data
from tui.screens.main.leave import unless_unsaved
from tui.screens.main.place import at_place, remember_place
from tui.state.workspace import Workspace
from tui.terminal import escaped, reason_of
from tui.views.registry import filled_views

if TYPE_CHECKING:
    from tui.files.unsaved import UnsavedWork
    from tui.state.view_settings import ViewSettings

_MAX_NOTES = 6


def new(screen: WorkspaceScreen) -> None:
    """Make a new network, of a shape that is asked for."""
    from tui.screens.dialogs.new_network import NewNetwork

    def take(session: Session | None) -> None:
        if session is not None:
            _open(screen, session, None)

    unless_unsaved(screen, lambda: screen.app.push_screen(NewNetwork(), take))


def choose_example(screen: WorkspaceScreen) -> None:
    """Open one of the built-in examples."""
    from tui.screens.dialogs.choose_example import ChooseExample

    def take(name: str | None) -> None:
        if name is not None:
            _open(screen, examples.load(name), Source(name, None, name))

    source = screen.present.source
    chooser = ChooseExample(current=source.example if source else None)
    unless_unsaved(screen, lambda: screen.app.push_screen(chooser, take))


def open_file(screen: WorkspaceScreen) -> None:
    """Open unsaved work, a recent file, or a file or example by its name."""
    from tui.files.present_folder import FileHere, files_here
    from tui.files.recent import RecentFile, recent_files
    from tui.files.unsaved import UnsavedWork, unsaved_work
    from tui.screens.dialogs.data.sources import open_data
    from tui.screens.dialogs.open_file import Opened, OpenFile, Typed
    from tui.screens.dialogs.open_source import open_source

    def take(chosen: Opened | None) -> None:
        match chosen:
            case Typed(text) | RecentFile(path=text) | FileHere(name=text):
                open_source(
                    screen.app, text, partial(_open, screen), lambda error: fail(text, error)
                )
            case UnsavedWork():
                bring_back(screen, chosen)

    def fail(text: str, error: SourceError) -> None:
        reason = str(error)
        if error.holds_data and error.source.path is not None:
            try:
                choose_data(screen, open_data(error.source.path, screen.present.session.task))
                return
            except ValueError as wrong:
                reason = f"{error.source.name}: {wrong}"
        ask(text, reason)

    def ask(text: str = "", wrong: str = "") -> None:
        screen.clear_notices()
        recent = [one for one in recent_files() if os.path.exists(one.path)]
        dialog = OpenFile(unsaved_work(), recent, files_here(), value=text, wrong=wrong)
        screen.app.push_screen(dialog, take)

    unless_unsaved(screen, ask)


def bring_back(screen: WorkspaceScreen, work: UnsavedWork) -> None:
    """Open unsaved work, which stays unsaved; its file becomes that of this playground."""
    from tui.files.unsaved import Keeper, open_unsaved

    about = work.description
    try:
        keeper = Keeper(work)
    except OSError as error:
        screen.refuse(f"unsaved work of {work.when}: {reason_of(error)}")
        return
    try:
        session = open_unsaved(work)
    except (OSError, ValueError) as error:
        keeper.close(drop=False)
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        screen.refuse(f"unsaved work of {work.when}: {reason}")
        return
    # Nothing that is still being written goes to the file of what is opened.
    screen.keeper.close(drop=True)
    screen.keeper = keeper
    # Its file may be another by now: without a stamp saving asks first.
    source = understood(about.origin) if about.origin else None
    source = None if source is None else replace(source, dtype=session.dtype)
    workspace = Workspace.open(session, source, screen.present.view)
    epochs = f", after {about.epochs:,} epochs" if about.epochs else ""
    screen.change(
        replace(workspace, saved=None),
        f"unsaved work of {work.when} is back{epochs}; its history for undo is not",
    )


def _open(screen: WorkspaceScreen, session: Session, source: Source | None) -> None:
    remember_place(screen.present)
    screen.clear_notices()
    screen.change(opened(session, source, screen.present.view))
    remember_place(screen.present)
    show_notes(screen)


def opened(session: Session, source: Source | None, view: ViewSettings) -> Workspace:
    """Return the workspace of a session that was read, at the place where one was in its file."""
    workspace = Workspace.open(session, source, view)
    if source is None or source.path is None:
        return filled_views(workspace)
    from tui.files.recent import place_in

    return filled_views(at_place(workspace, place_in(source.path)))


def offer_unsaved(screen: WorkspaceScreen) -> None:
    """Say that there is unsaved work, if there is any, without asking for a key."""
    from tui.files.unsaved import newest_unsaved

    work = newest_unsaved()
    if work is not None:
        title = work.description.title or work.description.sizes
        offer = f"Unsaved work of {work.when}, {escaped(title)}: ctrl+o"
        both = f"{offer} · {screen.status}" if screen.status else offer
        # The first column of the line is blank.
        screen.status = both if cell_len(both) < screen.size.width else offer


def show_notes(screen: WorkspaceScreen) -> None:
    """Show what was noticed while the file was read: parts folded in, left out or made up."""
    notes = () if screen.present.source is None else screen.present.source.notes
    if notes:
        more = len(notes) - _MAX_NOTES
        lines = [*notes[:_MAX_NOTES], *([f"… and {more} more"] if more > 0 else [])]
        text = printable("\n".join(lines), keep="\n")
        screen.notify(text, title="Noticed while reading", timeout=10, markup=False)


COMMANDS = (
    Command("ctrl+n", "new", "new network", FILES, new, WorkspaceScreen),
    Command("ctrl+e", "examples", "examples", FILES, choose_example, WorkspaceScreen),
    Command("ctrl+o", "open", "open a file", FILES, open_file, WorkspaceScreen),
)

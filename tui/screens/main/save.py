"""The commands for saving: to the session's own file, to another, as code or as a picture.

What another program has changed meanwhile, or would miss, is never overwritten without asking.
Dialogs are imported where they are opened, to keep start-up quick.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.cells import cell_len

from engine import formats
from engine.formats import writable_suffixes
from tui.files.source import Source, SourceError, path_of, read_source, stamp_of
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import FILES, Command
from tui.screens.main.place import remember_place
from tui.state.workspace import Workspace
from tui.terminal import escaped, reason_of


def save(screen: WorkspaceScreen) -> None:
    """Write the session to its own file, or ask for one."""
    path = own_path(screen.present)
    if path is None:
        save_as(screen)
    else:
        save_back(screen, path)


def own_path(workspace: Workspace) -> Path | None:
    """The file that the session is from and can be written back to."""
    path = None if workspace.source is None else workspace.source.path
    return path if path is not None and path.suffix.lower() in writable_suffixes() else None


def save_back(
    screen: WorkspaceScreen, path: Path, then: Callable[[], object] | None = None
) -> None:
    """Overwrite the file that was opened, asking first if another program may lose by it."""
    source = screen.present.source
    write = partial(save_to, screen, path, then)
    if source is None or source.is_changed:
        _unless_changed(screen, path, write, then)
        return
    if source.is_ours or path.suffix.lower() == ".toml":
        write()
        return
    _ask_to_overwrite(
        screen,
        f"{source.name} may have been made by another program. Saving keeps its numbers, "
        f"but not the names of its parts, nor what was folded in or left out.",
        write,
        then,
    )


def _change_of(source: Source) -> str:
    """What is known of a change: nothing sure where unsaved work was brought back."""
    has = "may have" if source.stamp is None else "has"
    return f"Another program {has} changed {source.name}"


def save_as(screen: WorkspaceScreen, then: Callable[[], object] | None = None) -> None:
    """Ask for a file and write the session to it; then call `then`."""
    from tui.screens.dialogs.ask import NO_KEY, Ask
    from tui.screens.dialogs.prompt import Prompt

    source = screen.present.source
    suggested = "network.toml"
    if source is not None:
        suggested = f"{source.example or 'network'}.toml"
        if source.path is not None:
            suggested = str(own_path(screen.present) or source.path.with_suffix(".toml"))

    def take(text: str | None) -> None:
        if text is None:
            return
        path = path_of(text)
        write = partial(save_to, screen, path, then, partial(ask, text))
        if os.path.exists(path) and (source is None or path != source.path):
            screen.app.push_screen(
                Ask(
                    f"{escaped(text)} exists. Overwrite it?",
                    [(NO_KEY, "Cancel", "cancel"), (NO_KEY, "Overwrite", "overwrite")],
                ),
                lambda answer: write() if answer == "overwrite" else None,
            )
        else:
            _unless_changed(screen, path, write, then)

    def ask(text: str, wrong: str = "") -> None:
        screen.app.push_screen(
            Prompt(
                "Save as",
                value=text,
                wrong=wrong,
                hint=_save_as_hint(),
                check=_wrong_path,
                complete_paths=True,
            ),
            take,
        )

    ask(suggested)


def save_to(
    screen: WorkspaceScreen,
    path: Path,
    then: Callable[[], object] | None = None,
    failed: Callable[[str], object] | None = None,
) -> None:
    """Write the session to `path` and call `then`; on an error call `failed` with the reason.

    Without `failed` the reason is shown. With the suffix of code or of a picture the session is
    exported, not saved, and `then` is not called.
    """
    failed = failed or screen.refuse
    if export_to(screen, path, failed):
        return
    session = screen.present.session
    dtype = "float64" if screen.present.source is None else screen.present.source.dtype
    source = Source(str(path), path, None, dtype, is_ours=True)
    from tui.files.export import saving_notes

    try:
        notes = saving_notes(session, path, dtype)
        is_widened = formats.is_widened(session, path, dtype)
        formats.save(session, path, "float64" if is_widened else dtype)
    except OSError as error:
        failed(f"{source.name}: {reason_of(error)}; {_what_is_left(path)}")
    except ValueError as error:
        failed(f"{source.name}: {error}")
    else:
        source = replace(source, stamp=stamp_of(path))
        status = "; ".join([f"saved to {source.name}", *notes])
        screen.change(screen.present.saved_to(source), status)
        remember_place(screen.present)
        if then is not None:
            then()


def _what_is_left(path: Path) -> str:
    """What is where after saving has failed."""
    there = "the file is as it was" if os.path.exists(path) else "nothing was written"
    return f"{there}, and your changes are still here"


def _unless_changed(
    screen: WorkspaceScreen,
    path: Path,
    write: Callable[[], object],
    then: Callable[[], object] | None,
) -> None:
    """Write to the file at once, or first ask if another program has changed it meanwhile."""
    source = screen.present.source
    if source is None or source.path != path or not source.is_changed:
        write()
        return
    _ask_to_overwrite(
        screen,
        f"{_change_of(source)} since it was opened here. Saving over it loses what it holds now.",
        write,
        then,
    )


def _ask_to_overwrite(
    screen: WorkspaceScreen,
    question: str,
    write: Callable[[], object],
    then: Callable[[], object] | None,
) -> None:
    from tui.screens.dialogs.ask import NO_KEY, Ask

    source = screen.present.source
    is_changed = source is not None and source.is_changed

    def take(answer: str | None) -> None:
        if answer == "over":
            write()
        elif answer == "other":
            save_as(screen, then)
        elif answer == "compare":
            compare_with_file(screen)

    choices = [
        (NO_KEY, "Cancel", "cancel"),
        *([(NO_KEY, "Compare with it", "compare")] if is_changed else []),
        (NO_KEY, "Save as another file", "other"),
        (NO_KEY, "Save over it", "over"),
    ]
    screen.app.push_screen(Ask(question, choices), take)


def compare_with_file(screen: WorkspaceScreen) -> None:
    """Remember what the file holds now, to see what differs from it."""
    source = screen.present.source
    assert source is not None
    try:
        session, found = read_source(source.text)
    except SourceError as error:
        screen.refuse(str(error))
        return
    # It is known now what would be overwritten.
    workspace = replace(screen.present, source=replace(source, stamp=found.stamp))
    screen.change(
        workspace.remembering(session),
        f"remembered: what {source.name} holds now; P goes there, ctrl+s saves over it",
    )


def notice_change(screen: WorkspaceScreen) -> None:
    """Say that another program has changed the open file, once for each change."""
    source = screen.present.source
    if source is None or not source.is_changed or source.path is None:
        return
    stamp = stamp_of(source.path)
    if stamp != screen.noticed:
        screen.noticed = stamp
        screen.notify(
            f"{_change_of(source)}. ctrl+o opens it again; ctrl+s asks before it is overwritten.",
            markup=False,
        )


def export_to(screen: WorkspaceScreen, path: Path, failed: Callable[[str], object]) -> bool:
    """Write code or a picture where the suffix asks for it; return whether it does.

    failed: called with the reason when it cannot be written.
    """
    from tui.files.export import is_code, is_picture, write_code, write_picture

    if is_picture(path.name):

        def write() -> str:
            write_picture(screen.app.export_screenshot(title="nn-play"), path)
            return "a picture of the screen"

        # Before the refresh the dialog that asked for the name would be in the picture.
        screen.call_after_refresh(_export, screen, path, write, failed)
        return True
    if is_code(path.name):
        workspace = screen.present
        _export(
            screen,
            path,
            lambda: write_code(workspace.session, path, workspace.selection.sample),
            failed,
        )
        return True
    return False


def _export(
    screen: WorkspaceScreen, path: Path, write: Callable[[], str], failed: Callable[[str], object]
) -> None:
    name = Source(str(path), path, None).name
    try:
        title = write()
    except OSError as error:
        failed(f"{name}: {reason_of(error)}")
    except ValueError as error:
        failed(f"{name}: {error}")
    else:
        unsaved = "network itself not saved; " * screen.present.is_unsaved
        brief = f"{unsaved}wrote {name}"
        whole = f"{brief}: {title}"
        # The first column of the line is blank.
        screen.status = whole if cell_len(whole) < screen.size.width else brief


def export_suffixes() -> tuple[str, ...]:
    """Return the suffixes of the formats that can be written but not read."""
    from tui.files.export import PICTURE, code_suffixes

    return (*code_suffixes(), PICTURE)


def is_export(file_name: str) -> bool:
    """Return whether a file of that name is code or a picture."""
    from tui.files.export import is_code, is_picture

    return is_code(file_name) or is_picture(file_name)


def _save_as_hint() -> str:
    return (
        f"the suffix says how: {', '.join(writable_suffixes())}\n"
        f"to show it: {', '.join(export_suffixes())} (the screen)"
    )


def _wrong_path(text: str) -> str | None:
    if not text:
        return "type the path of a file"
    if Path(text).suffix.lower() not in writable_suffixes() and not is_export(text):
        return f"the name must end in {', '.join((*writable_suffixes(), *export_suffixes()))}"
    return None


COMMANDS = (
    Command("ctrl+s", "save", "save", FILES, save, WorkspaceScreen),
    Command("S", "save-as", "save as", FILES, save_as, WorkspaceScreen),
)

"""The keys for files: new, examples, open, save, save as, export, leave."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from engine import examples
from engine.formats import FORMATS, save, writable_suffixes
from engine.session.session import Session
from engine.text import printable
from tui.files.source import STANDARD_INPUT, Source, path_of
from tui.panes.key_groups import FILES, HELP
from tui.screens.main.base import WorkspaceScreen
from tui.state.workspace import Workspace
from tui.terminal import escaped, reason_of

_MAX_NOTES = 6


class ExportActions(WorkspaceScreen):
    """Exporting, which never counts as saving: no export can be reopened in full."""

    def export_to(self, path: Path, failed: Callable[[str], object]) -> bool:
        """Write code or a picture where the suffix asks for it; return whether it does.

        failed: called with the reason when it cannot be written.
        """
        from tui.files.export import is_code, is_picture, write_code, write_picture

        if is_picture(path.name):

            def write() -> str:
                write_picture(self.app.export_screenshot(title="nn-play"), path)
                return "a picture of the screen"

            # Before the refresh the dialog that asked for the name would be in the picture.
            self.call_after_refresh(self._export, path, write, failed)
            return True
        if is_code(path.name):
            workspace = self.present
            self._export(
                path,
                lambda: write_code(workspace.session, path, workspace.selection.sample),
                failed,
            )
            return True
        return False

    def _export(
        self, path: Path, write: Callable[[], str], failed: Callable[[str], object]
    ) -> None:
        name = Source(str(path), path, None).name
        try:
            title = write()
        except OSError as error:
            failed(f"{name}: {reason_of(error)}")
        except ValueError as error:
            failed(f"{name}: {error}")
        else:
            unsaved = "network itself not saved; " * self.present.is_unsaved
            brief = f"{unsaved}wrote {name}"
            whole = f"{brief}: {title}"
            # The first column of the line is blank.
            self.status = whole if cell_len(whole) < self.size.width else brief


def export_suffixes() -> tuple[str, ...]:
    """Return the suffixes of the formats that can be written but not read."""
    from tui.files.export import PICTURE, code_suffixes

    return (*code_suffixes(), PICTURE)


def is_export(file_name: str) -> bool:
    """Return whether a file of that name is code or a picture."""
    from tui.files.export import is_code, is_picture

    return is_code(file_name) or is_picture(file_name)


class SaveActions(ExportActions):
    """Saving; its keys are bound in DocumentActions, with all other file keys.

    Dialogs are imported where they are opened, to keep start-up quick.
    """

    def action_save(self) -> None:
        path = self.own_path
        if path is None:
            self.action_save_as()
        else:
            self.save_back(path)

    @property
    def own_path(self) -> Path | None:
        """The file that the session is from and can be written back to."""
        path = None if self.present.source is None else self.present.source.path
        return path if path is not None and path.suffix.lower() in writable_suffixes() else None

    def save_back(self, path: Path, then: Callable[[], object] | None = None) -> None:
        """Overwrite the file that was opened, asking first if it may be another program's model."""
        source = self.present.source
        if source is None or source.is_ours or path.suffix.lower() == ".toml":
            self.save_to(path, then)
            return
        from tui.screens.dialogs.ask import NO_KEY, Ask

        def take(answer: str | None) -> None:
            if answer == "over":
                self.save_to(path, then)
            elif answer == "other":
                self.action_save_as(then)

        self.app.push_screen(
            Ask(
                f"{source.name} may have been made by another program. Saving keeps its numbers, "
                f"but not the names of its parts, nor what was folded in or left out.",
                [
                    (NO_KEY, "Cancel", "cancel"),
                    (NO_KEY, "Save as another file", "other"),
                    (NO_KEY, "Overwrite it", "over"),
                ],
            ),
            take,
        )

    def action_save_as(self, then: Callable[[], object] | None = None) -> None:
        from tui.screens.dialogs.ask import NO_KEY, Ask
        from tui.screens.dialogs.prompt import Prompt

        source = self.present.source
        suggested = "network.toml"
        if source is not None:
            suggested = f"{source.example or 'network'}.toml"
            if source.path is not None:
                suggested = str(self.own_path or source.path.with_suffix(".toml"))

        def take(text: str | None) -> None:
            if text is None:
                return
            path = path_of(text)
            write = partial(self.save_to, path, then, partial(ask, text))
            if os.path.exists(path) and (source is None or path != source.path):
                self.app.push_screen(
                    Ask(
                        f"{escaped(text)} exists. Overwrite it?",
                        [(NO_KEY, "Cancel", "cancel"), (NO_KEY, "Overwrite", "overwrite")],
                    ),
                    lambda answer: write() if answer == "overwrite" else None,
                )
            else:
                write()

        def ask(text: str, wrong: str = "") -> None:
            self.app.push_screen(
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
        self,
        path: Path,
        then: Callable[[], object] | None = None,
        failed: Callable[[str], object] | None = None,
    ) -> None:
        """Write the session to `path` and call `then`; on an error call `failed` with the reason.

        Without `failed` the reason is shown. With the suffix of code or of a picture the session is
        exported, not saved, and `then` is not called.
        """
        failed = failed or self.refuse
        if self.export_to(path, failed):
            return
        session = self.present.session
        dtype = "float64" if self.present.source is None else self.present.source.dtype
        source = Source(str(path), path, None, dtype, is_ours=True)
        from tui.files.export import widened

        try:
            note = widened(session, path, dtype)
            save(session, path, "float64" if note else dtype)
        except OSError as error:
            failed(f"{source.name}: {reason_of(error)}")
        except ValueError as error:
            failed(f"{source.name}: {error}")
        else:
            status = f"saved to {source.name}" + ("" if note is None else f"; {note}")
            self.change(self.present.saved_to(source), status)
            if then is not None:
                then()


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


class DocumentActions(SaveActions):
    """Opening and saving; unsaved work is never left without asking.

    Dialogs are imported where they are opened, to keep start-up quick.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "new", "new network", show=False, group=FILES),
        Binding("ctrl+e", "examples", "examples", group=FILES),
        Binding("ctrl+o", "open", "open a file", show=False, group=FILES),
        Binding("ctrl+s", "save", "save", show=False, group=FILES),
        Binding("S", "save_as", "save as", show=False, group=FILES),
        Binding("q,ctrl+q", "leave", "quit", group=HELP, key_display="q", priority=False),
    ]

    def action_new(self) -> None:
        from tui.screens.dialogs.new_network import NewNetwork

        def take(session: Session | None) -> None:
            if session is not None:
                self._open(session, None)

        self._unless_unsaved(lambda: self.app.push_screen(NewNetwork(), take))

    def action_examples(self) -> None:
        from tui.screens.dialogs.choose_example import ChooseExample

        def take(name: str | None) -> None:
            if name is not None:
                self._open(examples.load(name), Source(name, None, name))

        source = self.present.source
        chooser = ChooseExample(current=source.example if source else None)
        self._unless_unsaved(lambda: self.app.push_screen(chooser, take))

    def action_open(self) -> None:
        from tui.screens.dialogs.open_source import open_source
        from tui.screens.dialogs.prompt import Prompt

        def take(text: str | None) -> None:
            if text is not None:
                open_source(self.app, text, self._open, lambda error: ask(text, str(error)))

        def ask(text: str = "", wrong: str = "") -> None:
            self.clear_notices()
            self.app.push_screen(
                Prompt(
                    "Open a file",
                    value=text,
                    wrong=wrong,
                    hint=f"a file ({', '.join(FORMATS)}), or the id of an example",
                    check=_wrong_source,
                    complete_paths=True,
                ),
                take,
            )

        self._unless_unsaved(ask)

    def action_leave(self) -> None:
        self._unless_unsaved(self.app.exit)

    def _open(self, session: Session, source: Source | None) -> None:
        workspace = Workspace.open(session, source, self.present.view)
        self.change(workspace)
        self.show_notes()

    def show_notes(self) -> None:
        """Show what was noticed while the file was read: parts folded in, left out or made up."""
        notes = () if self.present.source is None else self.present.source.notes
        if notes:
            more = len(notes) - _MAX_NOTES
            lines = [*notes[:_MAX_NOTES], *([f"… and {more} more"] if more > 0 else [])]
            text = printable("\n".join(lines), keep="\n")
            self.notify(text, title="Noticed while reading", timeout=10, markup=False)

    def _unless_unsaved(self, go_on: Callable[[], object]) -> None:
        """Go on at once, or first ask what to do with unsaved changes."""
        if not self.present.is_unsaved:
            go_on()
            return
        from tui.screens.dialogs.ask import NO_KEY, Ask

        def take(answer: str | None) -> None:
            path = self.own_path
            if answer == "leave":
                go_on()
            elif answer == "save" and path is not None:
                self.save_back(path, go_on)
            elif answer == "save":
                self.action_save_as(go_on)

        self.app.push_screen(
            Ask(
                "There are unsaved changes.",
                [
                    (NO_KEY, "Stay here", "stay"),
                    (NO_KEY, "Save them", "save"),
                    (NO_KEY, "Go on without saving", "leave"),
                ],
            ),
            take,
        )


def _wrong_source(text: str) -> str | None:
    if text == STANDARD_INPUT:
        return "standard input is the keyboard here; type the path of a file"
    return None if text else "type the path of a file"

"""The keys for files: new, examples, open, save, leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from engine import Session, examples
from engine.formats import FORMATS
from engine.text import printable
from tui.key_groups import FILES, HELP
from tui.screens.save_actions import SaveActions
from tui.source import STANDARD_INPUT, Source
from tui.workspace import Workspace

_MOST_NOTES = 6


class DocumentActions(SaveActions):
    """Opening and saving; nothing that is unsaved is left without asking.

    Dialogs are imported where they are opened, since no start of the app needs to wait for them.
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
        from tui.screens.new_network import NewNetwork

        def take(session: Session | None) -> None:
            if session is not None:
                self._open(session, None)

        self._unless_unsaved(lambda: self.app.push_screen(NewNetwork(), take))

    def action_examples(self) -> None:
        from tui.screens.choose_example import ChooseExample

        def take(name: str | None) -> None:
            if name is not None:
                self._open(examples.load(name), Source(name, None, name))

        source = self.present.source
        chooser = ChooseExample(current=source.example if source else None)
        self._unless_unsaved(lambda: self.app.push_screen(chooser, take))

    def action_open(self) -> None:
        from tui.screens.open_source import open_source
        from tui.screens.prompt import Prompt

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
        self.tell_notes()

    def tell_notes(self) -> None:
        """Say what was noticed while the file was read: folded, left out, made up."""
        notes = () if self.present.source is None else self.present.source.notes
        if notes:
            more = len(notes) - _MOST_NOTES
            lines = [*notes[:_MOST_NOTES], *([f"… and {more} more"] if more > 0 else [])]
            text = printable("\n".join(lines), keep="\n")
            self.notify(text, title="Noticed while reading", timeout=10, markup=False)

    def _unless_unsaved(self, go_on: Callable[[], object]) -> None:
        """Go on at once, or after asking what is to become of unsaved changes."""
        if not self.present.is_unsaved:
            go_on()
            return
        from tui.screens.ask import NO_KEY, Ask

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

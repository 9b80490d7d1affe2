"""Saving: back to the file, under another name, as code or a picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from engine import save
from engine.formats import writable_suffixes
from tui.screens.export_actions import ExportActions, export_suffixes, is_export
from tui.source import Source, path_of
from tui.terminal import escaped, reason_of
from tui.writing import widened


class SaveActions(ExportActions):
    """Saving; the keys for it stand with all those for files, in DocumentActions.

    Dialogs are imported where they are opened, since no start of the app needs to wait for them.
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
        """Write over the file that was opened; of another program's model only when told to."""
        source = self.present.source
        if source is None or source.is_ours or path.suffix.lower() == ".toml":
            self.save_to(path, then)
            return
        from tui.screens.ask import NO_KEY, Ask

        def take(answer: str | None) -> None:
            if answer == "over":
                self.save_to(path, then)
            elif answer == "other":
                self.action_save_as(then)

        self.app.push_screen(
            Ask(
                f"{source.name} may be of another program. Its numbers are kept when it is "
                f"written; how it names its parts, and what was folded or left out, are not.",
                [
                    (NO_KEY, "Cancel", "cancel"),
                    (NO_KEY, "Save as another file", "other"),
                    (NO_KEY, "Write over it", "over"),
                ],
            ),
            take,
        )

    def action_save_as(self, then: Callable[[], object] | None = None) -> None:
        from tui.screens.ask import NO_KEY, Ask
        from tui.screens.prompt import Prompt

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
        """Write the session to `path`, then go on; hand the reason to `failed` when it cannot be.

        Without `failed` it is shown. With the suffix of code or of a picture the session is not
        saved, and nothing goes on.
        """
        failed = failed or self.refuse
        if self.export_to(path, failed):
            return
        session = self.present.session
        dtype = "float64" if self.present.source is None else self.present.source.dtype
        source = Source(str(path), path, None, dtype, is_ours=True)
        try:
            save(session, path, dtype)
        except OSError as error:
            failed(f"{source.name}: {reason_of(error)}")
        except ValueError as error:
            failed(f"{source.name}: {error}")
        else:
            note = widened(session, path, dtype)
            said = f"saved to {source.name}" + ("" if note is None else f"; {note}")
            self.change(self.present.saved_to(source), said)
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

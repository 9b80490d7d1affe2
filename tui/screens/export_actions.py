"""Writes code and pictures: files that show the session and do not stand for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.cells import cell_len

from tui.screens.workspace_screen import WorkspaceScreen
from tui.source import Source
from tui.terminal import reason_of


class ExportActions(WorkspaceScreen):
    """Exports; what was unsaved stays so, since no export can be opened again in full."""

    def export_to(self, path: Path, failed: Callable[[str], object]) -> bool:
        """Write code or a picture where the suffix asks for it; return whether it does.

        failed: is handed the reason when it cannot be written.
        """
        from tui.exporting import is_code, is_picture, write_code, write_picture

        if is_picture(path.name):

            def write() -> str:
                write_picture(self.app.export_screenshot(title="nn-play"), path)
                return "a picture of the screen"

            # The dialog that asked for the name is still in the picture before.
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
            self.said = whole if cell_len(whole) < self.size.width else brief


def export_suffixes() -> tuple[str, ...]:
    """Return how the names of all that is written only may end."""
    from tui.exporting import PICTURE, code_suffixes

    return (*code_suffixes(), PICTURE)


def is_export(file_name: str) -> bool:
    """Return whether a file of that name is code or a picture."""
    from tui.exporting import is_code, is_picture

    return is_code(file_name) or is_picture(file_name)

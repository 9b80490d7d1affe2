"""The key that copies more than a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from tui.key_groups import FILES
from tui.screens.workspace_screen import WorkspaceScreen

if TYPE_CHECKING:
    from tui.copying import Copyable

_LARGE = 70_000
"""Characters from which on some terminals cut or ignore what is copied."""


class CopyActions(WorkspaceScreen):
    """Copying rows, layers and the network, as numbers and as code."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+y",
            "copy_more",
            "copy as code",
            group=FILES,
            show=False,
            tooltip="A row, a matrix, a layer or the network, as NumPy, TOML, PyTorch, Keras …",
        ),
    ]

    def action_copy_more(self) -> None:
        from tui.copying import copyables
        from tui.screens.choose_copy import ChooseCopy

        def take(chosen: Copyable | None) -> None:
            if chosen is None:
                return
            text = chosen.write()
            self.app.copy_to_clipboard(text)
            self.said = f"copied {chosen.title}: {len(text):,} characters"
            if len(text) > _LARGE:
                self.notify(
                    "Some terminals do not take so much; S saves the same as a file.",
                    markup=False,
                )

        self.app.push_screen(ChooseCopy(copyables(self.present)), take)

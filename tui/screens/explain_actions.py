"""The key that explains how every number of a sample comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from tui.key_groups import LOOK
from tui.screens.workspace_screen import WorkspaceScreen

if TYPE_CHECKING:
    from tui.screens.explain import Looked


class ExplainActions(WorkspaceScreen):
    """Explain."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "e",
            "explain",
            "explain",
            group=LOOK,
            tooltip="The whole arithmetic of the sample, to be read, or to be predicted first",
        ),
    ]

    def action_explain(self) -> None:
        # Imported here, since no start of the app needs to wait for it.
        from tui.screens.explain import Explain

        workspace = self.present
        selection = workspace.selection
        self.app.push_screen(
            Explain(
                workspace.session,
                selection.sample,
                (selection.layer_index, selection.neuron),
                workspace.view.digits,
            ),
            self._take_over,
        )

    def _take_over(self, looked: Looked | None) -> None:
        """Go on with the digits and the sample that were chosen there."""
        workspace = self.present
        if looked is None or looked == (workspace.view.digits, workspace.selection.sample):
            return
        selection = workspace.selection.of_sample(looked.sample)
        self.change(workspace.viewing(digits=looked.digits).selecting(selection))

"""Shows the network that was recognised in a pasted text, and asks for its activations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from engine import Session
from tui.screens.dialogs.dialog import plain
from tui.screens.dialogs.prompt import Prompt
from tui.state.pasting_network import activations_text, describe, wrong_activations


class PasteNetwork(Prompt):
    """Shows what was recognised, and a line with the activations, which is the result."""

    DEFAULT_CSS = """
    PasteNetwork {
        #recognised {
            height: auto;
            max-height: 8;
            margin: 0 1;
        }
        #recognised Static {
            height: auto;
        }
        &.-short #recognised {
            max-height: 3;
            margin: 0 1;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Replace this one", priority=True)
    ]

    def __init__(
        self, session: Session, unknown: tuple[int, ...], notes: tuple[str, ...], *, samples: str
    ) -> None:
        super().__init__(
            "A network was recognised",
            value=activations_text(session, unknown),
            hint="it replaces the present one; u takes that back",
            check=lambda text: wrong_activations(session, text),
        )
        more = (*notes, samples) if samples else notes
        self._summary = describe(session, (*more, "Activations, one per layer:"))

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(id="recognised", can_focus=False):
            yield Static(plain(self._summary))
        yield from super().compose_body()

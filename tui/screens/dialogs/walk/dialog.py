"""The panel below the numbers that walks through a step, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from tui.screens.dialogs.dialog import Dialog, Hints, plain
from tui.screens.dialogs.explain.entry import ScrollArea
from tui.screens.dialogs.explain.text import Arithmetic
from tui.screens.dialogs.walk.stages import STAGES, StepWalk
from tui.state.workspace import Workspace

_ON = "colon,enter,space,right,l"

Show = Callable[[Workspace | None, frozenset[str]], int]
"""Shows the numbers of a workspace with some panes lit, and returns how many rows are free below;
None is the present workspace."""


class Walk(Dialog[bool]):
    """Forward, loss, backward, update: one stage a key. The result is whether to make the step."""

    DEFAULT_CSS = """
    Walk {
        align: left bottom;
        background: transparent;
        & > #box {
            width: 100%;
            padding: 0;
            border: heavy $accent;
            border-title-color: $accent;
        }
        #scroll {
            height: 1fr;
            margin: 0 0 0 1;
            scrollbar-gutter: stable;
        }
        #box > Hints {
            margin: 0;
            padding: 0 1;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_ON, "accept", "Next stage", key_display=":"),
        Binding(_ON, "make", "Make the step", key_display=":"),
        Binding("backspace,left,h", "back", "Back", key_display="←"),
        Binding("up,k", "scroll('up')", "Read on", show=False),
        Binding("down,j", "scroll('down')", "Read on", key_display="↓"),
        Binding("pageup", "scroll('page_up')", "Page up", show=False),
        Binding("pagedown", "scroll('page_down')", "Page down", show=False),
        Binding("escape", "cancel", "Leave as it was"),
        Binding("ctrl+g,q", "cancel", "Leave as it was", show=False),
    ]

    AUTO_FOCUS = "#scroll"

    def __init__(self, walk: StepWalk, show: Show) -> None:
        super().__init__("Walk a step")
        self._walk = walk
        self._show = show
        self._arithmetic = Arithmetic(lambda: None)

    def compose_body(self) -> Iterable[Widget]:
        with ScrollArea(id="scroll"):
            yield self._arithmetic

    def on_mount(self) -> None:
        self._write()

    def on_resize(self) -> None:
        self._write()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "back":
                return self._walk.place > 0
            case "accept" | "make":
                return self._walk.is_last == (action == "make")
        return True

    def _write(self) -> None:
        walk = self._walk
        n_rows = self._show(walk.preview, walk.panes)
        box = self.query_one("#box", Vertical)
        box.styles.height = n_rows
        names = "  ".join(f"[{name}]" if name == walk.stage else name.lower() for name in STAGES)
        box.border_title = plain(f"Walk a step: {names}")
        self._arithmetic.show(walk.lines(), None)
        self.query_one("#scroll", ScrollArea).scroll_home(animate=False)
        self.refresh_bindings()
        self.call_after_refresh(self.query_one(Hints).write)

    def action_accept(self) -> None:
        """Go to the next stage."""
        self._go(1)

    def action_make(self) -> None:
        """Make the step, and leave."""
        self._leave(makes_step=True)

    def action_back(self) -> None:
        """Go to the stage before."""
        self._go(-1)

    def _go(self, by: int) -> None:
        self._walk = self._walk.moved(by)
        self._write()

    def action_scroll(self, where: str) -> None:
        getattr(self.query_one("#scroll", ScrollArea), f"scroll_{where}")(animate=False)

    def action_cancel(self) -> None:
        self._leave(makes_step=False)

    def _leave(self, *, makes_step: bool) -> None:
        self._show(None, frozenset())
        self.dismiss(makes_step)

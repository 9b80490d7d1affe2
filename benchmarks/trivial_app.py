"""The floor for keypress latency and start-up: a Textual app that counts presses of j.

Press q to leave.
"""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Static


class TrivialApp(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [("j", "count", "Count"), ("q", "quit", "Quit")]
    presses = 0

    def compose(self) -> ComposeResult:
        yield Static("count 0")

    def action_count(self) -> None:
        self.presses += 1
        self.query_one(Static).update(f"count {self.presses}")


if __name__ == "__main__":
    TrivialApp().run()

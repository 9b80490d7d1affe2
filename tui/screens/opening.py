"""The first frame: an empty main screen, shown while the network is being read."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static


class OpeningScreen(Screen[None]):
    """The title and the empty panes; reading a network takes longer than painting them."""

    def compose(self) -> ComposeResult:
        yield Static(" nn-play  opening …", id="title", markup=False)
        with Horizontal(id="numbers"):
            for name in ("Inputs", "Layers", "Output"):
                pane = Static(id=name.lower(), classes="pane")
                pane.border_title = name
                yield pane
        yield Static(id="plots", classes="pane")

"""The pane Try this: tips for the present network and selection."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, ClassVar

from textual.reactive import var

from tui.panes.help_texts import TIPS_HELP, PaneHelp
from tui.state.workspace import Workspace
from tui.widgets.strip_lines import Line, StripLines

if TYPE_CHECKING:
    from tui.tips import Tip


_MIN_LINES_FOR_ANOTHER = 3
"""A blank line and two for the shortest tips, in a pane as narrow as this one."""


class TipsPane(StripLines):
    """What to try next, with figures computed from the numbers on the screen."""

    HELP_TEXT: ClassVar[PaneHelp] = TIPS_HELP

    painted: var[Workspace | None] = var(None)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="pane")

    def on_mount(self) -> None:
        self.border_title = "Try this"
        self.border_subtitle = "t next tip · T hide"

    def watch_painted(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        if self.painted is None or not self.is_on_screen:
            return
        width, height = self.room
        found: Iterable[Tip] = tips_for(self.painted)
        if self.painted.view.tip:
            found = [*found]
            first = self.painted.view.tip % max(1, len(found))
            found = found[first:] + found[:first]
        lines = lines_of(found, width, height)
        plain = self.look.named["plain"]
        written: list[Line] = [((line, plain),) for line in lines]
        self.show_lines([*written, *[()] * (height - len(written))], width)


def lines_of(found: Iterable[Tip], width: int, height: int) -> list[str]:
    """Return the lines of as many whole tips as fit in `height` lines, at least the first.

    No more tips are computed than it takes to fill them.
    """
    lines: list[str] = []
    number = 1
    for tip in found:
        block = textwrap.wrap(f"{number} {tip.text}", max(1, width))
        if not lines or len(lines) + 1 + len(block) <= height:
            lines += [""] * bool(lines) + block
            number += 1
        if len(lines) + _MIN_LINES_FOR_ANOTHER > height:
            break
    return lines[:height]


def tips_for(workspace: Workspace) -> Iterator[Tip]:
    """Return the tips for a workspace, the most useful first.

    During training they are about training. Until the first edit they include the note of the
    network.
    """
    # Imported here so that the app starts without them.
    from tui.tips import Tip, tip_on_losses, tips, training_tips

    if workspace.is_training:
        return iter(training_tips(workspace.session, workspace.run))
    selection = workspace.selection
    found = tips(
        workspace.session,
        workspace.trace,
        selection.sample,
        selection.parameter,
        selection.layer_index,
        selection.neuron,
        selection.output,
        workspace.view.step,
        selection.target,
    )
    if workspace.run is not None and (noticed := tip_on_losses(workspace.run)) is not None:
        found = chain([noticed], found)
    if workspace.session.note and not workspace.history.past:
        note = Tip(f"About this network: {workspace.session.note}")
        found = chain(islice(found, 1), [note], found)
    return found

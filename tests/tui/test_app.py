"""What the app does beside its screens: passing keys on, and painting at the end of a batch."""

from __future__ import annotations

import asyncio

from textual.widgets import Static

from tests.tui.player import playing
from tui.screens.dialogs.ask import Ask


async def test_a_key_that_an_action_leaves_alone_goes_to_the_next() -> None:
    """Textual's copying of a selection skips ctrl+c where there is none; then the app answers."""
    async with playing() as player:
        await player.press("ctrl+c")
        assert "quit" in player.notice


async def test_what_changes_in_a_batch_is_painted_at_its_end() -> None:
    async with playing() as player:
        dialog = Ask("a question", [("y", "yes", "yes")])
        player.app.push_screen(dialog)
        await player.settle()
        painted = asyncio.Event()
        dialog.screen_layout_refresh_signal.subscribe(dialog, lambda _: painted.set())
        with player.app.batch_update():
            dialog.query_one("#question", Static).update("another\nquestion")
            await player.settle()
            assert not painted.is_set()
        # Not by the pilot, whose own messages make the screen paint.
        await asyncio.wait_for(painted.wait(), timeout=30)

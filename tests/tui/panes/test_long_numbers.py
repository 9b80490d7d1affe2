"""A number that is too long for its place is never cut to another number."""

from __future__ import annotations

import re

import numpy as np

from engine import Layer, Network, Session
from engine.text import format_number
from tests.tui.player import playing

NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)…?(e-?\d+)?")
LONG = [123456.789, -9876543.21, 1.5e300, -1.2345678901234567e308, 1.25e-300, 0.1 + 0.2]


async def test_all_digits_are_shown_or_their_end_is_marked() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("f", "f", "f")
        z = format_number(player.workspace.session.trace.layers[0].pre_activations[0, 0], 17)
        assert z == "2.3000000000000003"
        row = next(row for row in player.pane("#layers").splitlines() if " h1 " in row)
        for text in row.replace("│", " ").split()[1:]:
            assert text in ("0.2", "-0.5", "1", "0.1", z) or text.endswith("…")


async def test_the_size_of_a_number_can_always_be_told() -> None:
    network = Network([Layer([LONG], [LONG[0]], "identity"), Layer([[1.0]], [0.0], "identity")])
    session = Session(network, np.array([LONG]) * 1e-3)
    async with playing(session, size=(120, 36)) as player:
        for place, value in enumerate(LONG):
            await player.press("home", *["down"] * place, "tab", "home", *["right"] * place)
            for selector, given in (("#inputs", value * 1e-3), ("#layers", value)):
                texts = player.pane(selector).replace("│", " ").split()
                shown = [
                    float(found[1] + (found[2] or ""))
                    for found in map(NUMBER.fullmatch, texts)
                    if found
                ]
                assert any(abs(number - given) <= abs(given) / 2 for number in shown)
            await player.press("shift+tab")

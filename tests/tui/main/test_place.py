"""Where somebody was in a file is written as JSON, and read back as far as it still exists."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import Weight, examples
from tui.screens.main.place import at_place, place_of
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace

HERE = Workspace.open(examples.load("three-classes"), None, ViewSettings())


def test_a_place_survives_json() -> None:
    there = HERE.viewing(digits=17, digits_chosen=True, views=("Sum", "Map", "Loss"))
    there = there.selecting(there.selection.at(Weight(0, 1, 1), there.session).of_sample(2))
    back = at_place(HERE, json.loads(json.dumps(place_of(there))))
    assert back.selection == there.selection
    assert (back.view.digits, back.view.views) == (17, ("Sum", "Map", "Loss"))


@pytest.mark.parametrize(
    "changed",
    [
        {"parameter": "W9[1,1]"},
        {"parameter": 3},
        {"neuron": [0]},
        {"sample": -1},
        {"sample": 10**9, "neuron": [7, 99], "output": 50, "target": 50},
        {"views": ["Sum", "Nothing"], "digits": 5},
        {"views": ["Sum", "Sum"], "digits": [1]},
    ],
)
def test_what_is_not_there_any_more_is_passed_over(changed: dict[str, Any]) -> None:
    back = at_place(HERE, place_of(HERE) | changed)
    assert back.selection == back.selection.within(back.session)
    assert back.view == HERE.view

"""Every figure that is shown is that of the present numbers, whatever was done before.

No screen is needed: all that is shown is a function of the workspace.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ReturnTo, Session, SetTarget, session_loss
from engine.edits.numbers import set_parameter
from engine.edits.training import SetTraining
from engine.session.loss import test_loss as loss_of_tests
from engine.session.metrics import is_judged
from engine.session.prediction import can_be_right, is_right
from engine.text import FULL_DIGITS, format_number
from engine.training.settings import OPTIMIZER_NAMES, TrainingSettings
from tests.engine.strategies import edits, learning_sessions, plain_number, sessions
from tests.tui.panes.figures import copied, from_nothing, shown
from tests.tui.trained import by_hand, by_play
from tests.tui.views.scenes import PALETTE, texts
from tui.panes.outputs import OutputsSource
from tui.panes.title_line import state_of
from tui.state.navigation import Direction, advance, move
from tui.state.training import return_to_start
from tui.state.view_settings import DIGITS, ViewSettings
from tui.state.workspace import Workspace
from tui.views.loss.axes import loss_text
from tui.views.registry import VIEWS, view_named
from tui.views.scene import Scene

IS_SOAK = settings.get_current_profile_name() == "soak"
N_SEQUENCES = 10_000 if IS_SOAK else 200
MAX_COMMANDS = 12
N_VIEWS = len(VIEWS) if IS_SOAK else 3

COMMANDS = (
    "edit",
    "edit",
    "nudge",
    "target",
    "move",
    "sample",
    "undo",
    "undo",
    "redo",
    "step",
    "epoch",
    "play",
    "start of the run",
    "remember",
    "return",
    "swap",
    "back to the file",
    "learning",
    "look",
)


@given(sessions(plain_number) | learning_sessions(), st.data())
@settings(max_examples=N_SEQUENCES)
def test_after_any_commands_every_figure_is_that_of_the_present_numbers(
    session: Session, data: st.DataObject
) -> None:
    workspace = Workspace.open(session, None, ViewSettings())
    views = data.draw(
        st.lists(
            st.sampled_from([view.name for view in VIEWS]),
            min_size=N_VIEWS,
            max_size=N_VIEWS,
            unique=True,
        )
    )
    for command in data.draw(
        st.lists(st.sampled_from(COMMANDS), min_size=1, max_size=MAX_COMMANDS)
    ):
        # What was drawn may have been kept, and would then be stale.
        shown(workspace, views[:1])
        try:
            workspace = after(workspace, command, data)
        except ValueError:
            continue
        assert_losses_are_true(workspace)
    assert shown(workspace, views) == shown(from_nothing(workspace), views)
    assert_answers_are_true(workspace)


def after(workspace: Workspace, command: str, data: st.DataObject) -> Workspace:
    """The workspace after a key, with whatever it asks for; ValueError where it is refused."""
    session, selection = workspace.session, workspace.selection
    match command:
        case "edit":
            return workspace.edited(data.draw(edits(session, plain_number)))
        case "nudge":
            edit = set_parameter(selection.parameter, data.draw(plain_number), selection.sample)
            return workspace.edited(edit, advance(session, selection))
        case "target":
            output = data.draw(st.integers(0, session.network.n_outputs - 1))
            value = data.draw(st.sampled_from((0.0, 1.0)) | plain_number)
            return workspace.edited(SetTarget(selection.sample, output, value))
        case "move":
            direction = data.draw(st.sampled_from(get_args(Direction)))
            return workspace.selecting(move(session, selection, direction))
        case "sample":
            return workspace.selecting(
                selection.of_sample(data.draw(st.integers(0, session.n_samples - 1)))
            )
        case "undo":
            return workspace.undo()[0]
        case "redo":
            return workspace.redo()[0]
        case "step" | "epoch" as stretch:
            return by_hand(workspace, stretch)
        case "play":
            return by_play(workspace, data.draw(st.integers(1, 3)))
        case "start of the run":
            return return_to_start(workspace)
        case "remember":
            return workspace.remembering(session)
        case "return" | "swap":
            return workspace.back_at_pinned(swapped=command == "swap")
        case "back to the file":
            return workspace.edited(ReturnTo(workspace.origin, "the file"))
        case "learning":
            return workspace.edited(SetTraining(data.draw(_settings)))
    return workspace.viewing(
        digits=data.draw(st.sampled_from(DIGITS)),
        log_scale=data.draw(st.booleans()),
        gradients_shown=data.draw(st.booleans()),
        gradient_of=data.draw(st.sampled_from(("loss", "output"))),
    )


_settings = st.builds(
    TrainingSettings,
    st.sampled_from(OPTIMIZER_NAMES),
    st.sampled_from((0.001, 0.03, 0.5)),
    batch_size=st.none() | st.integers(1, 4),
    loss=st.sampled_from((None, "mse", "squared_error")),
    shuffle=st.booleans(),
)


def losses_of(session: Session) -> tuple[float, float | None] | None:
    """The engine's losses of a session over the training and the test samples, if it has any."""
    copy = copied(session)
    try:
        train = session_loss(copy)
        return None if train is None else (train, loss_of_tests(copy))
    except ValueError:
        return None


def assert_losses_are_true(workspace: Workspace) -> None:
    """Demand that the title and the Loss view show the present loss, or say when it was."""
    run, now = workspace.run, losses_of(workspace.session)
    state = state_of(workspace, 400)
    title = view_named("Loss").title(Scene(workspace, PALETTE))
    if run is None:
        assert "epoch" not in state + title
        assert "loss" not in state
        if now is not None:
            assert title.startswith(f"Loss {loss_text(now[0], workspace.view.digits)}, ")
        return
    assert f"epoch {run.epochs:,}" in state
    assert f"after {run.epochs:,} epoch" in title.lower()
    found = re.fullmatch(
        r"paused · epoch [\d,]+(?:: (?P<then>\S+) · (?P<since>now|\d+ steps? on|no loss now)"
        r"| · loss)(?: (?P<train>\S+))?(?: · test (?P<test>\S+))?",
        state,
    )
    assert found, state
    if found["then"] is not None:
        assert found["then"] == format_number(float(run.losses[-1]))
    if now is None:
        assert found["since"] == "no loss now", state
        return
    assert found["train"] is not None, state
    assert_is(found["train"], now[0])
    assert (found["test"] is None) == (now[1] is None)
    if now[1] is not None:
        assert_is(found["test"], now[1])


def assert_is(text: str, value: float) -> None:
    """Demand that a rounded text is that of a value, but for the last bits of the sum of many."""
    below, above = np.nextafter(value, (-np.inf, np.inf), dtype=float)
    wanted = {format_number(value * factor) for factor in (1, 1 - 1e-12, 1 + 1e-12)}
    assert text in wanted | {format_number(float(below)), format_number(float(above))}


def assert_answers_are_true(workspace: Workspace) -> None:
    """Demand that outputs, right and wrong are shown as the engine computes them."""
    session = copied(workspace.session)
    sample, outputs = workspace.selection.sample, session.trace.outputs
    source = OutputsSource(replace(workspace, session=session), 36)
    digits = workspace.view.digits
    for row, out in enumerate(outputs[sample].tolist()):
        text = OutputsSource(workspace, 36).pinned_cell(row, 0).text
        assert text == source.pinned_cell(row, 0).text
        if digits < FULL_DIGITS and text[0] not in "<>" and np.isfinite(out):
            mantissa, _, exponent = text.partition("e")
            # A power of ten takes room from the decimals in a narrow column.
            decimals = len(mantissa.partition(".")[2]) if exponent else digits
            assert abs(float(text) - out) <= max(10.0**-digits, abs(out) * 10.0**-decimals)
    if session.targets is None or not can_be_right(session):
        return
    verdicts = [is_right(session, *pair) for pair in zip(outputs, session.targets, strict=True)]
    judged = is_judged(session.targets, session.task).tolist()
    n_right = verdicts.count(True)
    title = view_named("Samples").title(Scene(workspace, PALETTE))
    found = re.search(r"(\d+) of (\d+) right", title)
    assert (found is None) == (not any(judged)), title
    if found is not None:
        assert [int(figure) for figure in found.groups()] == [n_right, judged.count(True)]
    strips = texts(view_named("Samples").draw(Scene(workspace, PALETTE), 100, 100))
    assert sum(strip.count("✓") for strip in strips) == n_right

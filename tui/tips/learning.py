"""Tips about training: what to press, and what keeps the network from learning."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine import Network, Session, health
from engine.session.loss import session_loss
from engine.session.names import feature_name
from engine.training.settings import TrainingSettings
from tui.state.run_record import RunRecord
from tui.tips.context import TipContext, shown
from tui.tips.losses import of_losses

_MAX_WORK = 500_000
_MAX_STEPS = 200


def learn(context: TipContext) -> str | None:
    """Say how the network can learn, and what an epoch does to its loss, or why it is stuck."""
    session = context.session
    if session.targets is None:
        return (
            "It can also learn: press C, choose data such as circle or iris, then space, and "
            "watch it train."
        )
    if not _is_quick(session):
        return None
    try:
        loss = session_loss(session)
    except ValueError:
        return None
    if loss is None or loss == 0:
        return None
    return blocked(session) or _what_an_epoch_does(session, loss)


@lru_cache(maxsize=1)
def _what_an_epoch_does(session: Session, loss: float) -> str | None:
    """Describe what an epoch does to the loss; cached while only the cursor moves."""
    # Imported here, since most networks are opened without targets.
    from engine.session.training import run_of
    from engine.training import TrainingDiverged

    try:
        run = run_of(session, session.training or TrainingSettings())
    except ValueError:
        return None
    if run.n_steps > _MAX_STEPS:
        return f"Press space: it trains; watch the loss, now {shown(loss)}. u takes that back."
    start = run.network
    try:
        run.run_epoch()
    except TrainingDiverged:
        return (
            "Space trains, but in the first epoch of a new run the numbers grow too large to "
            "compute. L sets a smaller learning rate."
        )
    if _have_the_same_numbers(start, run.network):
        return (
            f"Space trains, but the first epoch of a new run moves no number: the loss stays "
            f"{shown(loss)}. R draws a new start, L sets how it learns."
        )
    before, after = shown(loss), shown(run.loss)
    if before == after:
        return (
            f"Press space: it trains, but slowly: after an epoch of a new run the loss is still "
            f"{after}. L sets the learning rate."
        )
    if run.loss > loss:
        return (
            f"Press space: it trains, but the first epoch of a new run takes the loss up, from "
            f"{before} to {after}. L can set a smaller learning rate."
        )
    return (
        f"Press space: it trains. The first epoch of a new run takes the loss from {before} down "
        f"to {after}. u takes that back; : walks through one step."
    )


def _have_the_same_numbers(one: Network, other: Network) -> bool:
    return all(
        np.array_equal(mine.weights, its.weights) and np.array_equal(mine.bias, its.bias)
        for mine, its in zip(one.layers, other.layers, strict=True)
    )


def blocked(session: Session) -> str | None:
    """Name a hidden layer that is off on every sample, and what helps."""
    if not _is_quick(session):
        return None
    for layer_index, neurons in enumerate(health(session).neurons[:-1]):
        if all(neuron.is_dead for neuron in neurons):
            every = "The one neuron" if len(neurons) == 1 else f"All {len(neurons)} neurons"
            off = (
                f"{every} of layer {layer_index + 1} {'is' if len(neurons) == 1 else 'are'} off "
                "on every sample"
            )
            why = None if layer_index else _why_inputs_are_large(session)
            if why is not None:
                return (
                    f"{off}, as the inputs are not scaled: {why}. C with standardise is the "
                    "remedy, then R; a new start alone is not."
                )
            return (
                f"{off}, so no input reaches the output and hardly anything can be learned. R "
                "draws a new start; u goes back."
            )
    return None


def _why_inputs_are_large(session: Session) -> str | None:
    """Return why the inputs that were given should be standardised, if they should."""
    from engine.datasets import why_standardise

    n_given = session.n_base_features
    names = [feature_name(session, feature) for feature in range(n_given)]
    return why_standardise(session.inputs[: session.n_train, :n_given], names)


def while_training(session: Session, run: RunRecord | None) -> list[str]:
    """Return what can be done during training, and what its losses give away."""
    noticed = [blocked(session), None if run is None else of_losses(run)]
    return [
        *(text for text in noticed if text is not None),
        "It trains: space pauses, F makes it slower, u takes it back.",
        "L sets the learning rate and more, even now. Any weight can be changed while it trains: "
        "it goes on from there.",
    ]


def _is_quick(session: Session) -> bool:
    return session.n_samples * session.network.n_parameters <= _MAX_WORK

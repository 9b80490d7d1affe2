"""The tips on training: what to press, and what keeps the network from learning."""

from __future__ import annotations

from engine import Session, health
from engine.session_loss import session_loss
from tui.tips.spot import Spot, shown

_MOST_WORK = 500_000


def learn(spot: Spot) -> str | None:
    """How the network can learn, and from which loss it starts, or why it cannot go on."""
    session = spot.session
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
    return (
        blocked(session)
        or f"Press space: it trains, and the loss, now {shown(loss)}, falls. u takes that back."
    )


def blocked(session: Session) -> str | None:
    """Which hidden layer lets nothing through on any sample, and what helps."""
    if not _is_quick(session):
        return None
    for layer_index, neurons in enumerate(health(session).neurons[:-1]):
        if all(neuron.is_dead for neuron in neurons):
            every = "The one neuron" if len(neurons) == 1 else f"All {len(neurons)} neurons"
            return (
                f"{every} of layer {layer_index + 1} {'is' if len(neurons) == 1 else 'are'} off "
                "on every sample, so no input reaches the output and hardly anything can be "
                "learned. R draws a new start; u goes back."
            )
    return None


def while_training(session: Session) -> list[str]:
    """What can be done while it trains; no figures, which would be others in the next moment."""
    stuck = blocked(session)
    return [
        *([] if stuck is None else [stuck]),
        "It trains: space pauses, F makes it slower, u takes the whole run back.",
        "L sets the learning rate and more, also now. Any weight can be changed while it trains: "
        "it goes on from there.",
    ]


def _is_quick(session: Session) -> bool:
    return session.n_samples * session.network.n_parameters <= _MOST_WORK

"""The tip that leads to training: to data first, where there are no targets to learn from."""

from __future__ import annotations

from engine.session_loss import session_loss
from tui.tips.spot import Spot, shown

_MOST_WORK = 500_000


def learn(spot: Spot) -> str | None:
    """How the network can learn, and from which loss it starts."""
    session = spot.session
    if session.targets is None:
        return (
            "It can also learn: press C, choose data such as circle or iris, then space, and "
            "watch it train."
        )
    if session.n_samples * session.network.n_parameters > _MOST_WORK:
        return None
    try:
        loss = session_loss(session)
    except ValueError:
        return None
    if loss is None or loss == 0:
        return None
    return f"Press space: it trains, and the loss, now {shown(loss)}, falls. u takes that back."

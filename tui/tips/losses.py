"""Tips about the losses of a run: test samples forgotten, steps too large."""

from __future__ import annotations

import numpy as np

from tui.state.run_record import RunRecord
from tui.tips.context import given, shown

_MIN_SINCE_THE_BEST = 5
_MIN_RISE = 1.05
_LAST = 12
"""How many of the latest epochs say whether the loss swings."""
_MIN_TURNS = 7
_MIN_SWING = 0.1
_MIN_SHARE_OF_FIRST = 0.01
"""Below that of the loss at the start a swing does no harm: the network has learned."""
_MAX_DRIFT = 3


def of_losses(run: RunRecord) -> str | None:
    """Return what the losses of a run give away, and what helps."""
    return _by_heart(run) or _swings(run)


def _by_heart(run: RunRecord) -> str | None:
    """Say that the test loss rises while the training loss falls."""
    train, test = run.losses, run.test_losses
    if test is None or not np.isfinite(test).all():
        return None
    best = int(np.argmin(test))
    is_long_ago = len(test) - 1 - best >= _MIN_SINCE_THE_BEST
    if not is_long_ago or test[-1] <= _MIN_RISE * test[best] or train[-1] >= train[best]:
        return None
    since = f"epoch {best * run.stride:,}" if best else "the start"
    return (
        f"Since {since} the test loss has risen from {shown(test[best])} to "
        f"{shown(test[-1])} while the training loss fell: it learns the samples by heart. Fewer "
        "neurons, more samples or L2 (L) help."
    )


def _swings(run: RunRecord) -> str | None:
    """Say that the loss goes up and down by much."""
    last = run.losses[-_LAST - 1 :]
    if len(last) <= _LAST or run.stride > 1 or not np.isfinite(last).all():
        return None
    steps = np.diff(last)
    size = float(np.abs(steps).mean())
    n_turns = int((steps[1:] * steps[:-1] < 0).sum())
    drifts = abs(last[-1] - last[0]) > _MAX_DRIFT * size
    least = max(_MIN_SWING * float(last.mean()), _MIN_SHARE_OF_FIRST * float(run.losses[0]))
    if n_turns < _MIN_TURNS or drifts or size < least:
        return None
    return (
        f"The loss swings: in the last {_LAST} epochs it rose {int((steps > 0).sum())} times. The "
        f"steps are too large: L sets a smaller learning rate than "
        f"{given(run.settings.learning_rate)}, even while it trains."
    )

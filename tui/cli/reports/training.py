"""The result of training, as a report and as one JSON object."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from engine.datasets import Standardisation
from engine.nn.targets import n_set_samples
from engine.session.names import counted, feature_name
from engine.session.session import Session
from engine.text import format_number
from engine.training import Outcome, TrainingRun
from engine.training.settings import ALL
from tui.cli.reports.answers import title_lines
from tui.cli.reports.json import metrics, number, numbers
from tui.cli.reports.quality import quality_lines, share_right
from tui.cli.reports.tables import columns, listed
from tui.terminal import shortened, width

_BARS = "▁▂▃▄▅▆▇█"
_MAX_BARS = 60
_LEADING_DIGITS = (1, 2, 5)


def training_answers(session: Session, run: TrainingRun, outcome: Outcome) -> dict[str, Any]:
    """Return what `train --json` prints: losses, accuracy, how it ended, the layers.

    If there is a test set, test_accuracy follows; then the metrics, as in `run --json`.
    """
    test_losses = run.test_losses
    answer = {
        "losses": [number(loss) for loss in run.losses],
        "test_losses": None if test_losses is None else [number(loss) for loss in test_losses],
        "accuracy": share_right(session, 0, session.n_train),
        "epochs": outcome.epochs,
        "stopped_because": outcome.stopped_because,
        "layers": [
            {
                "name": layer.name,
                "activation": layer.activation.text,
                "weights": numbers(layer.weights),
                "bias": numbers(layer.bias),
            }
            for layer in session.network.layers
        ],
    }
    if session.n_test:
        answer["test_accuracy"] = share_right(session, session.n_train, session.n_samples)
    return answer | metrics(session)


def training_report(
    session: Session, run: TrainingRun, outcome: Outcome, notes: Sequence[str]
) -> Iterator[str]:
    """Yield the report: what was trained and how, the losses, and the quality now.

    notes: lines about the data.
    """
    yield from title_lines(session)
    yield _data_line(session)
    yield from notes
    if session.data is not None and session.data.standardisation is not None:
        yield _scale_line(session, session.data.standardisation)
    yield _settings_line(run)
    yield ""
    yield from _losses(run)
    yield ""
    yield f"stopped: {outcome.stopped_because}"
    yield from quality_lines(session)


def _data_line(session: Session) -> str:
    n_used = 0 if session.training_targets is None else n_set_samples(session.training_targets)
    parts = [counted(n_used, "training sample")]
    if n_used < session.n_train:
        parts.append(f"{session.n_train - n_used} without target")
    if session.n_test:
        parts.append(counted(session.n_test, "test sample"))
    line = " + ".join(parts)
    if session.data is None:
        return line
    noise = f", noise {session.data.noise} %" if session.data.noise else ""
    return f"{line} · {shortened(session.data.name, 40)}{noise}"


def _scale_line(session: Session, scale: Standardisation) -> str:
    texts = [
        f"({feature_name(session, feature)} - {format_number(mean)}) / {format_number(by)}"
        for feature, (mean, by) in enumerate(
            zip(scale.mean[: width()].tolist(), scale.scale[: width()].tolist(), strict=True)
        )
    ]
    label = "standardised: "
    return label + listed(texts, len(scale.mean), width() - len(label))


def _settings_line(run: TrainingRun) -> str:
    settings = run.settings
    batch = settings.batch_size
    parts = [
        settings.optimizer,
        f"learning rate {settings.learning_rate:g}",
        "all samples in one batch" if batch == ALL else f"batches of {batch}",
        f"loss {run.loss_name}",
    ]
    if settings.optimizer == "momentum":
        parts.insert(2, f"momentum {settings.momentum:g}")
    parts += [
        f"{name} {rate:g}" for name, rate in (("l1", settings.l1), ("l2", settings.l2)) if rate
    ]
    parts.append(f"seed {settings.seed}" if settings.shuffle else "not shuffled")
    return " · ".join(parts)


def _losses(run: TrainingRun) -> Iterator[str]:
    """The losses as a table of some epochs, and as a curve if the output can show one."""
    lists = {"loss": run.losses}
    if run.test_losses is not None:
        lists["test loss"] = run.test_losses
    epochs = _some_epochs(len(run.losses))
    texts = [
        [str(epoch) for epoch in epochs],
        *([format_number(losses[epoch]) for epoch in epochs] for losses in lists.values()),
    ]
    yield from columns(["epoch", *lists], lambda place: texts[place], width())
    if len(run.losses) > 2 and _can_show(_BARS):
        yield ""
        longest = max(map(len, lists))
        room = min(_MAX_BARS, width() - longest - 2)
        for name, losses in lists.items():
            yield f"{name:<{longest}}  {_curve(losses, room)}"


def _some_epochs(count: int) -> list[int]:
    """Return 0, 1, 2, 5, 10, 20, 50 … and the last epoch."""
    some = {0, count - 1}
    power = 1
    while power < count:
        some |= {digit * power for digit in _LEADING_DIGITS if digit * power < count}
        power *= 10
    return sorted(some)


def _curve(losses: Sequence[float], most: int) -> str:
    """A bar for each of up to `most` evenly spaced epochs; the highest is the largest loss."""
    places = np.linspace(0, len(losses) - 1, min(most, len(losses))).round().astype(int)
    values = [losses[place] for place in places]
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    # Halved, as the difference of two very large losses may overflow.
    span = high / 2 - low / 2
    return "".join(
        " "
        if not math.isfinite(value)
        else _BARS[round((value / 2 - low / 2) / span * (len(_BARS) - 1)) if span else 0]
        for value in values
    )


def _can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True

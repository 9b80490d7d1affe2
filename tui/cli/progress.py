"""Training on a terminal: shows progress, and can be ended early."""

from __future__ import annotations

import itertools
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click

from engine.text import format_number
from engine.training import Outcome, StopConditions, TrainingRun, train

INTERRUPTED = "interrupted"
_SECONDS_BETWEEN = 0.1


class _Interrupted(Exception):  # noqa: N818 - it ends a loop and is no error
    """The user wants training to end."""


def train_watched(run: TrainingRun, conditions: StopConditions) -> Outcome:
    """Train until a condition is met, with a progress bar if standard error is a terminal.

    The first interrupt ends training after the current epoch, so that what was learned is not lost;
    the second ends the program at once.
    """
    started = time.monotonic()
    with _progress(conditions) as show, _interrupts() as interrupted:

        def after_epoch(run: TrainingRun) -> None:
            show(run)
            if interrupted():
                raise _Interrupted

        try:
            return train(run, conditions, after_epoch)
        except _Interrupted:
            return Outcome(INTERRUPTED, run.epoch, time.monotonic() - started)


@contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Record the first interrupt without acting on it; yield a function that says whether it
    came."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        # The parent process chose to ignore interrupts, as nohup and a shell's background jobs do.
        yield lambda: False
        return
    noted: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(noted)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(conditions: StopConditions) -> Iterator[Callable[[TrainingRun], None]]:
    """Show a bar on standard error, if that is a terminal; yield the function that moves it."""
    length = conditions.epochs
    if length == 0 or not sys.stderr.isatty():
        yield lambda run: None
        return
    # The bar's item is the loss shown beside it.
    endless: Iterator[float | None] | None = None if length else itertools.repeat(None)
    bar = click.progressbar(
        endless,
        length=length,
        label="training",
        file=sys.stderr,
        item_show_func=lambda loss: "" if loss is None else f"loss {format_number(loss)}",
    )
    shown_epoch, shown_at = 0, 0.0

    def show(run: TrainingRun) -> None:
        nonlocal shown_epoch, shown_at
        now = time.monotonic()
        if now - shown_at >= _SECONDS_BETWEEN or run.epoch == length:
            bar.update(run.epoch - shown_epoch, run.loss)
            shown_epoch, shown_at = run.epoch, now

    with bar:
        yield show

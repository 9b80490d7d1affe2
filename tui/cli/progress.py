"""Training watched from a terminal: how far it is, and how to end it early."""

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
    """The person at the keyboard wants training to end."""


def train_watched(run: TrainingRun, conditions: StopConditions) -> Outcome:
    """Train until a condition is met, with a progress bar where standard error is a terminal.

    The first interrupt ends training after the present epoch, so that what was learned is not lost;
    the second one ends the program at once.
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
    """Note the first interrupt instead of acting on it; yield what says whether there was one."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        # Whoever started this has decided otherwise, as nohup and a shell's background do.
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
    """A bar on standard error; yield what moves it. Nothing where that is no terminal."""
    length = conditions.epochs
    if length == 0 or not sys.stderr.isatty():
        yield lambda run: None
        return
    # An item of the bar is the loss that stands beside it.
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

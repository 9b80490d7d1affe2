"""Training on a terminal: shows progress, and can be ended early."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import click

from engine.text import format_number
from engine.training import Outcome, StopConditions, TrainingRun, train
from tui.cli.interrupts import Interrupted, interrupts_noted

_INTERRUPTED = "interrupted"
_SECONDS_BETWEEN = 0.1


class _Ended(Exception):  # noqa: N818 - it ends a loop and is no error
    """The user wants training to end."""


def train_watched(
    run: TrainingRun, conditions: StopConditions
) -> tuple[Outcome, Interrupted | None]:
    """Train until a condition is met, with a progress bar if standard error is a terminal.

    The first interrupt ends training after the current epoch, so that what was learned is not lost,
    and is returned; the second is raised at once.
    """
    started = time.monotonic()
    with _progress(conditions) as show, interrupts_noted() as interrupt:

        def after_epoch(run: TrainingRun) -> None:
            show(run)
            if interrupt():
                raise _Ended

        try:
            outcome = train(run, conditions, after_epoch)
        except _Ended:
            outcome = Outcome(_INTERRUPTED, run.epoch, time.monotonic() - started)
        return outcome, interrupt()


@contextmanager
def _progress(conditions: StopConditions) -> Iterator[Callable[[TrainingRun], None]]:
    """Show a bar on standard error, if that is a terminal; yield the function that moves it.

    Training does not end with the terminal: what cannot be shown is left out.
    """
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
            with suppress(OSError):
                bar.update(run.epoch - shown_epoch, run.loss)
            shown_epoch, shown_at = run.epoch, now

    shown = ExitStack()
    shown.enter_context(bar)
    try:
        yield show
    finally:
        with suppress(OSError):
            shown.close()

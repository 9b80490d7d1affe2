"""`nn-play train SOURCE`: train a network without a screen."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from engine.formats import writable_suffixes
from engine.nn.losses import LOSSES
from engine.session.prediction import unclassed
from engine.session.session import Session
from engine.session.training import run_of
from engine.training import StopConditions, TrainingRun, TrainingSettings
from engine.training.settings import ALL, OPTIMIZER_NAMES, BatchSize
from tui.cli import completion
from tui.cli.data import DataOptions, csv_options, dataset_options, with_data
from tui.cli.export import write
from tui.cli.options import (
    CommandError,
    check_writable,
    destination_options,
    finite,
    read,
    source_argument,
    source_options,
    within,
)
from tui.cli.progress import train_watched
from tui.cli.reports.training import training_answers, training_report
from tui.files.options import SourceOptions
from tui.terminal import escaped, write_lines

_MAX_EPOCHS = 1_000_000_000
_MAX_SEED = 2**63 - 1

_EPILOG = """\b
Options that are not given come from [training] in SOURCE, or else are plain descent
(sgd) at 0.03 in batches of 10. Without --data or --dataset the samples are those of
SOURCE. The same seed gives the same numbers, here and on the screen.

\b
Examples:
  nn-play train xor-step --dataset circle --fit --epochs 20 --optimizer adam
  nn-play train binary-classifier --dataset iris --fit --test 20 --epochs 5 --json
"""


def _number_option(*names: str, help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(*names, metavar="NUMBER", callback=finite, help=help)


def _count_option(
    name: str, least: int, most: int, help: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, metavar="NUMBER", type=int, callback=within(least, most), help=help)


@click.command(epilog=_EPILOG)
@source_argument()
@csv_options
@dataset_options
@_count_option("--epochs", 0, _MAX_EPOCHS, "How often to go through the training samples.")
@_number_option("--target-loss", help="Stop at this loss, of the test samples if there are any.")
@_count_option("--no-improvement", 1, _MAX_EPOCHS, "Stop after this many epochs without a new low.")
@_number_option("--seconds", help="Stop after this many seconds.")
@click.option(
    "--optimizer",
    metavar="NAME",
    shell_complete=completion.optimizers,
    help=f"How a step follows from the gradient: {', '.join(OPTIMIZER_NAMES)}.",
)
@_number_option("--learning-rate", help="How far a step goes.")
@click.option("--batch-size", metavar="NUMBER", help="How many samples make a step, or all.")
@_number_option("--momentum", help="How much of a step carries over to the next, 0 to below 1.")
@click.option(
    "--loss",
    metavar="NAME",
    shell_complete=completion.losses,
    help=f"What training minimises: {', '.join(LOSSES)}.  [default: by task]",
)
@_number_option("--l1", help="Rate at which weights are pulled to 0 evenly.")
@_number_option("--l2", help="Rate at which weights are pulled to 0 by their size.")
@click.option("--no-shuffle", is_flag=True, help="Keep the samples in order in every epoch.")
@_count_option("--seed", 0, _MAX_SEED, "The seed for all random numbers: order, data, test set.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, in full precision.")
@destination_options("Write the trained network to FILE, with its samples and settings.")
@source_options
def command(
    source: str,
    given: SourceOptions,
    as_json: bool,
    destination: str | None,
    force: bool,
    epochs: int | None,
    target_loss: float | None,
    no_improvement: int | None,
    seconds: float | None,
    **options: Any,
) -> None:
    """Train SOURCE on its own samples, a CSV file or a data set, and print the result."""
    conditions = _conditions(epochs, target_loss, no_improvement, seconds)
    if destination is not None:
        _check_destination(destination, force)
    session, understood = read(source, given)
    settings = _settings(session.training or TrainingSettings(), options)
    session, notes = _with_samples(session, settings, options, understood.name)
    session = session.evolve(training=settings)
    run = _run(session, settings, understood.name)
    outcome, interrupt = train_watched(run, conditions)
    trained = session.evolve(network=run.network)
    written: list[str] = []
    try:
        if destination is not None:
            written = write(trained, destination, force, dtype=understood.dtype)
    finally:
        # Last, since standard output may be closed or its disk full.
        if as_json:
            write_lines([json.dumps(training_answers(trained, run, outcome))])
        else:
            write_lines([*training_report(trained, run, outcome, notes), *written])
    if outcome.failure is not None:
        raise CommandError(f"{understood.name}: {outcome.failure}")
    if interrupt is not None:
        raise interrupt


def _check_destination(destination: str, force: bool) -> None:
    """Raise CommandError, before time is spent on training, if the file cannot be written."""
    path = Path(destination)
    if path.suffix.lower() not in writable_suffixes():
        raise CommandError(
            f"{escaped(destination)}: the suffix decides the format; expected one of "
            f"{', '.join(writable_suffixes())}"
        )
    check_writable(path, force)
    if not path.absolute().parent.is_dir():
        raise CommandError(f"{escaped(destination)}: no such folder")


def _conditions(
    epochs: int | None,
    target_loss: float | None,
    no_improvement: int | None,
    seconds: float | None,
) -> StopConditions:
    if epochs is target_loss is no_improvement is seconds is None:
        raise CommandError(
            "training needs an end: give --epochs, --target-loss, --no-improvement or --seconds"
        )
    for option, number in (("--target-loss", target_loss), ("--seconds", seconds)):
        if number is not None and number < 0:
            raise CommandError(f"{option} is {number:g}, expected a number from 0 up")
    return StopConditions(epochs, target_loss, no_improvement, seconds)


def _settings(present: TrainingSettings, options: dict[str, Any]) -> TrainingSettings:
    """The settings changed by the options; raises CommandError, naming the option."""
    given = {
        name: options[name]
        for name in ("optimizer", "learning_rate", "momentum", "loss", "l1", "l2", "seed")
        if options[name] is not None
    }
    if options["no_shuffle"]:
        given["shuffle"] = False
    if options["batch_size"] is not None:
        given["batch_size"] = _batch_size(options["batch_size"])
    settings = present
    for name, value in given.items():
        try:
            settings = dataclasses.replace(settings, **{name: value})
        except ValueError as error:
            option = f"--{name.replace('_', '-')}"
            raise CommandError(option + str(error).removeprefix(name)) from error
    if "momentum" in given and settings.optimizer != "momentum":
        raise CommandError("--momentum goes with --optimizer momentum")
    return settings


def _batch_size(text: str) -> BatchSize:
    if text.strip() == ALL:
        return ALL
    if not (text.strip().isascii() and text.strip().isdecimal() and 0 < int(text[:20]) < 2**31):
        raise CommandError(
            f"--batch-size is {text[:40]!r}, expected a whole number from 1 up, or {ALL}"
        )
    return int(text)


def _with_samples(
    session: Session, settings: TrainingSettings, options: dict[str, Any], name: str
) -> tuple[Session, list[str]]:
    """The session with the samples to train on, and notes about them.

    Raises CommandError if there are none.
    """
    names = [field.name for field in dataclasses.fields(DataOptions)]
    wanted = DataOptions(**{**{name: options[name] for name in names}, "seed": settings.seed})
    wanted.check()
    if wanted.is_given:
        return with_data(session, wanted)
    for what, there in (("inputs", session.inputs_given), ("targets", session.targets is not None)):
        if not there:
            raise CommandError(f"{name}: has no {what}; give samples with --data or --dataset")
    return session, []


def _run(session: Session, settings: TrainingSettings, name: str) -> TrainingRun:
    """The run that trains the session; raises CommandError if its loss does not suit."""
    try:
        return run_of(session, settings)
    except ValueError as error:
        hint = ""
        if unclassed(session) is not None:
            hint = '; where answers are numbers, the file needs task = "regression"'
        elif settings.loss is None and str(error).startswith(session.loss_name):
            hint = "; --loss mse suits any last layer"
        raise CommandError(f"{name}: {error}{hint}") from error

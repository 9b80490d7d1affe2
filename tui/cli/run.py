"""`nn-play run SOURCE`: what a network answers, and how it gets there."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

import click
import numpy as np

from engine.nn.backprop import Gradients
from engine.nn.losses import LOSS_SPELLINGS, LOSSES
from engine.nn.parsing import parse_row
from engine.nn.targets import UNSET, UNSET_TEXT
from engine.session.loss import session_loss, session_loss_gradients, test_loss
from engine.session.names import counted
from engine.session.session import Session
from engine.training.settings import TrainingSettings
from tui.cli import completion
from tui.cli.data import DataOptions, csv_options, with_data
from tui.cli.options import CommandError, read, source_argument, source_options
from tui.cli.reports.answers import Loss, explanation, report
from tui.cli.reports.backward import backward_answers, backward_report
from tui.cli.reports.gradients import gradients_report
from tui.cli.reports.json import answers, gradient_rows
from tui.cli.reports.quality import quality_lines
from tui.files.options import SourceOptions
from tui.terminal import shortened, write_lines

_EPILOG = """\b
Examples:
  nn-play run binary-classifier -x 1,2,3 -x -1,0.5,0 --json
  nn-play run two-by-two --explain --backward
"""


@click.command(epilog=_EPILOG)
@source_argument()
@click.option(
    "-x",
    "rows",
    multiple=True,
    metavar="NUMBERS",
    help="One sample, such as -x -1,2,3; repeat it for more. Replaces inputs and targets.",
)
@csv_options
@click.option(
    "--target",
    "target_rows",
    multiple=True,
    metavar="NUMBERS",
    help="What the outputs should be, such as 0,1; once for each sample; - if not set.",
)
@click.option(
    "--loss",
    "loss_name",
    metavar="NAME",
    shell_complete=completion.losses,
    help=f"How to measure the distance from the targets: {', '.join(LOSSES)}.",
)
@click.option("--explain", is_flag=True, help="Print the arithmetic of every neuron.")
@click.option(
    "--backward",
    is_flag=True,
    help="With --explain or --json: the way back from the loss to every number, and one step.",
)
@click.option(
    "--gradients",
    "with_gradients",
    is_flag=True,
    help="Print how fast the loss rises with every weight and bias; needs targets.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, in full precision.")
@source_options
def command(
    source: str,
    rows: Sequence[str],
    file: str | None,
    target_column: str | None,
    feature_columns: str | None,
    classes: bool | None,
    missing: str | None,
    decimal: str | None,
    empty: tuple[str, ...],
    standardise: bool,
    target_rows: Sequence[str],
    loss_name: str | None,
    explain: bool,
    backward: bool,
    with_gradients: bool,
    as_json: bool,
    given: SourceOptions,
) -> None:
    """Run SOURCE once and print sums, outs, outputs and answers for every sample."""
    if explain and as_json:
        raise click.UsageError("--explain and --json cannot go together")
    if backward and not (explain or as_json):
        raise click.UsageError("--backward goes with --explain or --json")
    session, understood = read(source, given)
    data = DataOptions(
        file=file,
        standardise=standardise,
        target_column=target_column,
        feature_columns=feature_columns,
        classes=classes,
        missing=missing,
        decimal=decimal,
        empty=empty,
    )
    data.check("--data")
    notes: list[str] = []
    if data.is_given:
        if rows or target_rows:
            raise click.UsageError("--data has inputs and targets; leave -x and --target out")
        session, notes = with_data(session, data, as_trained=True)
    session = with_samples(session, rows, target_rows, understood.name)
    measured = measured_loss(session, loss_name)
    gradients = gradients_of(session, measured) if with_gradients else None
    if as_json:
        answer = answers(session, measured.value, measured.test_value)
        if gradients is not None:
            answer["gradients"] = gradient_rows(gradients)
        if backward:
            answer |= backward_answers(_with_loss(session, measured.name))
        write_lines([json.dumps(answer)])
        return
    write_lines(notes)
    write_lines(explanation(session, measured) if explain else report(session, measured))
    if data.is_given or session.n_test:
        write_lines(quality_lines(session))
    if gradients is not None:
        write_lines(gradients_report(session, gradients))
    if backward:
        write_lines(backward_report(_with_loss(session, measured.name)))


def _with_loss(session: Session, name: str) -> Session:
    """The session whose training minimises the loss called `name`."""
    settings = session.training or TrainingSettings()
    return session.evolve(training=dataclasses.replace(settings, loss=name))


def with_samples(
    session: Session, rows: Sequence[str], target_rows: Sequence[str], name: str
) -> Session:
    """Return the session with the samples of -x and the targets of --target, if given.

    Raises CommandError if they are not numbers, or not as many as needed.
    """
    n_features, n_outputs = session.n_base_features, session.network.n_outputs
    if rows:
        inputs = [_row(text, _given("-x", text), n_features, "input") for text in rows]
        session = session.evolve(inputs=np.array(inputs), targets=None, n_test=0)
    elif not session.inputs_given:
        example = ",".join(["0"] * min(n_features, 3)) + (",…" if n_features > 3 else "")
        raise CommandError(f"{name}: has no inputs; give {n_features} numbers, as in -x {example}")
    if target_rows:
        targets = [_target_row(text, n_outputs) for text in target_rows]
        if len(targets) != session.n_samples:
            raise CommandError(
                f"--target: given {counted(len(targets), 'time')}, expected "
                f"{session.n_samples}, once for each sample"
            )
        session = session.evolve(targets=np.array(targets))
    return session


def _target_row(text: str, n_outputs: int) -> list[float]:
    """The targets of a sample, NaN for each "-", or for all if the text is "-"."""
    cells = [cell.strip() for cell in text.split(",")]
    if cells == [UNSET_TEXT]:
        return [UNSET] * n_outputs
    filled = ",".join("0" if cell == UNSET_TEXT else cell for cell in cells)
    row = _row(filled, _given("--target", text), n_outputs, "output")
    return [
        UNSET if cell == UNSET_TEXT else number for cell, number in zip(cells, row, strict=True)
    ]


def _given(option: str, text: str) -> str:
    return f"{option} {shortened(text, 40)}"


def _row(text: str, given: str, count: int, what: str) -> list[float]:
    try:
        row = parse_row(text, given)
    except ValueError as error:
        raise CommandError(str(error)) from error
    if len(row) != count:
        raise CommandError(
            f"{given}: {counted(len(row), 'number')}, expected {count}, one for each {what}"
        )
    return row


def measured_loss(session: Session, wanted: str | None) -> Loss:
    """Return the loss of the wanted name, or the usual one for the task.

    If the usual one does not suit the network, the result says so; a wanted one raises
    CommandError.
    """
    try:
        name = LOSS_SPELLINGS.named(wanted, "--loss") if wanted else session.loss_name
    except ValueError as error:
        raise CommandError(str(error)) from error
    if session.targets is None:
        if wanted:
            raise CommandError("--loss: there are no targets to measure against; give --target")
        return Loss(name)
    try:
        value = session_loss(session, name)
        if value is None and wanted:
            raise CommandError("--loss: there are no targets to measure against; give --target")
        return Loss(name, value, test_value=test_loss(session, name))
    except ValueError as error:
        if wanted:
            raise CommandError(f"--loss: {error}") from error
        return Loss(name, unsuited=str(error))


def gradients_of(session: Session, measured: Loss) -> Gradients:
    """Return the gradients of the loss; raises CommandError if there is no loss."""
    if measured.unsuited is not None:
        raise CommandError(f"--gradients: {measured.unsuited}")
    if measured.value is None:
        raise CommandError("--gradients: there are no targets to measure against; give --target")
    return session_loss_gradients(session, measured.name)

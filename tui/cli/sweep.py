"""`nn-play sweep SOURCE PARAMETER`: the outputs for several values of one number, or of two."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence

import click
import numpy as np

from engine.analysis.sweep import grid_sweep, sweep
from engine.nn.arrays import FloatArray
from engine.nn.network import Network
from engine.nn.parameters import (
    Axis,
    Weight,
    WeightRow,
    parameter_code,
    parameters_of,
    parse_axis,
)
from engine.session.names import output_label, parameter_name, parameter_value
from engine.session.session import Session
from engine.text import FULL_DIGITS, format_number, format_within
from tui.cli import completion
from tui.cli.options import (
    CommandError,
    about,
    finite,
    read,
    source_argument,
    source_options,
    within,
)
from tui.cli.reports.answers import title_lines
from tui.cli.reports.json import numbers
from tui.cli.reports.tables import columns
from tui.files.options import SourceOptions
from tui.state.value_lists import parse_values, row_text
from tui.terminal import width, write_lines

_MAX_STEPS = 100_000
_MAX_OUTPUTS = 5_000_000
"""The maximum number of outputs in a table."""
_NUMBERS_AT_ONCE = 4_000_000
_MIN_DIGITS = 4

Swept = tuple[Axis, FloatArray]
"""What varies, and its values."""

_EPILOG = """\b
PARAMETER is a weight W1[1,2] (layer 1, neuron 1, its input 2), a bias b2[1] (layer 2,
neuron 1), an input x3, or a whole row of weights W1[1], whose alternatives end with
semicolons: --values '0.1,0.2; 1,-1'.

\b
Examples:
  nn-play sweep binary-classifier W2[1,2] --from -2 --to 2
  nn-play sweep xor-step x1 x2 --values 0,1 --values2 0,1 --json
"""


@click.command(epilog=_EPILOG)
@source_argument()
@click.argument("parameter", shell_complete=completion.parameters)
@click.argument("parameter2", required=False, shell_complete=completion.parameters)
@click.option("--from", "first", metavar="NUMBER", callback=finite, help="The first value.")
@click.option("--to", "last", metavar="NUMBER", callback=finite, help="The last value.")
@click.option(
    "--steps",
    metavar="NUMBER",
    type=int,
    default=11,
    callback=within(2, _MAX_STEPS),
    show_default=True,
    help="How many values from --from to --to, both included.",
)
@click.option("--values", "listed", metavar="LIST", help="The values themselves, such as 0,1,-2.")
@click.option("--values2", "listed2", metavar="LIST", help="Those of PARAMETER2.")
@click.option(
    "--sample",
    metavar="NUMBER",
    type=int,
    default=1,
    show_default=True,
    help="The sample whose inputs are used, counted from 1.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, in full precision.")
@source_options
def command(
    source: str,
    parameter: str,
    parameter2: str | None,
    first: float | None,
    last: float | None,
    steps: int,
    listed: str | None,
    listed2: str | None,
    sample: int,
    as_json: bool,
    given: SourceOptions,
) -> None:
    """Print the outputs of SOURCE for several values of PARAMETER, all else unchanged.

    With PARAMETER2, for every pair of values.
    """
    _check_options(parameter2, first, last, listed, listed2)
    session, understood = read(source, given)
    network = session.network
    with about(understood.name):
        axis = parse_axis(parameter, network)
        values = (
            _spaced(axis, first, last, steps) if listed is None else _values(listed, axis, network)
        )
        axis2 = None if parameter2 is None else parse_axis(parameter2, network)
        values2 = None if axis2 is None else _values(listed2 or "", axis2, network)
    if not 1 <= sample <= session.n_samples:
        raise CommandError(
            f"{understood.name}: there is no sample {sample}; they count from 1 to "
            f"{session.n_samples}"
        )
    n_each = (1 if values2 is None else len(values2)) * network.n_outputs
    if len(values) * n_each > _MAX_OUTPUTS:
        raise CommandError(
            f"{understood.name}: {len(values):,} steps of {n_each:,} outputs are too "
            f"much; at most {_MAX_OUTPUTS // n_each:,} steps"
        )
    swept = [(axis, values)] + ([] if axis2 is None or values2 is None else [(axis2, values2)])
    with about(understood.name):
        outputs = _outputs(session, swept, sample - 1)
    if as_json:
        answer = {
            "title": session.title,
            "parameter": parameter_code(axis),
            "name": parameter_name(session, axis),
            **({} if axis2 is None else {"parameter2": parameter_code(axis2)}),
            **({} if axis2 is None else {"name2": parameter_name(session, axis2)}),
            "sample": sample,
            "values": values.tolist(),
            **({} if values2 is None else {"values2": values2.tolist()}),
            "outputs": numbers(outputs),
        }
        write_lines([json.dumps(answer)])
    else:
        write_lines(_report(session, swept, outputs, sample - 1))


def _check_options(
    parameter2: str | None,
    first: float | None,
    last: float | None,
    listed: str | None,
    listed2: str | None,
) -> None:
    """Refuse options of which one is missing or too many."""
    if listed is None:
        for option, value in (("--from", first), ("--to", last)):
            if value is None:
                raise click.UsageError(f"Missing option '{option}', or '--values'.")
    elif first is not None or last is not None:
        raise click.UsageError("'--values' takes the place of '--from' and '--to'.")
    if (parameter2 is None) != (listed2 is None):
        missing = "argument 'PARAMETER2'" if parameter2 is None else "option '--values2'"
        raise click.UsageError(f"Missing {missing}.")


def _values(text: str, axis: Axis, network: Network) -> FloatArray:
    """The values that were listed, (n_values,) or for a row of weights (n_values, n_inputs)."""
    values = np.array(parse_values(text, axis, network))
    return values if isinstance(axis, WeightRow) else values[:, 0]


def _spaced(axis: Axis, first: float | None, last: float | None, steps: int) -> FloatArray:
    assert first is not None
    assert last is not None
    if isinstance(axis, WeightRow):
        raise CommandError(f"{parameter_code(axis)} is a row of weights; list them with --values")
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.linspace(first, last, steps)
    if not np.isfinite(values).all():
        raise CommandError("--from and --to are too far apart for a float64")
    return values


def _outputs(session: Session, swept: Sequence[Swept], sample: int) -> FloatArray:
    """The outputs for each value, (n_values, n_outputs), or pair, (n_values, n_values2, n_outputs).

    They are computed in chunks to bound memory.
    """
    (axis, values), *others = swept
    per_value = 2 * sum(session.network.sizes) + max(
        session.network.layers[one.layer_index].n_inputs
        if isinstance(one, Weight | WeightRow)
        else 0
        for one, _ in swept
    )
    at_once = max(1, _NUMBERS_AT_ONCE // (per_value * math.prod(len(more) for _, more in others)))
    parts = []
    for start in range(0, len(values), at_once):
        some = values[start : start + at_once]
        if others:
            parts.append(grid_sweep(session, (axis, some), others[0], sample))
        else:
            parts.append(sweep(session, axis, some, sample).outputs)
    return np.concatenate(parts)


def _report(
    session: Session, swept: Sequence[Swept], outputs: FloatArray, sample: int
) -> Iterator[str]:
    yield from title_lines(session)
    of_sample = f", sample {sample + 1} of {session.n_samples}" if session.n_samples > 1 else ""
    for axis, _ in swept:
        now = ", ".join(
            format_number(parameter_value(session, parameter, sample), FULL_DIGITS)
            for parameter in parameters_of(session.network, axis)
        )
        yield f"{parameter_name(session, axis)}, now {now}{of_sample}"
    if not session.inputs_given:
        yield "there are no inputs: all are taken as 0"
    code, texts = parameter_code(swept[0][0]), _texts(swept[0][1])
    names = [output_label(session, index) for index in range(session.network.n_outputs)]
    if len(swept) == 1:
        yield ""
        yield from _table(session, code, texts, names, outputs)
        return
    headings = [f"{parameter_code(swept[1][0])} = {text}" for text in _texts(swept[1][1])]
    for output, name in enumerate(names):
        yield ""
        yield name
        yield from _table(session, code, texts, headings, outputs[:, :, output])


def _table(
    session: Session, code: str, texts: list[str], headings: list[str], outputs: FloatArray
) -> Iterator[str]:
    """A table with a row for each text; outputs: (n_texts, n_headings)."""
    limits = session.network.layers[-1].activation.limits

    def texts_of(place: int) -> Iterable[str]:
        if place == 0:
            return texts
        return (format_within(output, limits) for output in outputs[:, place - 1].tolist())

    yield from columns([code, *headings], texts_of, width())


def _texts(values: FloatArray) -> list[str]:
    """The values as text, with enough decimals to tell neighbours apart."""
    if values.ndim == 2:
        return [row_text(row) for row in values.tolist()]
    steps = np.abs(np.diff(values))
    step = float(steps[steps > 0].min(initial=math.inf))
    needed = 1 - math.floor(math.log10(step)) if math.isfinite(step) else 0
    digits = min(FULL_DIGITS, max(_MIN_DIGITS, needed))
    return [format_number(value, digits) for value in values.tolist()]

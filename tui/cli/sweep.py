"""`nn-play sweep SOURCE PARAMETER`: the outputs as one number runs over a range."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import click
import numpy as np

from engine.analysis.sweep import sweep
from engine.nn.arrays import FloatArray
from engine.nn.parameters import Parameter, Weight, parameter_code, parse_parameter
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
from tui.terminal import width, write_lines

_MAX_STEPS = 100_000
_MAX_OUTPUTS = 5_000_000
"""The maximum number of outputs in a table."""
_NUMBERS_AT_ONCE = 4_000_000
_MIN_DIGITS = 4

_EPILOG = """\b
PARAMETER is a weight W1[1,2] (layer 1, neuron 1, its input 2), a bias b2[1] (layer 2,
neuron 1) or an input x3.

\b
Examples:
  nn-play sweep binary-classifier W2[1,2] --from -2 --to 2
  nn-play sweep xor-step x1 --from 0 --to 1 --steps 101 --sample 2 --json
"""


@click.command(epilog=_EPILOG)
@source_argument()
@click.argument("parameter", shell_complete=completion.parameters)
@click.option(
    "--from", "first", metavar="NUMBER", required=True, callback=finite, help="The first value."
)
@click.option(
    "--to", "last", metavar="NUMBER", required=True, callback=finite, help="The last value."
)
@click.option(
    "--steps",
    metavar="NUMBER",
    type=int,
    default=11,
    callback=within(2, _MAX_STEPS),
    show_default=True,
    help="How many values, both ends included.",
)
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
    first: float,
    last: float,
    steps: int,
    sample: int,
    as_json: bool,
    given: SourceOptions,
) -> None:
    """Print the outputs of SOURCE as PARAMETER runs over a range, all else unchanged."""
    session, understood = read(source, given)
    with about(understood.name):
        address = parse_parameter(parameter, session.network)
    if not 1 <= sample <= session.n_samples:
        raise CommandError(
            f"{understood.name}: there is no sample {sample}; they count from 1 to "
            f"{session.n_samples}"
        )
    if steps * session.network.n_outputs > _MAX_OUTPUTS:
        raise CommandError(
            f"{understood.name}: {steps:,} steps of {session.network.n_outputs:,} outputs are too "
            f"much; at most {_MAX_OUTPUTS // session.network.n_outputs:,} steps"
        )
    values = _spaced(first, last, steps)
    outputs = _outputs(session, address, values, sample - 1)
    if as_json:
        answer = {
            "title": session.title,
            "parameter": parameter_code(address),
            "name": parameter_name(session, address),
            "sample": sample,
            "values": values.tolist(),
            "outputs": numbers(outputs),
        }
        write_lines([json.dumps(answer)])
    else:
        write_lines(_table(session, address, values, outputs, sample - 1))


def _spaced(first: float, last: float, steps: int) -> FloatArray:
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.linspace(first, last, steps)
    if not np.isfinite(values).all():
        raise CommandError("--from and --to are too far apart for a float64")
    return values


def _outputs(session: Session, address: Parameter, values: FloatArray, sample: int) -> FloatArray:
    """The outputs for each value, (n_values, n_outputs), computed in chunks to bound memory."""
    network = session.network
    per_value = 2 * sum(network.sizes)
    if isinstance(address, Weight):
        per_value += network.layers[address.layer_index].n_inputs
    at_once = max(1, _NUMBERS_AT_ONCE // per_value)
    parts = [
        sweep(session, address, values[start : start + at_once], sample).outputs
        for start in range(0, len(values), at_once)
    ]
    return np.concatenate(parts)


def _table(
    session: Session, address: Parameter, values: FloatArray, outputs: FloatArray, sample: int
) -> Iterator[str]:
    yield from title_lines(session)
    of_sample = f", sample {sample + 1} of {session.n_samples}" if session.n_samples > 1 else ""
    now = format_number(parameter_value(session, address, sample), FULL_DIGITS)
    yield f"{parameter_name(session, address)}, now {now}{of_sample}"
    if not session.inputs_given:
        yield "there are no inputs: all are taken as 0"
    yield ""
    code = parameter_code(address)
    limits = session.network.layers[-1].activation.limits
    digits = _digits(values)

    def texts_of(place: int) -> Iterator[str]:
        if place == 0:
            return (format_number(value, digits) for value in values.tolist())
        return (format_within(output, limits) for output in outputs[:, place - 1].tolist())

    names = [output_label(session, index) for index in range(session.network.n_outputs)]
    yield from columns([code, *names], texts_of, width())


def _digits(values: FloatArray) -> int:
    """Return enough decimals to tell neighbouring values apart."""
    step = abs(float(values[1] - values[0]))
    needed = 1 - math.floor(math.log10(step)) if step else 0
    return min(FULL_DIGITS, max(_MIN_DIGITS, needed))

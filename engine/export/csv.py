"""All sums and activations of all samples as a table of comma-separated values."""

from __future__ import annotations

import csv
import io
import math

import numpy as np

from engine.nn.parameters import neuron_name
from engine.session.names import feature_name, output_name
from engine.session.prediction import answer
from engine.session.session import Session
from engine.text import printable

_MAX_NUMBERS = 2_000_000
_STARTS_OF_A_FORMULA = ("=", "+", "-", "@")


def csv_table(session: Session) -> str:
    """Return one line per sample: inputs, every sum and activation, targets and answer.

    Numbers are in full; an unset target is an empty cell. Targets and the answer are included if
    the session has them.

    Parameters
    ----------
    session
        The network with its samples and names.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When there are too many numbers.
    """
    network = session.network
    n_numbers = session.n_samples * (sum(network.sizes) + sum(network.sizes[1:]))
    if n_numbers > _MAX_NUMBERS:
        raise ValueError(
            f"{n_numbers:,} numbers are too many for a table, which holds at most "
            f"{_MAX_NUMBERS:,}; take fewer samples"
        )
    trace = session.trace
    arrays = [session.inputs]
    for layer in trace.layers:
        arrays += [layer.pre_activations, layer.activations]
    targets = np.empty((session.n_samples, 0)) if session.targets is None else session.targets
    answers = [answer(session, outputs) for outputs in trace.outputs]
    has_answers = any(one is not None for one in answers)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_headings(session), *(["answer"] if has_answers else [])])
    for number, (row, wanted, given) in enumerate(
        zip(np.hstack(arrays).tolist(), targets.tolist(), answers, strict=True), start=1
    ):
        cells = ["" if math.isnan(target) else repr(target) for target in wanted]
        ending = [_cell(given or "")] if has_answers else []
        writer.writerow([number, *map(repr, row), *cells, *ending])
    return text.getvalue()


def _headings(session: Session) -> list[str]:
    network = session.network
    headings = ["sample", *(feature_name(session, k) for k in range(network.n_features))]
    for layer_index, layer in enumerate(network.layers):
        names = [neuron_name(network, layer_index, neuron) for neuron in range(layer.n_neurons)]
        headings += [f"{name} z" for name in names] + [f"{name} a" for name in names]
    if session.targets is not None:
        headings += [f"target {output_name(session, k)}" for k in range(network.n_outputs)]
    return [_cell(heading) for heading in headings]


def _cell(text: str) -> str:
    """A name that is safe in a spreadsheet, which would compute one that looks like a formula."""
    clean = printable(text)
    return f"'{clean}" if clean.lstrip().startswith(_STARTS_OF_A_FORMULA) else clean

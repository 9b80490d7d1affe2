"""Where pasted numbers can go among inputs and targets, and the key for each place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.clipboard import Pasted
from engine.edits.base import Edit
from engine.edits.numbers import SetInputs, SetTargets
from engine.edits.paste import ReplaceInputs, SetInputBlock
from engine.edits.samples import SetSample
from engine.nn.arrays import FloatArray
from engine.nn.losses import check_target
from engine.session.derived import check_base_feature
from engine.session.session import Session


@dataclass(frozen=True, eq=False, slots=True)
class Offer:
    """One thing that can be done: its key, its label and its edit."""

    key: str
    label: str
    edit: Edit


@dataclass(frozen=True, eq=False, slots=True)
class Placement:
    """What can be done with pasted numbers; question: None if the only offer is simply taken."""

    question: str | None
    offers: tuple[Offer, ...]


def only_edit(session: Session, edit: Edit) -> Placement:
    """Return a placement with one edit and no question."""
    return Placement(None, (Offer("", edit.describe(session), edit),))


def inputs_placement(session: Session, pasted: Pasted, sample: int, feature: int) -> Placement:
    """Return what can be done with numbers for the inputs, with the cursor on a sample and feature.

    A row of all features replaces the sample, a matrix of such rows all samples; anything smaller
    starts at the cursor. Raises ValueError, in one line, if it does not fit.
    """
    n_given = session.n_base_features
    values = _as_rows(pasted, n_given)
    if values.shape[1] == session.network.n_features:
        # The others are derived from the given ones.
        values = values[:, :n_given]
    n_rows, n_columns = values.shape
    if n_columns == n_given:
        if n_rows == 1:
            return only_edit(session, SetSample(sample, values[0]))
        return _all_samples(session, values, sample)
    if n_rows == n_given and n_columns > 1:
        transposed = _all_samples(session, values.T, sample)
        offers = tuple(
            Offer(offer.key or "t", f"Transpose: {_lowered(offer.label)}", offer.edit)
            for offer in transposed.offers
        )
        return Placement(f"{n_rows}×{n_columns} numbers: one column per sample", offers)
    check_base_feature(session, feature)
    if sample + n_rows <= session.n_samples and feature + n_columns <= n_given:
        return only_edit(session, SetInputBlock(sample, feature, values))
    raise ValueError(
        f"{n_rows}×{n_columns} numbers do not fit: each sample has {n_given} "
        f"input{'s' * (n_given != 1)}; n adds one"
    )


def targets_placement(session: Session, pasted: Pasted, sample: int) -> Placement:
    """Return what can be done with numbers for the targets, of this sample or of all samples.

    Raises ValueError, in one line, if they are neither, or if the loss cannot use one of them.
    """
    n_outputs = session.network.n_outputs
    values = _as_rows(pasted, n_outputs)
    for target in np.unique(values[~np.isnan(values)]).tolist():
        check_target(session.loss_name, target)
    if values.shape == (session.n_samples, n_outputs):
        return only_edit(session, SetTargets(values))
    if values.shape == (1, n_outputs):
        targets = session.targets_or_unset.copy()
        targets[sample] = values[0]
        return only_edit(session, SetTargets(targets))
    n_rows, n_columns = values.shape
    raise ValueError(
        f"{n_rows}×{n_columns} numbers do not fit: the targets have {session.n_samples}×{n_outputs}"
        f", one row a sample"
    )


def _all_samples(session: Session, values: FloatArray, sample: int) -> Placement:
    n_rows = len(values)
    if n_rows == session.n_samples:
        return only_edit(session, SetInputs(values))
    replacing = ReplaceInputs(values)
    if session.n_samples == 1 and session.targets is None:
        return only_edit(session, replacing)
    targets_go = "" if session.targets is None else "; the targets go"
    offers = [
        Offer("r", f"Replace the samples by these {n_rows}{targets_go}", replacing),
    ]
    if sample + n_rows <= session.n_samples:
        label = f"Put them from sample {sample + 1} on"
        offers.append(Offer("p", label, SetInputBlock(sample, 0, values)))
    present = f"{session.n_samples} sample{'s' * (session.n_samples != 1)}"
    return Placement(f"{n_rows} rows; there are {present}", tuple(offers))


def _as_rows(pasted: Pasted, n_columns: int) -> FloatArray:
    """The numbers with one row per sample, even if the text gives no orientation."""
    values = pasted.values
    is_list = pasted.flat or pasted.kind == "column"
    if is_list and n_columns == 1:
        return values.reshape(-1, 1)
    if is_list and values.size == n_columns:
        return values.reshape(1, -1)
    return values


def _lowered(label: str) -> str:
    return label[:1].lower() + label[1:]

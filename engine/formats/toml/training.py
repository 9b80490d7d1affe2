"""The tables of a TOML file on training: the data, the settings, and what is frozen."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.formats.toml.values import (
    MAX_NAME_LENGTH,
    MAX_TITLE_LENGTH,
    check_keys,
    checked_text,
    is_number,
    kind_of,
    not_a_number,
    texts,
    vector,
)
from engine.nn.layer import FrozenLayer, everything_frozen, neurons_frozen
from engine.session.data_record import DataRecord
from engine.training.settings import TrainingSettings

if TYPE_CHECKING:
    from engine.datasets.features import DerivedFeature
    from engine.datasets.preparation import FeatureColumn, Preparation

RECORD_NUMBERS = ("noise", "seed", "test_percent")
STANDARDISATION_KEYS = ("mean", "scale")

_PREPARATION_KEYS = ("columns", "targets", "missing", "decimal", "empty")
_COLUMN_KEYS = ("column", "values", "fill", "unit")
_DATA_KEYS = (
    *("name", *RECORD_NUMBERS, "test", *STANDARDISATION_KEYS, "derived"),
    *_PREPARATION_KEYS,
)
_FROZEN_KEYS = ("weights", "bias")
_FROZEN_FORMS = "expected true, numbers of neurons in brackets, or a table of weights and bias"


def data_of(value: object) -> dict[str, Any]:
    """Return the session fields given by [data].

    Parameters
    ----------
    value
        The table [data], as the file has it.

    Returns
    -------
    dict[str, Any]

    Raises
    ------
    ValueError
        Naming the place.
    """
    table = _table(value, "data", _DATA_KEYS)
    parts: dict[str, Any] = {}
    if "test" in table:
        if type(table["test"]) is not int:
            raise ValueError(f"data.test: expected a whole number, got {kind_of(table['test'])}")
        parts["n_test"] = table["test"]
    if "derived" in table:
        parts["derived"] = _derived(table["derived"])
    nameless = next((key for key in table if key not in ("name", "test", "derived")), None)
    if "name" in table:
        parts["data"] = _record(table)
    elif nameless is not None:
        raise ValueError(f"data.{nameless}: says how data were made, but data.name is missing")
    return parts


def training_of(value: object) -> TrainingSettings:
    """Return the settings in [training].

    Parameters
    ----------
    value
        The table [training], as the file has it.

    Returns
    -------
    TrainingSettings

    Raises
    ------
    ValueError
        Naming the place.
    """
    known = [setting.name for setting in dataclasses.fields(TrainingSettings)]
    table = dict(_table(value, "training", known))
    for key, given in table.items():
        if isinstance(given, int | float) and not isinstance(given, bool) and not is_number(given):
            raise not_a_number(given, f"training.{key}")
    try:
        return TrainingSettings(**table)
    except ValueError as error:
        raise ValueError(f"training: {error}") from None


def frozen_of(value: object, n_neurons: int, n_inputs: int, place: str) -> FrozenLayer | None:
    """Return the frozen masks of a layer from true, neuron numbers, or a table of booleans.

    Parameters
    ----------
    value
        The key frozen of a layer, as the file has it.
    n_neurons
        How many neurons.
    n_inputs
        How many inputs.
    place
        How a message names where it is.

    Returns
    -------
    FrozenLayer | None

    Raises
    ------
    ValueError
        Naming the place.
    """
    if isinstance(value, bool):
        return everything_frozen(n_neurons, n_inputs) if value else None
    if isinstance(value, list):
        neurons = [_neuron(number, n_neurons, f"{place}[{k}]") for k, number in enumerate(value, 1)]
        return neurons_frozen(n_neurons, n_inputs, neurons)
    if not isinstance(value, dict):
        raise ValueError(f"{place}: {_FROZEN_FORMS}, got {kind_of(value)}")
    check_keys(value, _FROZEN_KEYS, f"{place}: ")
    weights, bias = np.zeros((n_neurons, n_inputs), bool), np.zeros(n_neurons, bool)
    if "weights" in value:
        rows = value["weights"]
        if type(rows) is not list or len(rows) != n_neurons:
            raise ValueError(f"{place}.weights: expected {n_neurons} rows of truth values")
        checked = (_truths(row, n_inputs, f"{place}.weights[{k}]") for k, row in enumerate(rows, 1))
        weights = np.array(list(checked), dtype=bool)
    if "bias" in value:
        bias = np.array(_truths(value["bias"], n_neurons, f"{place}.bias"), dtype=bool)
    return FrozenLayer(weights, bias)


def _record(table: dict[str, Any]) -> DataRecord:
    name = checked_text(table["name"], "data.name", MAX_TITLE_LENGTH)
    numbers = {key: table[key] for key in RECORD_NUMBERS if key in table}
    standardisation = None
    given = [key for key in STANDARDISATION_KEYS if key in table]
    if len(given) == 1:
        raise ValueError(f"data.{given[0]}: mean and scale belong together, one is missing")
    if given:
        from engine.datasets.standardisation import Standardisation

        mean, scale = (vector(table[key], f"data.{key}") for key in STANDARDISATION_KEYS)
        try:
            standardisation = Standardisation(mean, scale)
        except ValueError as error:
            raise ValueError(f"data: {error}") from None
    try:
        return DataRecord(
            name, **numbers, standardisation=standardisation, preparation=_preparation(table)
        )
    except ValueError as error:
        raise ValueError(f"data: {error}") from None


def _preparation(table: dict[str, Any]) -> Preparation | None:
    """What [data] says about the columns of the file that the samples came from."""
    given = [key for key in _PREPARATION_KEYS if key in table]
    if not given:
        return None
    from engine.datasets.preparation import Preparation

    columns, targets = table.get("columns"), table.get("targets")
    for key, value in (("columns", columns), ("targets", targets)):
        if type(value) is not list:
            raise ValueError(f"{key}: expected an array of columns")
    assert isinstance(columns, list)
    assert isinstance(targets, list)
    return Preparation(
        tuple(_feature(value, f"columns[{k}]") for k, value in enumerate(columns, 1)),
        tuple(_column(value, f"targets[{k}]") for k, value in enumerate(targets, 1)),
        table.get("missing"),
        table.get("decimal"),
        tuple(texts(table.get("empty", []), "empty", MAX_NAME_LENGTH)),
    )


def _feature(value: object, place: str) -> FeatureColumn:
    from engine.datasets.preparation import FeatureColumn

    if not isinstance(value, dict):
        return FeatureColumn(_column(value, place))
    check_keys(value, _COLUMN_KEYS, f"{place}: ")
    values, fill = value.get("values"), value.get("fill")
    if values is not None:
        values = tuple(texts(values, f"{place}.values", MAX_NAME_LENGTH))
    if isinstance(fill, str):
        fill = checked_text(fill, f"{place}.fill", MAX_NAME_LENGTH)
    elif fill is not None:
        fill = float(vector([fill], f"{place}.fill")[0])
    unit = value.get("unit")
    if unit is not None:
        unit = checked_text(unit, f"{place}.unit", MAX_NAME_LENGTH)
    return FeatureColumn(_column(value.get("column"), f"{place}.column"), values, fill, unit)


def _column(value: object, place: str) -> str | int:
    """A column by its name or its number from 1."""
    if type(value) is int and 0 < value < 2**31:
        return value
    if not isinstance(value, str) or not value:
        raise ValueError(f"{place}: expected the name of a column, or its number from 1")
    return checked_text(value, place, MAX_TITLE_LENGTH)


def _derived(value: object) -> tuple[DerivedFeature, ...]:
    # Imported here, as few files derive anything.
    from engine.datasets.features import parse_feature

    derived = []
    for number, text in enumerate(texts(value, "data.derived", MAX_NAME_LENGTH), start=1):
        try:
            derived.append(parse_feature(text))
        except ValueError as error:
            raise ValueError(f"data.derived[{number}]: {error}") from None
    return tuple(derived)


def _table(value: object, place: str, known: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{place}: expected a table [{place}], got {kind_of(value)}")
    check_keys(value, known, f"{place}: ")
    return value


def _neuron(value: object, n_neurons: int, place: str) -> int:
    """The index, from 0, of a neuron numbered from 1."""
    if type(value) is not int:
        raise ValueError(f"{place}: expected the number of a neuron, got {kind_of(value)}")
    if not 1 <= value <= n_neurons:
        raise ValueError(f"{place}: there is no such neuron; they count from 1 to {n_neurons}")
    return value - 1


def _truths(value: object, count: int, place: str) -> list[bool]:
    if type(value) is not list or len(value) != count:
        raise ValueError(f"{place}: expected {count} truth values in brackets")
    for number, truth in enumerate(value, start=1):
        if type(truth) is not bool:
            raise ValueError(f"{place}[{number}]: expected true or false, got {kind_of(truth)}")
    return value

"""Where samples may come from: a named data set, a CSV file, or the session itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from textual.content import Content

from engine.datasets import DATASETS, Dataset, load_dataset, parse_csv
from engine.datasets.csv import MAX_BYTES
from engine.datasets.csv.columns import Column, Columns, find_columns
from engine.datasets.csv.dialect import open_csv
from engine.datasets.generators import GENERATORS
from engine.datasets.labels import fitted_task
from engine.files import read_bounded
from engine.session.session import Session
from engine.text import printable
from tui.screens.dialogs.dialog import plain
from tui.screens.dialogs.lists import Choices
from tui.terminal import reason_of

_USUAL_TEST_PERCENT = 50
_USUAL_TEST_PERCENT_OF_MEASURED = 20
_PICTURE_SIDES = {"digits": 8}
_MAX_LAST_COLUMNS = 12
_NAME_BETWEEN_COMMAS = re.compile(r"\s*,\s*")

_FIELDS = {
    "--empty ": "also empty: ",
    "--decimal .": "decimals: point",
    "--decimal ,": "decimals: comma",
    "--target-column ": "target: ",
    "--classes ": "answers are: classes ",
}

OPEN_CSV = "a CSV file…"
"""The entry in the list for a file still to be named."""


class DataSource(Protocol):
    """A source of samples. dataset() raises ValueError in one line.

    name: for the record. title: as shown in the list. is_made: whether it is generated, from noise
    and a seed. test_percent: the share to set aside by default. picture_side: where each sample is
    a picture, its side.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def is_made(self) -> bool: ...
    @property
    def test_percent(self) -> int: ...
    @property
    def picture_side(self) -> int | None: ...

    def dataset(self, noise: int, seed: int) -> Dataset:
        """Return the samples; noise in percent, for generated ones."""
        ...

    def words(self, dataset: Dataset) -> list[str]:
        """Return the description of the samples, one or more lines each."""
        ...


@dataclass(frozen=True, eq=False)
class NamedData:
    """One of DATASETS."""

    name: str

    @property
    def title(self) -> str:
        return DATASETS[self.name].title

    @property
    def is_made(self) -> bool:
        return self.name in GENERATORS

    @property
    def test_percent(self) -> int:
        return _USUAL_TEST_PERCENT if self.is_made else _USUAL_TEST_PERCENT_OF_MEASURED

    @property
    def picture_side(self) -> int | None:
        return _PICTURE_SIDES.get(self.name)

    @cached_property
    def _measured(self) -> Dataset:
        return load_dataset(self.name)

    def dataset(self, noise: int, seed: int) -> Dataset:
        if self.is_made:
            return load_dataset(self.name, noise=noise, seed=seed)
        return self._measured

    def words(self, dataset: Dataset) -> list[str]:
        words = [DATASETS[self.name].description, describe_sizes(dataset)]
        if dataset.source is not None:
            words += [f"{dataset.source}. {dataset.licence}"]
        return words


@dataclass(frozen=True, eq=False)
class OwnSamples:
    """The samples of a session that has targets, as they are."""

    session: Session

    is_made = False
    picture_side = None

    @property
    def name(self) -> str:
        record = self.session.data
        return "own samples" if record is None else record.name

    @property
    def title(self) -> str:
        return f"As they are: {self.name}"

    @property
    def test_percent(self) -> int:
        session = self.session
        if session.data is not None:
            return session.data.test_percent
        return round(100 * session.n_test / session.n_samples)

    @cached_property
    def _dataset(self) -> Dataset:
        session, count = self.session, self.session.n_base_features
        assert session.targets is not None
        inputs = session.inputs[:, :count]
        if session.data is not None and session.data.standardisation is not None:
            inputs = session.data.standardisation.undo(inputs)
        names = session.features or tuple(f"x{number}" for number in range(1, count + 1))
        classes = session.classes if session.task != "regression" else None
        if classes is not None and len(classes) != max(2, session.network.n_outputs):
            classes = None
        record = session.data
        return Dataset(
            self.name,
            inputs,
            session.targets,
            names[:count],
            classes,
            session.task,
            preparation=None if record is None else record.preparation,
        )

    def dataset(self, noise: int, seed: int) -> Dataset:
        return self._dataset

    def words(self, dataset: Dataset) -> list[str]:
        return ["The samples that the network has now.", describe_sizes(dataset)]


@dataclass(frozen=True, eq=False)
class CsvData:
    """The bytes of a CSV file, and which of its columns are what.

    targets, chosen: columns as `engine.datasets.read_csv` takes them, None for the defaults.
    network_task: that of the network they are for. classes: whether the target holds classes, None
    to find out. missing, decimal, empty: as `read_csv` takes them.
    """

    name: str
    data: bytes
    columns: Columns
    network_task: str
    targets: tuple[int, ...] | None = None
    chosen: tuple[Column, ...] | None = None
    classes: bool | None = None
    missing: str = "drop"
    decimal: str | None = None
    empty: tuple[str, ...] = ()

    is_made = False
    picture_side = None
    test_percent = _USUAL_TEST_PERCENT_OF_MEASURED

    @classmethod
    def open(cls, path: Path, network_task: str) -> CsvData:
        """Read the file for a network of the given task.

        Raises ValueError, in one line, where it cannot be read.
        """
        data = _bytes_of(path)
        # The columns are asked for with the last as the target, which every file has.
        columns = find_columns(open_csv(data), None, None)
        return cls(printable(path.stem) or "data", data, columns, network_task)

    @property
    def title(self) -> str:
        return f"{self.name} (CSV)"

    @property
    def labels(self) -> tuple[str, ...]:
        """What each column is called."""
        names = self.columns.names or ("",) * self.columns.n_columns
        return tuple(
            f"{number} {name}".rstrip() if self.columns.names else f"column {number}"
            for number, name in enumerate(names, start=1)
        )

    @property
    def target_words(self) -> tuple[str, ...]:
        """What may be the target: each column, or several of the last ones."""
        most = min(self.columns.n_columns - 1, _MAX_LAST_COLUMNS)
        return (*self.labels, *(f"last {count} columns" for count in range(2, most + 1)))

    @property
    def target_word(self) -> str:
        """The one that is the target now."""
        targets = self.targets
        if targets is None:
            try:
                prepared = self._dataset.preparation
            except ValueError:
                prepared = None
            count = 1 if prepared is None else len(prepared.targets)
            if count > 1:
                return f"last {count} columns"
            targets = (self.columns.targets[0] + 1,)
        return self.labels[targets[0] - 1] if len(targets) == 1 else f"last {len(targets)} columns"

    def reading(
        self,
        target: str,
        chosen: str,
        classes: bool | None,
        missing: str,
        decimal: str | None,
        empty: str,
    ) -> CsvData:
        """Return the file, to be read in another way.

        target: one of target_words. chosen: the features' columns as typed, empty for all others.
        empty: what stands for an empty cell, as typed.
        """
        targets = self.targets
        if target != self.target_word:
            place, n_columns = self.target_words.index(target), self.columns.n_columns
            first = place if place < n_columns else 2 * n_columns - place - 2
            targets = tuple(range(first + 1, first + 2 if place < n_columns else n_columns + 1))
        read = replace(
            self,
            targets=targets,
            chosen=_listed(chosen) or None,
            classes=classes,
            missing=missing,
            decimal=decimal,
            empty=_listed(empty),
        )
        return self if read._choices == self._choices else read

    @property
    def _choices(self) -> tuple[object, ...]:
        return (self.targets, self.chosen, self.classes, self.missing, self.decimal, self.empty)

    @cached_property
    def _dataset(self) -> Dataset:
        return parse_csv(
            self.data,
            self.name,
            self.targets,
            self.chosen,
            classes=self.classes,
            network_task=fitted_task(self.network_task),
            missing=self.missing,
            decimal=self.decimal,
            empty=self.empty,
        )

    def dataset(self, noise: int, seed: int) -> Dataset:
        return self._dataset

    def words(self, dataset: Dataset) -> list[str]:
        return _file_words(dataset)


@dataclass(frozen=True, eq=False)
class NpzData:
    """A data set in an .npz file, with arrays such as X and y."""

    name: str
    samples: Dataset

    is_made = False
    picture_side = None
    test_percent = _USUAL_TEST_PERCENT_OF_MEASURED

    @classmethod
    def open(cls, path: Path, network_task: str) -> NpzData:
        """Read the file for a network of the given task; raises ValueError in one line."""
        # Imported here, as most data are CSV files.
        from engine.formats.npz_data import read_npz_data

        name = printable(path.stem) or "data"
        data = _bytes_of(path)
        task = fitted_task(network_task)
        return cls(name, read_npz_data(data, name, network_task=task, missing="drop"))

    @property
    def title(self) -> str:
        return f"{self.name} (npz)"

    def dataset(self, noise: int, seed: int) -> Dataset:
        return self.samples

    def words(self, dataset: Dataset) -> list[str]:
        return _file_words(dataset)


FileData = CsvData | NpzData


def open_data(path: Path, network_task: str) -> FileData:
    """Return the data in a file, by its suffix; raises ValueError in one line."""
    if path.suffix.lower() == ".npz":
        return NpzData.open(path, network_task)
    return CsvData.open(path, network_task)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(_NAME_BETWEEN_COMMAS.split(text.strip(" ,"))) if text.strip(" ,") else ()


def _bytes_of(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_BYTES)
    except OSError as error:
        raise ValueError(reason_of(error)) from None


def _file_words(dataset: Dataset) -> list[str]:
    inputs = ", ".join(dataset.features[:8]) + ", …" * (len(dataset.features) > 8)
    words = [describe_sizes(dataset), dataset.describe_target(), *dataset.notes]
    return [*map(on_screen, words), f"Inputs: {inputs}."]


def on_screen(note: str) -> str:
    """Return a note in which the fields of the dialog stand for the options of the command."""
    for option, field in _FIELDS.items():
        note = note.replace(option, field)
    return note


def describe_sizes(dataset: Dataset) -> str:
    """Return how many samples, inputs and classes there are, and what the classes are called."""
    n_samples, n_features = dataset.inputs.shape
    words = f"{n_samples:,} sample{'s' * (n_samples != 1)}, {n_features:,} "
    words += f"input{'s' * (n_features != 1)}, "
    if dataset.n_classes is None:
        return f"{words}a number as the answer."
    return f"{words}{dataset.n_classes} classes."


class DataList(Choices[DataSource | str], can_focus=True):
    """The list of data, which takes the focus itself, since other fields use the arrows too."""

    def show_sources(self, sources: Sequence[DataSource | str], highlighted: int) -> None:
        """List `sources`, each under its title."""
        self.show(sources, _label, highlighted)

    def exchange(self, old: DataSource, new: DataSource) -> None:
        """Replace `old` by `new`, under the same title."""
        self._items = tuple(new if item is old else item for item in self._items)


def _label(source: DataSource | str) -> Content:
    return plain(source if isinstance(source, str) else source.title)

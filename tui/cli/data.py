"""The options that give a command samples, from a CSV file or a named data set."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np

from engine.datasets import (
    DATASETS,
    GENERATORS,
    Dataset,
    DerivedFeature,
    Standardisation,
    load_dataset,
    parse_feature,
    read_csv,
    why_hard_to_learn,
    why_standardise,
)
from engine.datasets.csv import MAX_BYTES
from engine.datasets.labels import fitted_task
from engine.datasets.preparation import MISSING_CHOICES
from engine.edits.dataset import SetSamples, samples_of
from engine.files import read_bounded
from engine.nn.network import Network
from engine.session.columns import plain_names
from engine.session.derived import base_names
from engine.session.names import counted
from engine.session.session import Session
from engine.text import nearest, printable
from tui.cli import completion
from tui.cli.options import CommandError, about, one_of, within
from tui.files.source import path_of
from tui.terminal import escaped, reason_of, shortened

_MAX_NAME_LENGTH = 200
_FIT = "; --fit makes it suit the data"

Command = TypeVar("Command", bound=Callable[..., Any])

_MAX_NOISE = 50
_MAX_TEST_PERCENT = 90


@dataclass(frozen=True, slots=True)
class DataOptions:
    """The data options given on the command line; None if not given.

    file: a CSV file, or None if dataset names one of DATASETS. classes: whether the target holds
    classes or numbers. fit: give the network as many inputs and outputs as the data need.
    """

    file: str | None = None
    dataset: str | None = None
    noise: int | None = None
    test_percent: int | None = None
    seed: int = 0
    standardise: bool = False
    derived: str | None = None
    target_column: str | None = None
    feature_columns: str | None = None
    classes: bool | None = None
    missing: str | None = None
    decimal: str | None = None
    empty: tuple[str, ...] = ()
    fit: bool = False

    def check(self, sources: str = "--data or --dataset") -> None:
        """Raise CommandError if an option is given without any of `sources`."""
        if self.file is not None and self.dataset is not None:
            raise CommandError("--data and --dataset cannot go together")
        own = {
            "--target-column": self.target_column is not None,
            "--feature-columns": self.feature_columns is not None,
            "--missing": self.missing is not None,
            "--decimal": self.decimal is not None,
            "--empty": bool(self.empty),
            "--classes" if self.classes else "--no-classes": self.classes is not None,
        }
        both = {
            "--test": self.test_percent is not None,
            "--standardize": self.standardise,
            "--derived": self.derived is not None,
            "--fit": self.fit,
        }
        for option, is_given in own.items():
            if is_given and self.file is None:
                raise CommandError(f"{option} goes with --data")
        if self.noise is not None and self.dataset is None:
            raise CommandError("--noise goes with --dataset")
        for option, is_given in both.items():
            if is_given and not self.is_given:
                raise CommandError(f"{option} goes with {sources}")

    @property
    def is_given(self) -> bool:
        return self.file is not None or self.dataset is not None

    @property
    def name(self) -> str:
        """The name of the data in messages."""
        if self.file is not None:
            return shortened(escaped(self.file), _MAX_NAME_LENGTH) or "''"
        return f"--dataset {shortened(escaped(self.dataset or ''), 60)}"


def with_data(
    session: Session, options: DataOptions, as_trained: bool = False
) -> tuple[Session, list[str]]:
    """Return the session with the samples asked for, and notes on how a file was read.

    Raises CommandError when something does not fit. as_trained: the network is to answer, not to
    learn: the classes are those it knows, and new samples are standardised by the mean and scale it
    records, if any. The network stays as it is, apart from the inputs that --derived asks for and
    what --fit allows.
    """
    with about(options.name):
        dataset = _read(session, options, as_trained)
        kept = None
        if as_trained:
            _check_classes(session, dataset)
            kept = None if session.data is None else session.data.standardisation
        derived = session.derived if options.derived is None else _derived(options.derived)
        if not options.fit:
            _check_sizes(session, dataset, derived, "" if as_trained else _FIT)
        edit = _edit(dataset, options, derived, kept)
        changed = edit.apply(session)
        if not options.fit:
            changed = _with_own_network(session, changed, dataset, options)
        _check_targets(changed, dataset)
    if options.file is None:
        return changed, []
    notes = [*dataset.notes, dataset.describe_target()]
    if not as_trained:
        notes += why_hard_to_learn(dataset)
    why = why_standardise(dataset.inputs, dataset.features)
    if why is not None and not (as_trained or options.standardise):
        notes.append(f"{why}; --standardize makes this easier to learn")
    return changed, notes


def _read(session: Session, options: DataOptions, as_trained: bool) -> Dataset:
    if options.file is not None:
        return _read_csv(session, options, as_trained)
    name = options.dataset or ""
    if name in GENERATORS:
        return load_dataset(name, None, options.noise or 0, options.seed)
    return load_dataset(name, None, options.noise or 0)


def _read_csv(session: Session, options: DataOptions, as_trained: bool) -> Dataset:
    network_task, one_hot, classes = session.task, False, options.classes
    if options.fit:
        network_task = fitted_task(network_task)
    elif network_task != "regression" and session.network.n_outputs > 1 and classes is not False:
        # A classifier has an output for each class.
        one_hot = classes = True
    columns = None
    if options.feature_columns is not None:
        columns = [name.strip() for name in options.feature_columns.split(",")]
    path = path_of(options.file or "")
    if path.suffix.lower() == ".npz":
        return _read_npz(path, session, options, classes, network_task, one_hot)
    prepared = inputs = None
    if as_trained and columns is None and options.target_column is None:
        prepared = None if session.data is None else session.data.preparation
        inputs = base_names(session) or plain_names(session.n_base_features)
    try:
        dataset = read_csv(
            path,
            options.target_column,
            columns,
            classes=classes,
            network_task=network_task,
            known=session.classes,
            one_hot=one_hot,
            missing=options.missing,
            decimal=options.decimal,
            empty=options.empty,
            prepared=prepared,
            inputs=inputs,
        )
    except OSError as error:
        raise CommandError(f"{options.name}: {reason_of(error)}") from error
    if dataset.target is None:
        nothing = np.full((dataset.n_samples, session.network.n_outputs), np.nan)
        dataset = dataclasses.replace(
            dataset, targets=nothing, classes=session.classes, task=session.task
        )
    return dataset if prepared else _in_order_of_features(session, dataset, options)


def _read_npz(
    path: Path,
    session: Session,
    options: DataOptions,
    classes: bool | None,
    network_task: str,
    one_hot: bool,
) -> Dataset:
    # Imported here, as most data are CSV files.
    from engine.formats.npz_data import read_npz_data

    for option, given in (
        ("--target-column", options.target_column),
        ("--feature-columns", options.feature_columns),
        ("--decimal", options.decimal),
        ("--empty", options.empty or None),
    ):
        if given is not None:
            raise CommandError(f"{option} goes with a CSV file")
    try:
        data = read_bounded(path, MAX_BYTES)
    except OSError as error:
        raise CommandError(f"{options.name}: {reason_of(error)}") from error
    dataset = read_npz_data(
        data,
        printable(path.stem) or "data",
        classes=classes,
        network_task=network_task,
        known=session.classes,
        one_hot=one_hot,
        missing=options.missing,
    )
    return _in_order_of_features(session, dataset, options)


def _in_order_of_features(session: Session, dataset: Dataset, options: DataOptions) -> Dataset:
    """The features in the order of the network's inputs of the same names."""
    names = base_names(session)
    if names is None or options.feature_columns is not None:
        return dataset
    if dataset.features == plain_names(len(names)):
        return dataclasses.replace(dataset, features=names)
    if len(set(names)) < len(names) or sorted(names) != sorted(dataset.features):
        return dataset
    places = [dataset.features.index(name) for name in names]
    return dataclasses.replace(dataset, inputs=dataset.inputs[:, places], features=names)


def _check_classes(session: Session, dataset: Dataset) -> None:
    known, found = session.classes, dataset.classes
    if known is None or found is None or session.task == "regression":
        return
    for name in found:
        if name not in known:
            raise ValueError(
                f"class {name[:40]!r} is not one of the network's; {nearest(name, known[:20])}"
            )


def _check_targets(session: Session, dataset: Dataset) -> None:
    """Raise ValueError if the network answers with a class and the file has other numbers."""
    are_numbers = dataset.task == "regression" and not np.isin(dataset.targets, (0, 1)).all()
    if session.task != "regression" and are_numbers:
        raise ValueError(
            f"{dataset.describe_target()}, but the network answers with a class; --no-classes "
            f"takes them as numbers, --classes as classes"
        )


def _derived(text: str) -> tuple[DerivedFeature, ...]:
    return tuple(parse_feature(part) for part in text.split(",")) if text.strip() else ()


def _edit(
    dataset: Dataset,
    options: DataOptions,
    derived: Sequence[DerivedFeature],
    kept: Standardisation | None,
) -> SetSamples:
    """The edit that gives the network the data, standardised as before or anew."""
    if kept is not None and len(kept.mean) == dataset.inputs.shape[1]:
        with np.errstate(all="ignore"):
            dataset = dataclasses.replace(dataset, inputs=kept.apply(dataset.inputs))
    else:
        kept = None
    edit = samples_of(
        dataset,
        noise=options.noise or 0,
        seed=options.seed,
        test_percent=options.test_percent or 0,
        standardise=options.standardise and kept is None,
        derived=derived,
    )
    if kept is None or edit.record is None:
        return edit
    return dataclasses.replace(edit, record=dataclasses.replace(edit.record, standardisation=kept))


def _check_sizes(
    session: Session, dataset: Dataset, derived: Sequence[DerivedFeature], hint: str
) -> None:
    """Raise ValueError, with a hint, if the data differ in their number of features or outputs."""
    n_given, n_wanted = dataset.inputs.shape[1], session.n_base_features
    if n_given != n_wanted and not _reads_derived(session, n_given, derived):
        raise ValueError(
            f"{counted(n_given, 'feature')}, but the network reads {counted(n_wanted, 'input')}"
            f"{hint}"
        )
    n_given, n_wanted = dataset.targets.shape[1], session.network.n_outputs
    if n_given != n_wanted:
        classes = f" for {len(dataset.classes)} classes" if dataset.classes else ""
        raise ValueError(
            f"the target takes {counted(n_given, 'output')}{classes}, but the network has "
            f"{counted(n_wanted, 'output')}{hint}"
        )


def _reads_derived(session: Session, n_given: int, derived: Sequence[DerivedFeature]) -> bool:
    """Whether the network already has inputs for the derived features, without recording them."""
    return not session.derived and session.network.n_features == n_given + len(derived)


def _with_own_network(
    session: Session, changed: Session, dataset: Dataset, options: DataOptions
) -> Session:
    """The session with other samples and the same network, apart from derived inputs."""
    network = session.network
    if network.n_features != changed.network.n_features:
        network = Network([changed.network.layers[0], *network.layers[1:]])
    task, classes = dataset.task, dataset.classes
    if options.file is not None and classes is None:
        if options.classes is None:
            task = session.task
        classes = session.classes if task == session.task else None
    elif session.task == "binary" and network.n_outputs > 1:
        # One output per class that answers yes or no.
        task = "binary"
    return changed.evolve(network=network, task=task, classes=classes, training=session.training)


def _texts(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def csv_options(command: Command) -> Command:
    """Add --data and the options for reading it to a command."""
    options = [
        click.option(
            "--data",
            "file",
            metavar="FILE",
            shell_complete=completion.files,
            help="Take the samples from a CSV file, one a row; the last column is the target. Or "
            "from an .npz file with arrays such as X and y.",
        ),
        click.option(
            "--target-column",
            metavar="COLUMN",
            help="The name of the target's column, or its number from 1; several as in north,east.",
        ),
        click.option(
            "--feature-columns",
            metavar="COLUMNS",
            help="The columns to read as inputs, such as age,height or 1,3.  [default: all others]",
        ),
        click.option(
            "--classes/--no-classes",
            default=None,
            help="Take the target's numbers as classes, or as numbers.  [default: two whole "
            "numbers are classes for a network that answers with a class]",
        ),
        click.option(
            "--missing",
            metavar="drop|fill",
            callback=one_of(*MISSING_CHOICES),
            help="Leave out rows with empty cells or NA, or fill these with the column's mean or "
            "commonest text.  [default: refuse them]",
        ),
        click.option(
            "--decimal",
            metavar="MARK",
            callback=one_of(".", ","),
            help="What comes before decimals in the file, a point or a comma.  [default: found "
            "out from the columns]",
        ),
        click.option(
            "--empty",
            metavar="LIST",
            callback=_texts,
            help="Texts or numbers that stand for an empty cell, such as -999,tbd.  [default: what "
            "spreadsheets, pandas and R write, such as NA]",
        ),
        click.option(
            "--standardize",
            "standardise",
            is_flag=True,
            help="Bring every feature to mean 0 and standard deviation 1.",
        ),
    ]
    return _with(command, options)


def dataset_options(command: Command) -> Command:
    """Add --dataset and the options for making and splitting it to a command."""
    options = [
        click.option(
            "--dataset",
            metavar="NAME",
            shell_complete=completion.datasets,
            help=f"Take the samples from a data set: {', '.join(DATASETS)}.",
        ),
        click.option(
            "--noise",
            metavar="PERCENT",
            type=int,
            callback=within(0, _MAX_NOISE),
            help="Noise in a generated data set, 0 to 50.",
        ),
        click.option(
            "--test",
            "test_percent",
            metavar="PERCENT",
            type=int,
            callback=within(0, _MAX_TEST_PERCENT),
            help="Percentage of the samples set aside as the test set, 0 to 90.",
        ),
        click.option(
            "--derived",
            metavar="LIST",
            help="Inputs computed from the others, such as x1^2,x1*x2,sin(x1).",
        ),
        click.option(
            "--fit",
            is_flag=True,
            help="Give the network as many inputs and outputs as the data need, and a last "
            "activation that suits them.",
        ),
    ]
    return _with(command, options)


def _with(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    # The last one added comes first in the help.
    for option in reversed(options):
        command = option(command)
    return command

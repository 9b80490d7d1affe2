"""Everything chosen about samples except their source, and the edit that results."""

from __future__ import annotations

from dataclasses import dataclass

from engine import Edit
from engine.datasets import Dataset, DerivedFeature, parse_feature, suggested_features
from engine.datasets.dataset import MAX_TEST_PERCENT
from engine.datasets.generators import MAX_NOISE
from engine.edits.dataset import samples_of
from engine.edits.features import SetDerived
from engine.session.data_record import DataRecord
from engine.session.session import Session
from tui.screens.dialogs.data.sources import DataSource, OwnSamples

NOISES = tuple(map(str, range(0, MAX_NOISE + 1, 5)))
TEST_PERCENTS = tuple(map(str, range(0, MAX_TEST_PERCENT + 1, 10)))
_MAX_TICKS = 5


@dataclass(frozen=True, slots=True)
class DataOptions:
    """How samples are generated, set aside and extended; noise and test_percent in percent."""

    noise: int
    seed: int
    test_percent: int
    standardise: bool
    derived: tuple[DerivedFeature, ...]


def first_options(session: Session) -> DataOptions:
    """Return the options behind the present samples of the session."""
    record = session.data or DataRecord("none yet")
    return DataOptions(
        record.noise,
        record.seed,
        record.test_percent,
        record.standardisation is not None,
        session.derived,
    )


def read_percent(text: str, name: str, most: int) -> int:
    """Return the whole number from 0 to `most`; raise ValueError, beginning with the name."""
    text = text.strip().removesuffix("%").rstrip()
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) <= most):
        raise ValueError(f"{name}: a whole number of percent from 0 to {most}")
    return int(text)


def read_derived(text: str) -> tuple[DerivedFeature, ...]:
    """Return the features in "x1^2, x1*x2, sin(x3)"; raise ValueError naming the wrong one."""
    derived: list[DerivedFeature] = []
    for part in filter(str.strip, text.split(",")):
        feature = parse_feature(part)
        if feature in derived:
            raise ValueError(f"{feature.text} is there twice")
        derived.append(feature)
    return tuple(derived)


def check_derived(derived: tuple[DerivedFeature, ...], n_features: int) -> None:
    """Raise ValueError where one is derived from a feature that does not exist."""
    for feature in derived:
        if feature.of[-1] >= n_features:
            there = "only x1" if n_features == 1 else f"x1 to x{n_features}"
            raise ValueError(f"{feature.text}: there is no x{feature.of[-1] + 1}, {there}")


def derived_text(derived: tuple[DerivedFeature, ...]) -> str:
    """Return the features as one would type them."""
    return ", ".join(feature.text for feature in derived)


def tickable(n_features: int) -> tuple[DerivedFeature, ...]:
    """Return the features to offer as check boxes; none where they would be too many."""
    suggested = suggested_features(n_features)
    return suggested if len(suggested) <= _MAX_TICKS else ()


def data_edit(source: DataSource, dataset: Dataset, options: DataOptions) -> Edit:
    """Return the edit that gives a network the samples; raises ValueError.

    Samples that do not change, nor their division into training and test, keep their order.
    """
    if isinstance(source, OwnSamples):
        now = first_options(source.session)
        if (source.test_percent, now.standardise) == (options.test_percent, options.standardise):
            return SetDerived(options.derived)
    return samples_of(
        dataset,
        noise=options.noise if source.is_made else 0,
        seed=options.seed,
        test_percent=options.test_percent,
        standardise=options.standardise,
        derived=options.derived,
    )

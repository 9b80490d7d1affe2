"""HDF5 files are read as by h5py; broken ones give one line, never an endless loop."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np
import pytest

from engine.formats.keras.hdf5 import Hdf5File, Hdf5Object


def written(fill: Callable[[Any], object], **options: Any) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w", **options) as h5:
        fill(h5)
    return file.getvalue()


def root_of(fill: Callable[[Any], object], **options: Any) -> Hdf5Object:
    return Hdf5File(written(fill, **options)).root


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8"])
@pytest.mark.parametrize("shape", [(), (1,), (3, 4), (2, 1, 5)])
def test_arrays_are_read(dtype: str, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(1).normal(size=shape).astype(dtype)
    array = root_of(lambda h5: h5.create_dataset("a/b", data=values)).at("a/b")
    assert array is not None
    assert array.shape == shape
    np.testing.assert_array_equal(array.numbers(), values)


def test_very_many_members_are_found() -> None:
    def fill(h5: Any) -> None:
        for k in range(700):
            h5[f"g/{k}"] = np.float64(k)

    group = root_of(fill).at("g")
    assert group is not None
    assert {name: float(array.numbers()) for name, array in group.members.items()} == {
        str(k): float(k) for k in range(700)
    }


def test_texts_of_attributes() -> None:
    texts = {
        "variable": "é " * 30_000,
        "several": ["a", "", "ccc"],
        "fixed": np.array([b"ab", b"c"]),
        "bytes": b"xyz",
        "number": 3,
        "none": [],
    }
    root = root_of(lambda h5: h5.attrs.update(texts))
    assert {name: root.texts(name) for name in [*texts, "missing"]} == {
        "variable": ["é " * 30_000],
        "several": ["a", "", "ccc"],
        "fixed": ["ab", "c"],
        "bytes": ["xyz"],
        "number": None,
        "none": [],
        "missing": None,
    }


def test_links_to_elsewhere_are_left_out() -> None:
    def soft(h5: Any) -> None:
        h5["soft"] = h5py.SoftLink("/here")
        h5["here"] = np.float64(1)

    assert list(root_of(soft).members) == ["here"]

    def outside(h5: Any) -> None:
        h5["outside"] = h5py.ExternalLink("/etc/passwd", "/")

    with pytest.raises(ValueError, match="is a group of the newer kind, which is not read"):
        list(root_of(outside).members)


def numbers_of(fill: Callable[[Any], object], **options: Any) -> object:
    root = root_of(fill, **options)
    found = root.at("a")
    assert found is not None
    return found.numbers()


ONES = np.ones((4, 4))


@pytest.mark.parametrize(
    ("fill", "reason"),
    [
        (lambda h5: h5.create_dataset("a", data=ONES, chunks=(2, 2)), "lies in pieces, which is"),
        (lambda h5: h5.create_dataset("a", data=ONES, compression="gzip"), "is a compressed array"),
        (lambda h5: h5.create_dataset("a", (4, 4), "f4"), "has no numbers in the file"),
        (lambda h5: h5.create_dataset("a", data=ONES.astype(">f8")), "not hold plain floating"),
        (lambda h5: h5.create_dataset("a", data=ONES.astype(int)), "not hold plain floating num"),
        (
            lambda h5: h5.create_dataset("a", (4,), "f4", external=[("/etc/passwd", 0, 16)]),
            "is an array in another file",
        ),
        (lambda h5: h5.create_group("a"), r"is broken, or HDF5 of a kind that is not read$"),
    ],
)
def test_other_arrays_are_refused(fill: Callable[[Any], object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        numbers_of(fill)


def test_the_newest_kind_of_file_is_refused() -> None:
    with pytest.raises(ValueError, match=r"of a kind that Keras does not write$"):
        root_of(lambda h5: h5.create_dataset("a", data=ONES), libver="latest")


def test_a_file_cut_off_anywhere_is_refused() -> None:
    data = written(lambda h5: h5.create_dataset("a", data=ONES))
    for length in range(0, len(data), 7):
        with pytest.raises(ValueError, match=r"(?s)."):
            Hdf5File(data[:length]).root.members["a"].numbers()


def test_groups_in_a_circle_are_found_again_only_when_asked_for() -> None:
    def fill(h5: Any) -> None:
        h5["a/b"] = h5["/"]

    root = root_of(fill)
    found = root.at("a/b/a/b/a")
    assert found is not None
    assert found.path == "/a/b/a/b/a/"
    assert root.at("a/b/" * 20_000) is None


def test_parts_that_lead_in_circles_end() -> None:
    data = bytearray(written(lambda h5: h5.create_dataset("a", data=ONES)))
    tree = data.index(b"TREE")
    # The child of the index is the index itself.
    data[tree + 32 : tree + 40] = tree.to_bytes(8, "little")
    with pytest.raises(ValueError, match=r"is broken, or HDF5 of a kind that is not read$"):
        list(Hdf5File(bytes(data)).root.members)

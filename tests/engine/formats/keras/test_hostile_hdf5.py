"""HDF5 files made to take time or memory without an end are refused within the reader's budget."""

from __future__ import annotations

import io
import struct
import tracemalloc
from collections.abc import Callable

import h5py
import numpy as np
import pytest

from engine.formats.keras import hdf5
from engine.formats.keras.hdf5 import Hdf5File

PLACE = 1_000
"""Where the root's header is, behind the superblock."""
BIG = 4_000_000
REASON = r"^'/\w*/?' is broken, or HDF5 of a kind that is not read$"


def file_of(messages: bytes, n_messages: int, rest: bytes = b"") -> bytes:
    """A file whose root has these messages in its header, with other bytes behind it."""
    superblock = (b"\x89HDF\r\n\x1a\n" + bytes(5) + b"\x08\x08").ljust(56, b"\0")
    root = struct.pack("<QQII16x", 0, PLACE, 0, 0)
    header = struct.pack("<BxHIIxxxx", 1, n_messages, 1, len(messages))
    return (superblock + root).ljust(PLACE, b"\0") + header + messages + rest


def message(kind: int, data: bytes) -> bytes:
    return struct.pack("<HHBxxx", kind, len(data), 0) + data


HERE = PLACE + 16
HEAP = HERE + 500
NAMES = b"".join(b"%05d\0" % k for k in range(60_000))


def endless_header() -> bytes:
    """Each of 60,000 continuations is joined to all that was read before."""
    continuation = message(0x10, struct.pack("<QQ", HERE, 24))
    return file_of(continuation * 60_000, 60_000)


def header_that_repeats_the_file() -> bytes:
    continuation = message(0x10, struct.pack("<QQ", 0, BIG))
    return file_of(continuation * 60_000, 60_000, bytes(BIG))


def groups_within_groups(names: bytes = NAMES) -> bytes:
    """A group whose 60,000 members are all the group itself, each six bytes behind the last."""
    index = HERE + 24
    heap, table = index + 100, index + 200
    tree = struct.pack("<4sBBHQQQQQ", b"TREE", 0, 0, 1, 0, 0, 0, table, 0).ljust(100, b"\0")
    entries = b"".join(struct.pack("<QQII16x", 6 * k, PLACE, 0, 0) for k in range(60_000))
    start = struct.pack("<4sBxH", b"SNOD", 1, 60_000)
    place = table + len(start) + len(entries)
    text = struct.pack("<4sB3xQQQ", b"HEAP", 0, len(names), 0, place).ljust(100, b"\0")
    group = message(0x11, struct.pack("<QQ", index, heap))
    return file_of(group, 1, tree + text + start + entries + names)


def long_names() -> bytes:
    """The same with names that overlap, each of more than a million characters."""
    return groups_within_groups(b"x" * 1_800_000 + b"\0")


def attribute(name: bytes, datatype: bytes, shape: tuple[int, ...], value: bytes) -> bytes:
    space = struct.pack(f"<BBxxxxxx{len(shape)}Q", 1, len(shape), *shape)
    sizes = (len(name) + 1, len(datatype), len(space))
    parts = [part + bytes(-len(part) % 8) for part in (name + b"\0", datatype, space)]
    return message(0x0C, struct.pack("<BxHHH", 1, *sizes) + b"".join(parts) + value)


TEXT = struct.pack("<BBBBI", 0x19, 1, 0, 0, 16) + struct.pack("<BBBBI", 0x13, 0, 0, 0, 1)
SEQUENCE = struct.pack("<BBBBI", 0x19, 0, 0, 0, 16)


def enormous_attribute() -> bytes:
    return file_of(attribute(b"texts", TEXT, (2**31,), bytes(64)), 1)


def overlong_shape() -> bytes:
    return file_of(attribute(b"texts", TEXT, (2**63,) * 200, bytes(64)), 1)


def names_of_attributes() -> bytes:
    """9,000 attributes whose names overlap, each of 60,000 bytes."""
    one = message(0x0C, struct.pack("<BxHHH", 1, 60_000, 8, 8) + bytes(24))
    return file_of(one * 9_000 + b"y" * 80_000, 9_000)


def heap_of_nothing() -> bytes:
    """A text in a heap of 400,000 texts without a character, and one more that overlaps with it."""
    messages = attribute(b"texts", TEXT, (2,), struct.pack("<IQIIQI", 1, HEAP, 1, 1, HEAP + 32, 1))
    start = struct.pack("<4sB3xQ", b"GCOL", 1, 6_400_000)
    nothing = struct.pack("<HHIQ", 1, 0, 0, 0)
    skipped = struct.pack("<HHIQ", 1, 0, 0, 16)
    rest = start + skipped + start + nothing * 400_000
    return file_of(messages, 1, bytes(HEAP - HERE - len(messages)) + rest)


def told(data: bytes) -> str:
    """What is said about a file when all of it is read."""
    root = Hdf5File(data).root
    return f"{root.texts('texts')} {sorted(root.members)}"


@pytest.mark.parametrize(
    "made",
    [
        endless_header,
        header_that_repeats_the_file,
        groups_within_groups,
        long_names,
        enormous_attribute,
        overlong_shape,
        names_of_attributes,
        heap_of_nothing,
    ],
)
def test_it_is_refused_within_its_budget(
    made: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hdf5, "_MAX_COST", 2_000_000)  # a sixth, to be quick
    data = made()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=REASON):
            told(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000


def test_the_smallest_such_file_is_read() -> None:
    value = struct.pack("<IQI", 1, HEAP, 1)
    messages = attribute(b"texts", TEXT, (1,), value)
    heap = struct.pack("<4sB3xQ", b"GCOL", 1, 64) + struct.pack("<HHIQ8s", 1, 0, 0, 1, b"a")
    data = file_of(messages, 1, bytes(HEAP - HERE - len(messages)) + heap.ljust(64, b"\0"))
    assert told(data) == "['a'] []"


def test_lists_of_lists_are_no_texts() -> None:
    """Each would be followed into the next, twice in each of 40 levels."""
    datatype = SEQUENCE * 40 + TEXT
    messages = attribute(b"texts", datatype, (2,), bytes(32))
    assert Hdf5File(file_of(messages, 1)).root.texts("texts") is None


def test_a_model_of_very_many_layers_is_within_the_budget() -> None:
    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        for k in range(1_000):
            group = h5.create_group(f"layers/dense_{k}/vars")
            group.attrs["name"] = f"dense_{k}"
            group["0"], group["1"] = np.ones((1, 1), "f4"), np.zeros(1, "f4")
    layers = Hdf5File(file.getvalue()).root.members["layers"].members
    arrays = [group.members["vars"].members for group in layers.values()]
    assert sum(array["0"].numbers().size for array in arrays) == 1_000

"""Pickles, which run code when opened: refused, with the lines of Python that convert them.

What a file holds is told by the names in its opcodes. They are read one by one and never run.
"""

from __future__ import annotations

import bz2
import lzma
import re
import struct
import warnings
import zlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from engine.files import open_regular, read_bounded
from engine.formats.bounded import BoundedZip
from engine.text import printable

SUFFIXES = (".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib")
"""Of pickles, in lower case."""

_OF_TORCH = SUFFIXES[:3]
_MAX_BYTES = 2_000_000
_MAX_OPCODES = 50_000
_MAX_PICKLES = 6
"""PyTorch before 1.6 wrote a number, its version and the system in front of the object."""

_MAX_ZIP_BYTES = 80_000_000
_MAX_MEMBERS = 20_000
_MAX_NAME_LENGTH = 40
_MAX_FILE_NAME_LENGTH = 32

# NAME stands for that of the file, KEY for that of what is in it, LOAD for the object itself.
_SAVE_STATE = "save_file({k: v.contiguous() for k, v in state.items()}, 'net.safetensors')"
_TORCH = "import torch; from safetensors.torch import save_file; state = "
_STATE_DICT = f"{_TORCH}torch.load(NAME, weights_only=True, map_location='cpu')KEY; {_SAVE_STATE}"
_UNSAFE_DICT = _STATE_DICT.replace("True", "False")
_MODULE = (
    f"{_TORCH}torch.load(NAME, weights_only=False, map_location='cpu')KEY.state_dict(); "
    f"{_SAVE_STATE}"
)
_SCRIPT = f"{_TORCH}torch.jit.load(NAME, map_location='cpu').state_dict(); {_SAVE_STATE}"
_LIST_OF_TENSORS = (
    "import torch, numpy; tensors = torch.load(NAME, weights_only=True, map_location='cpu'); "
    "numpy.savez('net.npz', *(t.detach().numpy() for t in tensors))"
)
_PERCEPTRON = (
    "import joblib, numpy; m = LOAD; numpy.savez('net.npz', "
    "**{f'coefs_{k}': w for k, w in enumerate(m.coefs_)}, "
    "**{f'intercepts_{k}': b for k, b in enumerate(m.intercepts_)})"
)
_LINEAR = (
    "import joblib, numpy; model = LOAD; numpy.savez('net.npz', "
    "coefs_0=numpy.atleast_2d(model.coef_).T, intercepts_0=numpy.atleast_1d(model.intercept_))"
)
_PIPELINE = (
    "import joblib, numpy, onnx, skl2onnx; model = LOAD; "
    "onnx.save(skl2onnx.to_onnx(model, numpy.zeros((1, model.n_features_in_), 'float32')), "
    "'net.onnx')"
)
_SCALER = (
    "import joblib, numpy as n, onnx, skl2onnx; from sklearn.pipeline import make_pipeline; "
    "m = make_pipeline(LOAD, joblib.load('MODEL')); "
    "onnx.save(skl2onnx.to_onnx(m, n.zeros((1, m.n_features_in_), 'f4')), 'net.onnx')"
)
_KERAS = "import joblib; LOAD.save('net.keras')"
_DICT_OF_ARRAYS = (
    "import joblib, numpy; arrays = joblib.load(NAME); "
    "numpy.savez('net.npz', **{str(k): v for k, v in arrays.items()})"
)
_DICT_OF_LISTS = (
    "import joblib, numpy; lists = joblib.load(NAME); numpy.savez('net.npz', **{f'{k}_{i}': w "
    "for k, v in lists.items() for i, w in enumerate(v if isinstance(v, list) else [v])})"
)
_LIST_OF_ARRAYS = "import joblib, numpy; numpy.savez('net.npz', *joblib.load(NAME))"
_ARRAYS = (
    "import joblib, numpy; arrays = joblib.load(NAME); "
    "numpy.savez('net.npz', *(arrays if isinstance(arrays, tuple) else [arrays]))"
)
_PLAIN_LISTS = "import joblib, json; json.dump(joblib.load(NAME), open('net.json', 'w'))"

_STATE_KEYS = (
    *("state_dict", "model_state_dict", "model_state", "model", "net", "network", "policy"),
    *("policy_state_dict", "weights", "params"),
)
_WITHIN = {
    **dict.fromkeys(("GridSearchCV", "RandomizedSearchCV"), ".best_estimator_"),
    **dict.fromkeys(("HalvingGridSearchCV", "HalvingRandomSearchCV"), ".best_estimator_"),
}
"""Where a search keeps what it found."""
_PLAIN = ("torch", "collections", "builtins", "__builtin__", "numpy", "_codecs")
"""What no model of one's own is from."""

_CONTAINERS = {"EMPTY_LIST": "list", "LIST": "list", "EMPTY_DICT": "dict", "DICT": "dict"}
_BROKEN = (ValueError, IndexError, KeyError, OverflowError, struct.error, MemoryError)
_SCIKIT_LEARN = re.compile(
    rb"(sklearn\.[a-z_.0-9]{1,80})(?:\n|[\x94q].?\x8c.)([A-Z][A-Za-z0-9]{2,60})", re.DOTALL
)
"""A class of it, as protocols up to 3 and from 4 on name it."""

_NETWORKS = ("MLPClassifier", "MLPRegressor")
_IS_SCALER = re.compile("[A-Za-z]{1,20}(?:Scaler|Normalizer)")
_LINEAR_MODELS = (
    "LogisticRegression",
    "LinearRegression",
    "Ridge",
    "Lasso",
    "ElasticNet",
    "SGDClassifier",
    "SGDRegressor",
    "Perceptron",
    "LinearSVC",
)


@dataclass(slots=True)
class _Names:
    """What the opcodes of a pickle name.

    called: classes and functions as (module, name), in the order of the file. texts: all texts.
    outermost: "dict", "list" or "tuple" if that is what the file holds. has_lists: lists lie in it.
    is_whole: it was read to its end. is_script: TorchScript.
    """

    called: list[tuple[str, str]] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    outermost: str | None = None
    has_lists: bool = False
    is_whole: bool = False
    is_script: bool = False

    def of(self, *libraries: str) -> list[str]:
        """The names of what is from these libraries."""
        return [name for module, name in self.called if module.partition(".")[0] in libraries]


@dataclass(frozen=True, slots=True)
class _Conversion:
    """What a file holds, and the lines that convert it.

    runs_code: whether they run the code in the file. advice: what to do besides. attribute: by
    which the model is found among others; without it by its place.
    """

    what: str
    lines: str
    runs_code: bool = True
    advice: str = ""
    attribute: str = ""


def refusal(path: Path, *, look: bool = True) -> str:
    """Return why a pickle is not opened, and the Python that converts what it holds.

    Parameters
    ----------
    path
        The file; its suffix is one of SUFFIXES.
    look
        Whether to read the names in it; without, the suffix decides.

    Returns
    -------
    str
    """
    suffix = path.suffix.lower()
    names = _Names()
    if look:
        with suppress(OSError, ValueError):
            names = _names_in(path)
    if names.is_script or names.of("torch") or (suffix in _OF_TORCH and not names.of("sklearn")):
        found = _of_torch(names)
    else:
        found = _of_others(names)
    name = path.name
    if len(name) > _MAX_FILE_NAME_LENGTH or not (name.isascii() and name.isprintable()):
        name = f"net{suffix}"
    if not found.lines:
        return f"is a pickle{found.what}, which is not a network of weights and biases"
    trust = "if you trust its source, " if found.runs_code else ""
    return (
        f"is a pickle{found.what}, which may run any code when opened; "
        f"{trust}{found.advice}convert it with: " + found.lines.replace("NAME", repr(name))
    )


def _of_torch(names: _Names) -> _Conversion:
    if names.is_script:
        return _Conversion(" of TorchScript", _SCRIPT)
    modules = [name for module, name in names.called if module.startswith("torch.nn.modules")]
    own = [name for module, name in names.called if module.partition(".")[0] not in _PLAIN]
    key = next((key for key in _STATE_KEYS if key in names.texts), None)
    if names.outermost == "dict" and key is not None:
        lines = _MODULE if modules and key == "model" else _UNSAFE_DICT if own else _STATE_DICT
        return _Conversion(
            " of a checkpoint", lines.replace("KEY", f"[{key!r}]"), lines is not _STATE_DICT
        )
    if own or modules:
        what = printable((own or modules)[0])[:_MAX_NAME_LENGTH]
        return _Conversion(f" of a whole model, {what}", _MODULE.replace("KEY", ""))
    if names.outermost in ("list", "tuple"):
        return _Conversion(f" of a {names.outermost} of tensors", _LIST_OF_TENSORS, runs_code=False)
    return _Conversion("", _STATE_DICT.replace("KEY", ""), runs_code=False)


def _of_others(names: _Names) -> _Conversion:
    learnt = names.of("sklearn")
    first = next((name for name in learnt if name[:1].isupper()), "")
    network = next((name for name in learnt if name in _NETWORKS), None)
    within = "" if names.outermost else _WITHIN.get(first, "")
    scaler = next((name for name in learnt if _IS_SCALER.fullmatch(name)), None)
    is_inside = bool(names.outermost or within or first == network)
    if "Pipeline" in learnt and (is_inside or first == "Pipeline"):
        found = _Conversion(" of a Pipeline", _PIPELINE, attribute="steps")
    elif network and is_inside:
        what = f" of a {network}" if scaler is None else f" of a {network} with its {scaler}"
        found = _Conversion(what, _PERCEPTRON, attribute="coefs_")
    elif scaler and (names.outermost or first == scaler):
        advice = "join it to its MODEL and "
        found = _Conversion(f" of a {scaler}", _SCALER, advice=advice)
    elif first in _LINEAR_MODELS:
        found = _Conversion(f" of a {first}", _LINEAR, attribute="coef_")
    elif names.of("keras", "tensorflow"):
        found = _Conversion(" of a Keras model", _KERAS, attribute="save")
    elif first:
        return _Conversion(f" of a {printable(first)[:_MAX_NAME_LENGTH]}", "")
    else:
        return _of_plain(names)
    load = "joblib.load(NAME)"
    if names.outermost and not found.attribute:
        load += "['KEY']" if names.outermost == "dict" else "[0]"
    elif names.outermost:
        values = f"{load}.values()" if names.outermost == "dict" else load
        load = f"next(m for m in {values} if hasattr(m, {found.attribute!r}))"
    return replace(found, lines=found.lines.replace("LOAD", load + within))


def _of_plain(names: _Names) -> _Conversion:
    """What holds arrays, or lists of numbers, and no model."""
    if names.called and not names.of("pandas") and names.of("numpy"):
        match names.outermost:
            case "list" | "tuple":
                return _Conversion(f" of a {names.outermost} of arrays", _LIST_OF_ARRAYS)
            case "dict" if names.has_lists:
                return _Conversion(" of a dict of lists of arrays", _DICT_OF_LISTS)
            case "dict":
                return _Conversion(" of a dict of arrays", _DICT_OF_ARRAYS)
        return _Conversion(" of arrays", _ARRAYS)
    if names.outermost and names.is_whole and not names.called:
        return _Conversion(f" of a {names.outermost} of numbers and texts", _PLAIN_LISTS)
    return _Conversion("", _PERCEPTRON.replace("LOAD", "joblib.load(NAME)"))


def is_one(path: Path) -> bool:
    """Return whether a file under another suffix is a pickle by its first bytes.

    Parameters
    ----------
    path
        Any file.

    Returns
    -------
    bool
    """
    with suppress(OSError, ValueError):
        with open_regular(path) as file:
            data = file.read(_MAX_BYTES)
        if data.startswith(b"PK\3\4"):
            return _pickle_within(_archive(path)) is not None
        begin = _unpacked(data)[:2]
        return len(begin) == 2 and begin[0] == 0x80 and 2 <= begin[1] <= 5
    return False


def _archive(path: Path) -> BoundedZip:
    return BoundedZip(read_bounded(path, _MAX_ZIP_BYTES), _MAX_MEMBERS, 2 * _MAX_ZIP_BYTES)


def _pickle_within(archive: BoundedZip) -> str | None:
    """The member in which PyTorch keeps the object."""
    return next((name for name in archive.names if name.rpartition("/")[2] == "data.pkl"), None)


def _unpacked(data: bytes) -> bytes:
    """The first part of what joblib or gzip packed; nothing if it is broken."""
    unpack: Any = None
    if data[:1] == b"\x78" or data[:2] == b"\x1f\x8b":
        unpack = zlib.decompressobj(wbits=47)
    elif data[:3] == b"BZh":
        unpack = bz2.BZ2Decompressor()
    elif data[:6] == b"\xfd7zXZ\0" or data[:3] == b"]\0\0":
        unpack = lzma.LZMADecompressor(memlimit=_MAX_ZIP_BYTES)
    if unpack is None:
        return data
    try:
        unpacked: bytes = unpack.decompress(data, _MAX_BYTES)
    except (zlib.error, OSError, EOFError, lzma.LZMAError):
        return b""
    return unpacked


def _names_in(path: Path) -> _Names:
    """The names in the file, of which no more than the first part is read."""
    with open_regular(path) as file:
        data = file.read(_MAX_BYTES)
    if not data.startswith(b"PK\3\4"):
        return _names_of(_unpacked(data))
    archive = _archive(path)
    member = _pickle_within(archive)
    if member is None:
        return _Names()
    names = _names_of(archive.begin(member, _MAX_BYTES))
    names.is_script = any(n.rpartition("/")[2] == "constants.pkl" for n in archive.names)
    return names


def _names_of(data: bytes) -> _Names:
    """The names in the opcodes; where joblib puts an array between them, those behind it too."""
    names = _Names()
    budget = _MAX_OPCODES
    start = 0
    for _ in range(_MAX_PICKLES):
        if start >= len(data) or budget <= 0:
            break
        start, budget = _read_opcodes(data, start, names, budget)
    return names


def _read_opcodes(data: bytes, start: int, names: _Names, budget: int) -> tuple[int, int]:
    """Add the names of one pickle; return where it ends and how many opcodes may still be read."""
    import pickletools

    stream = BytesIO(data)
    stream.seek(start)
    texts: list[str] = []
    memo: dict[int, str | None] = {}
    last: str | None = None
    before = ""
    has_begun = False
    with warnings.catch_warnings(action="ignore"), suppress(*_BROKEN):
        for opcode, given, _ in pickletools.genops(stream):
            budget -= 1
            if budget <= 0:
                break
            kind, argument = opcode.name, cast(Any, given)
            if kind in ("MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT"):
                memo[len(memo) if argument is None else argument] = last
                continue
            if kind == "STOP" and before.startswith("TUPLE"):
                names.outermost = "tuple"
            before = kind
            last = None
            if kind in ("BINGET", "LONG_BINGET", "GET"):
                last = memo.get(argument)
            elif isinstance(argument, str):
                last = argument
            if kind in ("GLOBAL", "INST"):
                module, _, name = str(argument).partition(" ")
                names.called.append((module, name))
                last = None
            elif kind == "STACK_GLOBAL" and len(texts) > 1:
                names.called.append((texts[-2], texts[-1]))
            elif kind in _CONTAINERS and not has_begun:
                names.outermost = _CONTAINERS[kind]
            elif _CONTAINERS.get(kind) == "list":
                names.has_lists = True
            has_begun = has_begun or kind not in ("PROTO", "FRAME", "MARK")
            if last is not None:
                texts.append(last)
                names.texts.add(last)
        else:
            names.is_whole = True
            return stream.tell(), budget
    # Such as the bytes of an array, which joblib puts between the opcodes.
    for found in _SCIKIT_LEARN.finditer(data, start):
        names.called.append((found[1].decode("ascii"), found[2].decode("ascii")))
    return len(data), budget

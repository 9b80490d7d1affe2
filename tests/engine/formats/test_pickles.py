"""What a pickle holds is told by its opcodes, none of which is run."""

import bz2
import gzip
import lzma
import pickle
import sys
import types
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.formats import load
from engine.formats.pickles import SUFFIXES, refusal


def _instance(monkeypatch: pytest.MonkeyPatch, module: str, name: str, **state: Any) -> Any:
    """An object that pickles as one of `module.name` would."""
    for end in range(len(module.split(".")), 0, -1):
        part = ".".join(module.split(".")[:end])
        if part not in sys.modules:
            monkeypatch.setitem(sys.modules, part, types.ModuleType(part))
    kind = type(name, (), {"__module__": module})
    monkeypatch.setattr(sys.modules[module], name, kind, raising=False)
    made = kind()
    made.__dict__.update(state)
    return made


def _reason(path: Path) -> str:
    with pytest.raises(ValueError, match=r"^is a pickle") as raised:
        load(path)
    reason = str(raised.value)
    # The command line prints no more than this.
    assert len(reason) <= 400
    assert reason.isprintable()
    compile(reason.split("convert it with: ")[1], "conversion", "exec")
    return reason


SCALER = ("sklearn.preprocessing._data", "StandardScaler")
NETWORK = ("sklearn.neural_network._multilayer_perceptron", "MLPClassifier")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_the_lines_are_for_what_scikit_learn_saved(
    protocol: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saved(value: object) -> str:
        path = tmp_path / "saved.pkl"
        path.write_bytes(pickle.dumps(value, protocol))
        return _reason(path)

    mean = np.ones(3)
    scaler = _instance(monkeypatch, *SCALER, mean_=mean)
    network = _instance(monkeypatch, *NETWORK, coefs_=[np.eye(3)])
    steps = [("scale", scaler), ("net", network)]
    pipeline = _instance(monkeypatch, "sklearn.pipeline", "Pipeline", steps=steps)
    logistic = _instance(monkeypatch, "sklearn.linear_model._logistic", "LogisticRegression")
    assert "coefs_" in saved(network)
    assert "of a MLPClassifier" in saved(network)
    assert "of a Pipeline" in saved(pipeline)
    assert "skl2onnx.to_onnx" in saved(pipeline)
    assert "make_pipeline(joblib.load('saved.pkl'), joblib.load('MODEL'))" in saved(scaler)
    assert "model.coef_" in saved(logistic)
    forest = _instance(monkeypatch, "sklearn.ensemble._forest", "RandomForestClassifier")
    (tmp_path / "saved.pkl").write_bytes(pickle.dumps(forest, protocol))
    with pytest.raises(ValueError, match=r"^is a pickle of a RandomForestClassifier, which is not"):
        load(tmp_path / "saved.pkl")
    both = saved({"scaler": scaler, "net": network})
    assert "of a MLPClassifier with its StandardScaler" in both
    assert "next(m for m in joblib.load('saved.pkl').values() if hasattr(m, 'coefs_'))" in both
    assert "next(m for m in joblib.load('saved.pkl') if hasattr" in saved((scaler, network))
    search = _instance(
        monkeypatch, "sklearn.model_selection._search", "GridSearchCV", best_estimator_=network
    )
    assert "joblib.load('saved.pkl').best_estimator_;" in saved(search)
    assert "savez('net.npz', *joblib" in saved([np.eye(2), np.ones(2)])
    assert "a dict of arrays" in saved({"W1": np.eye(2)})
    assert "a dict of lists of arrays" in saved({"weights": [np.eye(2)]})
    assert "isinstance(arrays, tuple)" in saved(np.eye(2))
    assert "json.dump(joblib.load('saved.pkl')" in saved({"W1": [[1.0, 2.0]], "b1": [0.0]})


def test_a_class_behind_the_bytes_of_an_array_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # joblib writes the bytes of an array between the opcodes.
    both = [_instance(monkeypatch, *SCALER), _instance(monkeypatch, *NETWORK)]
    data = pickle.dumps(both)
    place = data.index(b"sklearn.neural")
    (tmp_path / "both.joblib").write_bytes(data[: place - 2] + b"\xff\x00" * 99 + data[place - 2 :])
    assert "of a MLPClassifier" in _reason(tmp_path / "both.joblib")


def _zipped(path: Path, data: bytes, *others: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        for other in others:
            archive.writestr(f"archive/{other}", b"")


class _Tensor:
    """Pickles as a tensor does: a call of a function of PyTorch."""

    def __reduce__(self) -> Any:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, (0,)


def _rebuild_tensor_v2(*given: object) -> None:
    raise AssertionError("was run")


_rebuild_tensor_v2.__module__ = "torch._utils"


@pytest.mark.parametrize("is_zip", [True, False])
def test_the_lines_are_for_what_pytorch_saved(
    is_zip: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _instance(monkeypatch, "torch._utils", "Unused")
    monkeypatch.setattr(
        sys.modules["torch._utils"], "_rebuild_tensor_v2", _rebuild_tensor_v2, raising=False
    )

    def saved(value: object, *others: str) -> str:
        path = tmp_path / "saved.pth"
        if is_zip:
            _zipped(path, pickle.dumps(value, 2), *others)
        else:
            # PyTorch before 1.6 puts a number, its version and the system in front.
            path.write_bytes(b"".join(pickle.dumps(item, 2) for item in (119, 1001, {}, value)))
        return _reason(path)

    state = OrderedDict({"0.weight": _Tensor(), "0.bias": _Tensor()})
    linear = _instance(monkeypatch, "torch.nn.modules.linear", "Linear", weight=_Tensor())
    own = _instance(monkeypatch, "my_project", "Net", first=linear)
    optimizer = {"lr": 0.1}
    assert "weights_only=True, map_location='cpu'); save_file" in saved(state)
    assert "if you trust" not in saved(state)
    checkpoint = saved({"epoch": 3, "model_state_dict": state, "optimizer": optimizer})
    assert "weights_only=True, map_location='cpu')['model_state_dict'];" in checkpoint
    assert "if you trust" not in checkpoint
    for model in (linear, own):
        whole = saved(model)
        assert f"of a whole model, {type(model).__name__}, which" in whole
        assert "weights_only=False, map_location='cpu').state_dict();" in whole
        assert "if you trust its source" in whole
    assert "['model'].state_dict()" in saved({"model": linear})
    assert "for t in tensors" in saved([_Tensor(), _Tensor()])
    if is_zip:
        assert "torch.jit.load" in saved(own, "constants.pkl")


@pytest.mark.parametrize(
    "pack", [gzip.compress, zlib.compress, bz2.compress, lzma.compress], ids=str
)
def test_what_joblib_packed_is_told(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "a.joblib"
    path.write_bytes(pack(b"csklearn.neural_network\nMLPClassifier\n."))
    assert "of a MLPClassifier" in _reason(path)


@pytest.mark.parametrize("suffix", [".bin", ".sav", ".tar"])
def test_a_pickle_is_told_by_its_first_bytes(suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"a{suffix}").write_bytes(pickle.dumps({"W1": np.eye(2)}))
    assert "of a dict of arrays" in _reason(tmp_path / f"a{suffix}")
    _zipped(tmp_path / f"b{suffix}", b"ctorch._utils\n_rebuild_tensor_v2\n.")
    assert "save_file" in _reason(tmp_path / f"b{suffix}")


def test_a_model_that_only_contains_a_network_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = _instance(monkeypatch, *NETWORK)
    outer = _instance(monkeypatch, "sklearn.calibration", "CalibratedClassifierCV", parts=network)
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(outer))
    with pytest.raises(ValueError, match=r"of a CalibratedClassifierCV, which is not a network"):
        load(tmp_path / "a.pkl")


@pytest.mark.parametrize("suffix", [SUFFIXES[0], SUFFIXES[-1]])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04",
        b"PK\3\4 broken",
        b"\x78\x9c broken",
        b"cposix\nsystem\n(S'touch ran'\ntR.",
        b"(" * 60_000,
        b"N0" * 60_000,
        b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"I" + b"9" * 100_000 + b"\n.",
        b"h\x05g9\n\x93\x93.",
        b"\x8c\x02\xff\xff.",
        b"S'\\d'\n.",
    ],
    ids=len,
)
def test_hostile_pickles_get_one_line(suffix: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    _reason(path)
    assert [*tmp_path.iterdir()] == [path]


def test_names_from_the_file_are_shown_as_one_printable_line(tmp_path: Path) -> None:
    name = "A\x1b[31m" + "x" * 500
    (tmp_path / "a.pkl").write_bytes(f"csklearn.x\n{name}\n.".encode())
    with pytest.raises(
        ValueError, match=r"^is a pickle of a A.{39}, which is not a network"
    ) as err:
        load(tmp_path / "a.pkl")
    assert str(err.value).isprintable()
    (tmp_path / "a.pt").write_bytes(f"cmine\n{name}\n.".encode())
    assert "of a whole model, A" in _reason(tmp_path / "a.pt")
    (tmp_path / "b'\n;.pkl").write_bytes(b"N.")
    assert "'net.pkl'" in _reason(tmp_path / "b'\n;.pkl")


def test_without_a_look_the_suffix_decides(tmp_path: Path) -> None:
    assert "save_file" in refusal(tmp_path / "none.pt", look=False)
    assert "coefs_" in refusal(tmp_path / "none.pkl")

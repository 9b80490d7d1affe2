"""The table of formats: what is read and written by suffix, and what is always refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine import examples
from engine.formats import FORMATS, load, read, save, writable_suffixes
from engine.formats.pickles import SUFFIXES
from engine.formats.reading import ActivationsUnknownError, activations_for
from tests.engine.formats.session_comparison import everything


@pytest.mark.parametrize("suffix", [".toml", ".safetensors", ".npz", ".SafeTensors"])
@pytest.mark.parametrize("id", examples.ids())
def test_an_example_comes_back_the_same(id: str, suffix: str, tmp_path: Path) -> None:
    session = examples.load(id)
    save(session, tmp_path / f"net{suffix}")
    reading = read(tmp_path / f"net{suffix}")
    assert everything(reading.session) == everything(session)
    assert (reading.notes, reading.dtype) == ((), "float64")


def test_a_toml_file_says_everything_itself(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    save(examples.load("two-layer"), path)
    with pytest.raises(ValueError, match=r"^has its own activations; leave --activations out$"):
        load(path, ["relu", "relu"])
    with pytest.raises(ValueError, match=r"leave --transposed out$"):
        load(path, transposed=True)


def test_some_formats_are_only_read(tmp_path: Path) -> None:
    suffixes = writable_suffixes()
    assert {".toml", ".safetensors", ".npz"} <= set(suffixes)
    for suffix in (".keras", ".h5"):
        assert suffix in FORMATS
        assert suffix not in suffixes
        with pytest.raises(
            ValueError, match=rf"^\{suffix} files are only read; write one of \.toml"
        ):
            save(examples.load("two-layer"), tmp_path / f"net{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_pickles_are_refused_unread_with_what_converts_them(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"net{suffix}"
    for act in (lambda: load(path), lambda: save(examples.load("two-layer"), path)):
        with pytest.raises(ValueError, match=r"^is a pickle, which may run any code") as raised:
            act()
        reason = str(raised.value)
        assert f"'net{suffix}'" in reason
        # The command line prints no more than this.
        assert len(reason) <= 400
        assert reason.isprintable()
        compile(reason.split("convert it with: ")[1], "conversion", "exec")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("net.pmml", ("is PMML", "skl2onnx.to_onnx")),
        ("NET.TFLITE", ("is TensorFlow Lite", "tf2onnx.convert --tflite")),
        ("net.nnet", ("is an NNet file", "nnet2onnx")),
        ("net.npy", ("holds one array", "numpy.savez")),
        ("data.csv", ("is data, not a network", "--data")),
        ("net.RData", ("is an R object", "jsonlite::write_json")),
        ("net.ckpt.data-00000-of-00001", ("is part of a checkpoint of TensorFlow", "model.save")),
        ("a2c.zip", ("is an archive", "policy.pth")),
        ("params.msgpack", ("is of Flax", "numpy.savez")),
    ],
)
def test_files_of_other_programs_are_refused_by_name(
    name: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    for act in (lambda: load(tmp_path / name), lambda: save(examples.load("two-layer"), name)):
        with pytest.raises(ValueError, match=r"^(is|holds) ") as raised:
            act()
        assert all(word in str(raised.value) for word in words)
        assert len(str(raised.value)) <= 400


def test_only_a_misspelling_is_answered_by_the_nearest_suffix() -> None:
    for suffix, meant in ((".tml", ".toml"), (".onxn", ".onnx"), (".safetensor", ".safetensors")):
        with pytest.raises(ValueError, match=rf"did you mean '\{meant}'\?$"):
            load(f"net{suffix}")
    for suffix in (".xml", ".h6", ".params", ".html", ".gz"):
        with pytest.raises(ValueError, match=r"is unknown; expected one of \.toml, "):
            load(f"net{suffix}")


def test_activations_are_never_made_up() -> None:
    with pytest.raises(ActivationsUnknownError) as raised:
        activations_for(9, None)
    assert raised.value.n_layers == 9
    assert str(raised.value) == (
        "does not say its activations; give one for each of the 9 layers, "
        "as in --activations relu,relu,relu,relu,…,identity"
    )


def test_reading_a_format_imports_no_other_library() -> None:
    code = """
import sys
from engine.formats import read
before = set(sys.modules)
for name in sys.argv[1:]:
    read(name)
print(sorted({"h5py", "onnx", "safetensors", "torch", "keras"} & set(sys.modules)))
print(sorted(name for name in before if "keras" in name or "npz" in name or "hdf5" in name))
"""
    models = Path(__file__).parents[2] / "data" / "models"
    names = [str(models / name) for name in ("keras-iris.keras", "keras-iris.h5")]
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", code, *names]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert result.stdout == "[]\n[]\n"

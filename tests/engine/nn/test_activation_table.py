"""One row of the table is all that an activation needs; what it leaves empty is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import engine
from engine import Activation, Layer, Network, Session, save
from engine.export import CODE
from engine.nn.activation_table import ACTIVATIONS, ActivationKind

BARE = ActivationKind(
    name="wavelet",
    forward=lambda z: np.sin(z) * np.exp(-(z**2)),
    derivative=lambda z: (np.cos(z) - 2 * z * np.sin(z)) * np.exp(-(z**2)),
    limits=lambda: (-1.0, 1.0),
    summary="gives a short wave around 0",
    formula="the sine of z, times e^(-z²)",
)

ROW = """
    ActivationKind(
        name="cube",
        forward=lambda z, scale: scale * z**3,
        derivative=lambda z, scale: 3 * scale * z**2,
        limits=lambda scale: (-math.inf, math.inf),
        summary="gives the cube of its sum z",
        formula="{scale}·z³",
        latex=r"{scale} \\cdot z^3",
        defaults=(("scale", 1.0),),
        aliases=("cubic",),
        numpy="scale * z**3",
        pytorch="Function(lambda z: {scale} * z**3)",
        keras="lambda z: {scale} * z**3",
        onnx="Mul(scale, Mul(z, Mul(z, z)))",
    ),
"""

USE = """
import numpy as np
from engine import Layer, Network, Session, activation, load, save
from engine.explain.forward_pass import out_formula
from engine.export import CODE

cubic = activation("Cubic(2)")
assert cubic.text == "cube(2)"
session = Session(Network([Layer([[1.0, 2.0]], [0.5], cubic)]), [[1.0, 0.25]])
assert session.trace.outputs.tolist() == [[16.0]]
assert "2·z³" in out_formula(cubic)
for name in ("net.toml", "net.npz", "net.onnx"):
    save(session, name)
    assert load(name).network.layers[0].activation == cubic, name
for kind in ("numpy", "pytorch", "keras", "markdown", "latex", "csv"):
    assert CODE[kind].text(session), kind
printed = {}
exec(CODE["numpy"].text(session), printed)
assert printed["a1"].tolist() == [[16.0]]
"""


def test_one_row_in_one_file_adds_an_activation(tmp_path: Path) -> None:
    shutil.copytree(Path(engine.__file__).parent, tmp_path / "engine")
    table = tmp_path / "engine" / "nn" / "activation_table.py"
    before, start, after = table.read_text(encoding="utf-8").partition("_ROWS = (")
    table.write_text(before + start + ROW + after, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", USE], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session with an activation of which only the arithmetic is known."""
    monkeypatch.setitem(ACTIVATIONS, "wavelet", BARE)
    layer = Layer([[1.0, 2.0]], [0.5], Activation("wavelet"))
    return Session(Network([layer, Layer([[1.0]], [0.0], "identity")]), [[1.0, 0.25]])


@pytest.mark.parametrize(
    ("kind", "format"),
    [
        ("numpy", "NumPy code"),
        ("pytorch", "PyTorch code"),
        ("keras", "Keras code"),
        ("latex", "LaTeX"),
    ],
)
def test_an_empty_column_is_one_clear_refusal(bare: Session, kind: str, format: str) -> None:
    with pytest.raises(ValueError, match=r"^wavelet cannot be written as") as refusal:
        CODE[kind].text(bare)
    assert str(refusal.value) == (
        f"wavelet cannot be written as {format}; choose another activation or another format"
    )


def test_scikit_learn_and_onnx_refuse_it_too(bare: Session, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^layer 1 is wavelet; hidden layers of scikit-learn are"):
        CODE["scikit-learn"].text(bare)
    with pytest.raises(ValueError, match="wavelet cannot be written as an ONNX model"):
        save(bare, tmp_path / "net.onnx")
    assert not (tmp_path / "net.onnx").exists()


def test_texts_and_tables_need_no_column(bare: Session) -> None:
    assert "the sine of z" in CODE["markdown"].text(bare)
    assert CODE["csv"].text(bare)

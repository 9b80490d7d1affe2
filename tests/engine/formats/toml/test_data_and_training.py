"""What a file says about data, training and frozen numbers, and what it must not say."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from engine import Session
from engine.datasets import FeatureColumn, Preparation, Standardisation, parse_feature
from engine.edits.features import AddFeature
from engine.formats.toml import read_toml, write_toml
from engine.nn.layer import FrozenLayer
from engine.session.data_record import DataRecord
from engine.training.settings import TrainingSettings

LAYERS = """
[[layers]]
activation = "tanh"
weights = [[1, 2, 3], [4, 5, 6]]
bias = [0, 0]
"""
INPUTS = "inputs = [[1, 2], [3, -1], [0.5, 4]]\n"
DATA = '[data]\nderived = ["x1^2"]\n'


def refusal(text: str) -> str:
    """The one line that says why the file is refused."""
    with pytest.raises(ValueError, match=r"\S") as raised:
        read_toml(text.encode())
    reason = str(raised.value)
    assert reason.isprintable()
    return reason


def frozen(value: str) -> FrozenLayer | None:
    text = f"{LAYERS}frozen = {value}\n"
    return read_toml(text.encode()).network.layers[0].frozen


def test_a_file_with_everything() -> None:
    text = f"""
        {INPUTS}
        [data]
        name = "circle"
        noise = 10
        seed = 3
        test_percent = 33
        test = 1
        mean = [0.5, 1]
        scale = [2, 3]
        derived = ["x1^2"]
        [training]
        optimizer = "adam"
        learning_rate = 0.1
        batch_size = "all"
        loss = "mse"
        shuffle = false
        {LAYERS}
        frozen = [2]
    """
    session = read_toml(text.encode())
    np.testing.assert_array_equal(session.inputs, [[1, 2, 1], [3, -1, 9], [0.5, 4, 0.25]])
    assert session.derived == (parse_feature("x1^2"),)
    assert session.n_test == 1
    record = session.data
    assert record is not None
    assert (record.name, record.noise, record.seed, record.test_percent) == ("circle", 10, 3, 33)
    assert record.standardisation is not None
    np.testing.assert_array_equal(record.standardisation.mean, [0.5, 1])
    np.testing.assert_array_equal(record.standardisation.scale, [2, 3])
    assert session.training == TrainingSettings(
        "adam", 0.1, batch_size="all", loss="mse", shuffle=False
    )
    masks = session.network.layers[0].frozen
    assert masks is not None
    np.testing.assert_array_equal(masks.weights, [[False] * 3, [True] * 3])
    np.testing.assert_array_equal(masks.bias, [False, True])


def test_a_file_holds_what_differs_from_the_defaults() -> None:
    session = read_toml((INPUTS + DATA + LAYERS).encode())
    assert tomllib.loads(write_toml(session))["data"] == {"derived": ["x1^2"]}
    plain = Session(session.network, n_test=0, data=DataRecord("mine"))
    assert tomllib.loads(write_toml(plain))["data"] == {"name": "mine"}
    assert "training" not in tomllib.loads(write_toml(plain))
    usual = plain.evolve(training=TrainingSettings())
    assert tomllib.loads(write_toml(usual))["training"] == {}
    assert read_toml(write_toml(usual).encode()).training == TrainingSettings()
    chosen = plain.evolve(training=TrainingSettings(batch_size="all", l1=0.5, shuffle=False))
    table = {"batch_size": "all", "l1": 0.5, "shuffle": False}
    assert tomllib.loads(write_toml(chosen))["training"] == table


def test_derived_inputs_are_left_out_of_the_file_and_may_stand_there_when_true() -> None:
    session = read_toml((INPUTS + DATA + LAYERS).encode())
    document = tomllib.loads(write_toml(session))
    assert document["inputs"] == [[1, 2], [3, -1], [0.5, 4]]
    assert "features" not in document
    named = tomllib.loads(write_toml(session.evolve(features=("a", "b"))))
    assert named["features"] == ["a", "b"]
    whole = "inputs = [[1, 2, 1.0000000000001]]\n"
    np.testing.assert_array_equal(read_toml((whole + DATA + LAYERS).encode()).inputs, [[1, 2, 1]])
    assert refusal("inputs = [[1, 2, 1], [3, 4, 8]]\n" + DATA + LAYERS) == (
        "inputs[2][3]: 8.0, but x1^2 is 9.0; derived inputs may be left out"
    )


@pytest.mark.parametrize(
    ("value", "weights", "bias"),
    [
        ("true", [[1, 1, 1], [1, 1, 1]], [1, 1]),
        ("[1]", [[1, 1, 1], [0, 0, 0]], [1, 0]),
        ("{ bias = [false, true] }", [[0, 0, 0], [0, 0, 0]], [0, 1]),
        (
            "{ weights = [[true, false, false], [false, false, true]] }",
            [[1, 0, 0], [0, 0, 1]],
            [0, 0],
        ),
    ],
)
def test_what_is_frozen(value: str, weights: list[list[int]], bias: list[int]) -> None:
    masks = frozen(value)
    assert masks is not None
    np.testing.assert_array_equal(masks.weights, np.array(weights, bool))
    np.testing.assert_array_equal(masks.bias, np.array(bias, bool))
    session = read_toml(f"{LAYERS}frozen = {value}\n".encode())
    written = tomllib.loads(write_toml(session))["layers"][0]["frozen"]
    if value in ("true", "[1]"):
        assert written == tomllib.loads(f"x = {value}")["x"]
    else:
        assert set(written) == {"weights", "bias"}


@pytest.mark.parametrize(
    "value",
    ["false", "[]", "{}", "{ bias = [false, false] }"],
)
def test_nothing_frozen(value: str) -> None:
    assert frozen(value) is None


def test_large_masks_and_scales_are_read_back() -> None:
    random = np.random.default_rng(5)
    session = read_toml(LAYERS.encode())
    layer = session.network.layers[0]
    wide = type(layer)(
        random.normal(size=(40, 300)),
        random.normal(size=40),
        "tanh",
        frozen=FrozenLayer(random.random((40, 300)) < 0.5, random.random(40) < 0.5),
    )
    by = Standardisation(random.normal(size=300), random.random(300) + 0.5)
    given = Session(type(session.network)([wide]), data=DataRecord("wide", standardisation=by))
    again = read_toml(write_toml(given).encode())
    masks = again.network.layers[0].frozen
    assert masks is not None
    assert wide.frozen is not None
    np.testing.assert_array_equal(masks.weights, wide.frozen.weights)
    np.testing.assert_array_equal(masks.bias, wide.frozen.bias)
    assert again.data is not None
    assert again.data.standardisation is not None
    np.testing.assert_array_equal(again.data.standardisation.mean, by.mean)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("data = 3\n", "data: expected a table [data], got a number"),
        ("[data]\nnois = 3\n", "data: unknown key 'nois'; did you mean 'noise'?"),
        ("[data]\nnoise = 3\n", "data.noise: says how data were made, but data.name is missing"),
        ("[data]\nname = 3\n", "data.name: expected a text in quotes, got a number"),
        (
            '[data]\nname = "a"\nnoise = 60\n',
            "data: noise is 60, expected a whole number from 0 to 50",
        ),
        ('[data]\nname = "a"\nmean = [1]\n', "data.mean: mean and scale belong together, one is"),
        (
            '[data]\nname = "a"\nmean = [1, "b"]\nscale = [1, 1]\n',
            "data.mean[2]: expected a number",
        ),
        ('[data]\nname = "a"\nmean = [1]\nscale = [0]\n', "data: standardisation of feature 1"),
        ('[data]\nname = "a"\nmean = [1]\nscale = [1]\n', "data: mean and scale of 1 features"),
        ("[data]\ntest = 1.0\n", "data.test: expected a whole number, got a number"),
        ("[data]\ntest = true\n", "data.test: expected a whole number, got a boolean"),
        ("[data]\ntest = 1\n", "1 of 1 samples as the test set"),
        ('[data]\nderived = "x1^2"\n', "data.derived: expected texts in brackets, got a text"),
        ('[data]\nderived = ["x1^3"]\n', "data.derived[1]: 'x1^3' is no derived feature"),
        ('[data]\nderived = ["x3^2"]\n', "derived[1]: x3^2: there is no x3"),
        ('[data]\nderived = ["x999999999^2"]\n', "derived[1]: x999999999^2: there is no x99999"),
        ('[data]\nderived = ["x1^2", "x1^2", "x1^2"]\n', "derived: 3 features, but the network"),
        ("training = []\n", "training: expected a table [training], got an array"),
        ("[training]\nrate = 1\n", "training: unknown key 'rate'; "),
        ("[training]\noptimiser = 'sgd'\n", "training: unknown key 'optimiser'; did you mean 'opt"),
        ("[training]\noptimizer = 'adan'\n", "training: optimizer 'adan' is unknown; did you mean"),
        ("[training]\nlearning_rate = nan\n", "training.learning_rate: expected a finite number"),
        (
            f"[training]\nlearning_rate = 1{'0' * 400}\n",
            "training.learning_rate: expected a finite number that a float64 can hold",
        ),
        ("[training]\nbatch_size = 'some'\n", "training: batch_size is 'some', expected a whole"),
    ],
)
def test_tables_that_are_wrong(text: str, reason: str) -> None:
    assert refusal(text + LAYERS).startswith(reason)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("3", ": expected true, numbers of neurons in brackets, or a table"),
        ('"all"', ": expected true, numbers of neurons in brackets, or a table"),
        ("[0]", "[1]: there is no such neuron; they count from 1 to 2"),
        ("[1, 3]", "[2]: there is no such neuron; they count from 1 to 2"),
        ("[true]", "[1]: expected the number of a neuron, got a boolean"),
        ("{ wieghts = [] }", ": unknown key 'wieghts'; did you mean 'weights'?"),
        ("{ weights = [[true]] }", ".weights: expected 2 rows of truth values"),
        ("{ weights = [[true], [true]] }", ".weights[1]: expected 3 truth values in brackets"),
        ("{ bias = [1, 0] }", ".bias[1]: expected true or false, got a number"),
        ("{ bias = true }", ".bias: expected 2 truth values in brackets"),
    ],
)
def test_what_cannot_be_frozen(value: str, reason: str) -> None:
    assert refusal(f"{LAYERS}frozen = {value}\n").startswith(f"layers[1].frozen{reason}")


PREPARED = """
[data]
name = "cars"
columns = [3, {column = "colour", values = ["blue", "green", "red"], fill = "red"}, \
{column = "size", fill = 2, unit = "kg"}]
targets = ["price"]
missing = "fill"
decimal = ","
empty = ["-999"]
"""


def test_how_the_columns_of_a_file_were_read() -> None:
    layers = """
[[layers]]
activation = "identity"
weights = [[1, 2, 3, 4, 5]]
bias = [0]
"""
    text = PREPARED.replace("\\\n", "")
    session = read_toml((text + layers).encode())
    assert session.data is not None
    expected = Preparation(
        (
            FeatureColumn(3),
            FeatureColumn("colour", ("blue", "green", "red"), "red"),
            FeatureColumn("size", None, 2.0, "kg"),
        ),
        ("price",),
        "fill",
        ",",
        ("-999",),
    )
    assert session.data.preparation == expected
    written = write_toml(session)
    assert tomllib.loads(written)["format"] == 2
    assert read_toml(written.encode()).data == session.data
    wider = AddFeature(5).apply(session)
    assert wider.data is not None
    assert wider.data.preparation is None
    for old, new, reason in (
        ('targets = ["price"]', "", "data: targets: expected an array of columns"),
        ("3, ", "0, ", r"data: columns\[1\]: expected the name of a column, or its number"),
        ('"fill"', '"guess"', "data: missing is 'guess', expected drop or fill"),
        ('","', '";"', "data: decimal is"),
        ('fill = "red"', 'fill = "pink"', "data: column 'colour': fill is not one of the values"),
        ('fill = "red"', 'unit = "m"', "data: column 'colour': texts have no unit"),
        ('["-999"]', "[-999]", r"data: empty\[1\]: expected a text in quotes"),
        ("fill = 2", "fil = 2", r"data: columns\[3\]: unknown key 'fil'"),
        (
            '{column = "size", fill = 2, unit = "kg"}',
            "",
            r"data.columns: they make 4 inputs, expected 5",
        ),
    ):
        with pytest.raises(ValueError, match=f"^{reason}"):
            read_toml((text.replace(old, new, 1) + layers).encode())

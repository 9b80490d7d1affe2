"""The project's own file format: what may stand in a file, and how one is written."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from engine import Activation, Layer, Network, Session
from engine.formats.toml import MAX_BYTES, read_toml, write_toml
from engine.training.settings import TrainingSettings
from tests.engine.formats.session_comparison import bits, everything

CONTRACT = """
format = 1                                         # optional
title = "Hidden layer into one sigmoid output"    # optional
note = "What to look at"                           # optional
task = "binary"                                    # optional
features = ["x1", "x2", "x3"]                     # optional
classes = ["ham", "spam"]                         # optional: names of the outputs
inputs = [[1.0, 2.0, 3.0]]                        # optional: one row a sample
targets = [[1.0]]                                 # optional: one row a sample

[[layers]]
name = "hidden"                                   # optional
activation = "relu"                               # or { name = "leaky_relu", alpha = 0.1 }
weights = [[0.2, -0.5, 1.0], [-1.5, 2.0, 0.3], [0.7, 0.8, -1.2]]   # one row per neuron
bias = [0.1, -0.3, 0.5]

[[layers]]
name = "output"
activation = "sigmoid"
weights = [[0.4, -1.0, 0.6]]
bias = [-0.2]
"""

LAYER = '[[layers]]\nactivation = "relu"\nweights = [[1, 2]]\nbias = [0]\n'


def test_the_file_of_the_contract_is_read() -> None:
    session = read_toml(CONTRACT.encode())
    assert session.title == "Hidden layer into one sigmoid output"
    assert session.note == "What to look at"
    assert session.task == session.declared_task == "binary"
    assert session.features == ("x1", "x2", "x3")
    assert session.classes == ("ham", "spam")
    assert session.inputs.tolist() == [[1, 2, 3]]
    assert session.inputs_given
    assert session.targets is not None
    assert session.targets.tolist() == [[1]]
    hidden, output = session.network.layers
    assert (hidden.name, hidden.activation) == ("hidden", Activation("relu"))
    assert hidden.weights.tolist() == [[0.2, -0.5, 1.0], [-1.5, 2.0, 0.3], [0.7, 0.8, -1.2]]
    assert hidden.bias.tolist() == [0.1, -0.3, 0.5]
    assert (output.name, output.activation) == ("output", Activation("sigmoid"))
    assert session.trace.outputs == pytest.approx(0.08471056573073579, rel=1e-15)


def test_what_is_optional_may_be_absent() -> None:
    session = read_toml(LAYER.encode())
    assert session.inputs.tolist() == [[0, 0]]
    assert not session.inputs_given
    texts = (session.title, session.note, session.declared_task, session.features, session.classes)
    assert texts == (None, None, None, None, None)
    assert session.targets is None
    assert session.network.layers[0].name is None


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ('"leaky_relu"', Activation("leaky_relu", (0.01,))),
        ('"leaky_relu(0.25)"', Activation("leaky_relu", (0.25,))),
        ('{ name = "leaky_relu", alpha = 0.1 }', Activation("leaky_relu", (0.1,))),
        ('{ name = "leaky_relu", alpha = 1 }', Activation("leaky_relu", (1.0,))),
        ('{ name = "hard_sigmoid", beta = 0.25 }', Activation("hard_sigmoid", (1 / 6, 0.25))),
        ('{ name = "linear" }', Activation("identity")),
        ('"swish"', Activation("silu")),
    ],
)
def test_an_activation_is_a_name_or_a_table(spelling: str, expected: Activation) -> None:
    text = LAYER.replace('"relu"', spelling)
    assert read_toml(text.encode()).network.layers[0].activation == expected


def test_an_activation_may_be_a_table_of_its_own() -> None:
    text = (
        LAYER.replace('activation = "relu"\n', "") + '[layers.activation]\nname = "elu"\nalpha = 2'
    )
    assert read_toml(text.encode()).network.layers[0].activation == Activation("elu", (2.0,))


def test_numbers_may_be_integers_of_any_spelling() -> None:
    text = LAYER.replace("[[1, 2]]", "[[0x10, 1_000]]").replace("[0]", f"[{2**70}]")
    layer = read_toml(text.encode()).network.layers[0]
    assert layer.weights.tolist() == [[16.0, 1000.0]]
    assert layer.bias.tolist() == [2.0**70]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + LAYER.encode(),
        LAYER.replace("\n", "\r\n").encode(),
        LAYER.replace("[[1, 2]]", "[ # rows\n  [1, 2,], # the only one\n]").encode(),
        f"layers = [{{activation = 'relu', weights = [[1, 2]], bias = [0]}}]{' ' * 9}".encode(),
    ],
    ids=["byte order mark", "two-character line ends", "comments and commas", "inline"],
)
def test_other_ways_to_write_the_same_network(data: bytes) -> None:
    assert everything(read_toml(data)) == everything(read_toml(LAYER.encode()))


def test_texts_are_freed_of_what_a_terminal_would_obey() -> None:
    text = (
        'title = "\\u001b[31mred\\u0007\\u009b \\u202eback"\nnote = "one\\ntwo\\r\\u001b]0;x"\n'
        'features = ["\\u001b[2J", "[@click=quit]"]\n'
    ) + LAYER.replace("[[layers]]", '[[layers]]\nname = "a\\nb\\u0000"')
    session = read_toml(text.encode())
    assert session.title == "[31mred back"
    assert session.note == "one\ntwo ]0;x"
    assert session.features == ("[2J", "[@click=quit]")
    assert session.network.layers[0].name == "a b"


def test_the_layout_of_a_written_file() -> None:
    network = Network(
        [
            Layer([[0.2, -0.5], [-1.5, 1e-20]], [0.1, 0], "relu", "hidden"),
            Layer([[0.4, -1]], [-0.2], Activation("leaky_relu", (0.3,))),
        ]
    )
    session = Session(
        network,
        inputs=np.array([[1.0, 2.0], [3.0, 1e300]]),
        targets=np.array([[1.0], [0.0]]),
        title='A "title"',
        note="First line\nsecond line",
        features=("x1", "naïve"),
        task="regression",
    )
    assert write_toml(session) == (
        "format = 1\n"
        'title = "A \\"title\\""\n'
        'note = """\n'
        "First line\n"
        'second line"""\n'
        'task = "regression"\n'
        'features = ["x1", "naïve"]\n'
        "inputs = [\n"
        "    [1.0, 2.0],\n"
        "    [3.0, 1e+300],\n"
        "]\n"
        "targets = [\n"
        "    [1.0],\n"
        "    [0.0],\n"
        "]\n"
        "\n"
        "[[layers]]\n"
        'name = "hidden"\n'
        'activation = "relu"\n'
        "weights = [\n"
        "    [0.2, -0.5],\n"
        "    [-1.5, 1e-20],\n"
        "]\n"
        "bias = [0.1, 0.0]\n"
        "\n"
        "[[layers]]\n"
        'activation = { name = "leaky_relu", alpha = 0.3 }\n'
        "weights = [[0.4, -1.0]]\n"
        "bias = [-0.2]\n"
    )


def test_targets_that_are_not_set_are_empty_rows_and_dashes() -> None:
    network = Network([Layer([[1.0], [2.0]], [0, 0], "softmax")])
    nan = np.nan
    targets = np.array([[1, 0], [nan, nan], [nan, -0.0]])
    session = Session(network, np.ones((3, 1)), targets=targets)
    text = write_toml(session)
    assert text.startswith("format = 2\n")
    assert 'targets = [\n    [1.0, 0.0],\n    [],\n    ["-", -0.0],\n]\n' in text
    assert bits(read_toml(text.encode()).targets) == bits(session.targets)
    # A file written by hand need not name its format.
    assert bits(read_toml(text.encode()[11:]).targets) == bits(session.targets)
    none = text.replace("[1.0, 0.0]", "[]").replace("-0.0", '"-"')
    assert read_toml(none.encode()).targets is None


def test_a_large_file_with_dashes_is_read() -> None:
    targets = np.zeros((30_000, 10))
    targets[:, 3] = np.nan
    targets[7] = np.nan
    network = Network([Layer(np.ones((10, 1)), np.zeros(10), "sigmoid")])
    session = Session(network, np.zeros((30_000, 1)), targets=targets)
    again = read_toml(write_toml(session).encode())
    assert bits(again.targets) == bits(session.targets)


def test_inputs_that_were_made_up_are_not_written() -> None:
    session = read_toml(LAYER.encode())
    assert "inputs" not in tomllib.loads(write_toml(session))
    given_zeros = session.evolve(inputs=session.inputs)
    assert tomllib.loads(write_toml(given_zeros))["inputs"] == [[0.0, 0.0]]


def test_what_would_not_be_read_back_is_not_written() -> None:
    session = read_toml(LAYER.encode())
    for change in (
        {"title": "x" * 201},
        {"note": "x" * 10_001},
        {"features": ("x1", "x" * 81)},
        {"network": Network([session.network.layers[0].renamed("x" * 81)])},
    ):
        with pytest.raises(ValueError, match="at most"):
            write_toml(session.evolve(**change))
    one = Layer([[1]], [0], "relu")
    with pytest.raises(ValueError, match="at most 1,000 layers"):
        write_toml(Session(Network([one] * 1001)))
    wide = Layer(np.zeros((1, MAX_BYTES // 5)), [0], "relu")
    with pytest.raises(ValueError, match=r"at most 6,000,000; \.safetensors and \.npz hold them"):
        write_toml(Session(Network([wide])))


def test_the_longest_texts_are_written_and_read_back() -> None:
    session = read_toml(LAYER.encode()).evolve(
        title='"' * 200, note="\\\n" * 5_000, features=("é" * 80, "'" * 80)
    )
    assert everything(read_toml(write_toml(session).encode())) == everything(session)


@pytest.mark.parametrize(("loss", "number"), [("mse", 1), ("mae", 2), ("huber", 2)])
def test_a_loss_that_older_versions_lack_needs_the_newer_format(loss: str, number: int) -> None:
    settings = TrainingSettings(loss=loss)
    text = write_toml(
        Session(Network([Layer([[1.0]], [0], "relu")]), np.ones((1, 1)), training=settings)
    )
    assert text.startswith(f"format = {number}\n")
    assert read_toml(text.encode()).training == settings

"""What a user of NumPy, scikit-learn or PyTorch expects of `import engine`."""

from __future__ import annotations

import linecache
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine
from engine import (
    AddSample,
    Bias,
    Input,
    Layer,
    Network,
    Session,
    SetBias,
    SetBlock,
    SetMatrix,
    SetWeight,
    Weight,
    activation,
    examples,
    new_network,
)
from engine.datasets import load_dataset
from engine.edits.history import History
from engine.session.data_record import DataRecord
from engine.training import StopConditions, TrainingRun, TrainingSettings, train

NET = Network(
    [
        Layer([[0.5, -1.0], [0.25, 2.0], [1.0, 1.0], [0.0, 3.0]], [0, 1, 0, -1], "tanh", "hidden"),
        Layer([[1.0, -1.0, 0.5, 2.0]], [0.5], "sigmoid"),
    ]
)
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])
XOR = Session(NET, X, Y, title="XOR", classes=("no", "yes"))
TRACE = NET.forward(X)
ONE = NET.forward(X[0])
SETTINGS = TrainingSettings("adam", batch_size="all")


def run() -> TrainingRun:
    return TrainingRun(NET, X, Y, SETTINGS, task="binary")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NET, "Network(2→4→1, tanh, sigmoid, 17 parameters)"),
        (NET.layers[0], "Layer('hidden', 2→4, tanh, 12 parameters)"),
        (NET.layers[1], "Layer(4→1, sigmoid, 5 parameters)"),
        (TRACE, "Trace(4 samples, 2→4→1)"),
        (ONE.layers[0], "LayerTrace(1 sample, 4 neurons)"),
        (XOR, f"Session('XOR', {NET}, binary, 4 samples)"),
        (run(), "TrainingRun(2→4→1, adam, epoch 0, bce 0.8626)"),
        (SETTINGS, "TrainingSettings(optimizer='adam', batch_size='all')"),
        (History(), "History(0 to undo, 0 to redo)"),
        (SetWeight(0, 1, 0, 0.5), "SetWeight(layer_index=0, neuron=1, input=0, value=0.5)"),
        (SetMatrix(1, np.ones((1, 4))), "SetMatrix(layer_index=1, weights=array of 1×4)"),
        (AddSample(0, np.ones(2)), "AddSample(sample=0, inputs=array of 2)"),
        (
            new_network([2] + [3] * 9, ["relu"] * 9),
            "Network(2→3→3→3→3→3→3→3→3→3, relu, relu, relu, relu, relu, …, relu, 105 parameters)",
        ),
    ],
)
def test_a_value_is_one_line(value: object, text: str) -> None:
    assert repr(value) == text


@pytest.mark.parametrize(
    "value",
    [
        load_dataset("circle", 20),
        engine.loss_gradients(TRACE, Y, "bce"),
        engine.compare(XOR, SetBias(0, 0, 3).apply(XOR)),
        engine.health(XOR),
        engine.sweep(XOR, "x1", np.linspace(0, 1, 9)),
        engine.collapse(new_network([9, 9], "identity")),
        engine.explain_neuron(XOR, 0, 0),
        SetBlock(0, 0, 0, np.ones((3, 3))),
        engine.ReturnTo(XOR, "the file"),
        History().record(XOR, SetBias(0, 0, 3))[1].past[0],
        run().checkpoint(),
        StopConditions(3),
        engine.read,
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_array_is_dumped(value: object) -> None:
    assert "\n" not in repr(value)
    assert "array([" not in repr(value)
    assert len(repr(value)) < 800


def test_a_summary_is_a_table_with_the_parameters_explained() -> None:
    assert NET.summary().splitlines() == [
        "layer  name    activation  inputs  neurons  parameters",
        "─" * 79,
        "1      hidden  tanh             2        4          12  = 2·4 + 4",
        "2              sigmoid          4        1           5  = 4·1 + 1",
        "─" * 79,
        "total                                               17  = 12 weights + 5 biases",
    ]


def test_a_call_gives_outputs() -> None:
    assert np.array_equal(NET(X), TRACE.outputs)
    assert np.array_equal(NET([0, 0]), ONE.outputs)
    assert np.array_equal(NET(X.astype(np.float32)), TRACE.outputs)
    assert np.array_equal(NET(X.astype(int).tolist()), TRACE.outputs)
    assert np.array_equal(NET.layers[0](X), TRACE.layers[0].activations)
    assert np.array_equal(activation("relu")([-1, 2]), [0, 2])
    assert activation("relu")(3) == 3
    assert np.array_equal(activation("relu")(np.ones((2, 3, 4), int)), np.ones((2, 3, 4)))


def test_a_session_predicts() -> None:
    assert XOR.predict() == ["yes" if out >= 0.5 else "no" for out in TRACE.outputs[:, 0]]
    assert XOR.evolve(classes=None).predict([[0, 1]]) == [int(NET([0, 1])[0, 0] >= 0.5)]
    assert XOR.evolve(task="regression").predict([0, 1]) == NET([0, 1])[0].tolist()
    three = examples.load("three-classes")
    assert three.predict() == engine.predictions(three)
    derived = XOR.evolve(
        network=new_network("3-1"),
        inputs=X,
        derived=(engine.datasets.parse_feature("x1*x2"),),
    )
    assert derived.predict(X) == derived.predict()


def test_a_session_tells_its_loss_and_accuracy() -> None:
    outputs = TRACE.outputs
    bce = -np.mean(Y * np.log(outputs) + (1 - Y) * np.log(1 - outputs))
    assert XOR.loss == pytest.approx(bce, rel=1e-12)
    assert XOR.loss == engine.session_loss(XOR)
    assert XOR.accuracy == np.mean((outputs >= 0.5) == Y)
    assert (XOR.test_loss, XOR.test_accuracy) == (None, None)
    halves = XOR.evolve(n_test=2)
    assert halves.test_loss == engine.test_loss(halves) != halves.loss
    assert (halves.accuracy, halves.test_accuracy) == (
        np.mean((outputs[:2] >= 0.5) == Y[:2]),
        np.mean((outputs[2:] >= 0.5) == Y[2:]),
    )
    bare = Session(NET)
    assert (bare.loss, bare.accuracy, bare.test_loss) == (None, None, None)


@pytest.mark.parametrize("value", [NET, NET.layers[0], TRACE, XOR, SetMatrix(0, np.ones((4, 2)))])
def test_what_holds_the_same_is_the_same_but_not_equal(value: Any) -> None:
    copy = pickle.loads(pickle.dumps(value))
    assert copy.same_as(value)
    assert copy != value
    assert not copy.same_as(repr(value))


def test_other_numbers_are_not_the_same() -> None:
    changed = SetBias(0, 0, 1e-300).apply(XOR)
    assert not changed.same_as(XOR)
    assert not changed.network.same_as(NET)
    assert not changed.network.layers[0].same_as(NET.layers[0])
    assert changed.network.layers[1].same_as(NET.layers[1])
    assert not XOR.evolve(title=None).same_as(XOR)


def test_texts_stand_for_what_they_name() -> None:
    assert new_network("2-4-1").same_as(new_network([2, 4, 1], ["relu", "sigmoid"]))
    assert new_network("2-4-3", "tanh,softmax").same_as(new_network((2, 4, 3), ("tanh", "softmax")))
    sizes, seed = np.array([2, 1]), np.int64(0)
    assert new_network(sizes, seed=seed).same_as(new_network("2-1"))  # type: ignore[arg-type]  # NumPy's
    assert not new_network("2-1", seed=None).same_as(new_network("2-1", seed=None))
    points = [0.0, 1.0]
    for text, parameter in (("W1[2,1]", Weight(0, 1, 0)), ("b2[1]", Bias(1, 0)), ("x2", Input(1))):
        assert engine.sweep(XOR, text, points).same_as(engine.sweep(XOR, parameter, points))
    pair = ("x1", points), ("b2[1]", points)
    same = (Input(0), points), (Bias(1, 0), points)
    assert np.array_equal(engine.grid_sweep(XOR, *pair), engine.grid_sweep(XOR, *same))


def test_numpy_scalars_are_numbers() -> None:
    half, three, zero, one = np.float32(0.5), np.int64(3), np.int32(0), np.uint8(1)
    settings = TrainingSettings(learning_rate=half, batch_size=three)  # type: ignore[arg-type]  # NumPy's
    assert settings == TrainingSettings(learning_rate=0.5, batch_size=3)
    assert type(settings.learning_rate) is float
    assert type(DataRecord("xor", np.int16(5)).noise) is int  # type: ignore[arg-type]  # NumPy's
    edit = SetWeight(zero, one, zero, half)  # type: ignore[arg-type]  # NumPy's
    assert edit.apply(XOR).same_as(SetWeight(0, 1, 0, 0.5).apply(XOR))


def test_the_version_is_that_of_the_package() -> None:
    assert engine.__version__ == "0.1.0"


def test_targets_in_one_row_are_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"targets: .* got 1; reshape\(-1, 1\) makes one column"):
        Session(NET, X, Y[:, 0])
    with pytest.raises(ValueError, match=r"targets: .* got 1; reshape\(-1, 1\) makes one column"):
        engine.SetTargets(Y[:, 0])


CALLS: dict[str, tuple[Callable[..., object], dict[str, Any]]] = {
    "Activation": (engine.Activation, {"name": "leaky_relu", "parameters": (0.1,)}),
    "activation": (activation, {"specification": "relu"}),
    "activation()": (activation("relu"), {"z": X}),
    "Layer": (
        Layer,
        {"weights": X, "bias": np.ones(4), "activation": "relu", "name": "x", "frozen": None},
    ),
    "Network": (Network, {"layers": list(NET.layers)}),
    "Network()": (NET, {"x": X}),
    "Layer()": (NET.layers[0], {"inputs": X}),
    "forward": (NET.forward, {"x": X, "known": TRACE}),
    "Trace.sample": (TRACE.sample, {"index": 0}),
    "Gradients.of": (
        engine.loss_gradients(TRACE, Y, "bce").of,
        {"parameter": Weight(0, 0, 0), "sample": 0},
    ),
    "new_network": (
        new_network,
        {"sizes": "2-1", "activations": "relu", "initialisation": "he", "seed": 1},
    ),
    "Session": (
        Session,
        {
            "network": NET,
            "inputs": X,
            "targets": Y,
            "title": "t",
            "note": "n",
            "features": ("a", "b"),
            "classes": ("no", "yes"),
            "task": "binary",
            "n_test": 1,
            "data": DataRecord("xor"),
            "training": SETTINGS,
            "derived": (),
            "known": None,
        },
    ),
    "predict": (XOR.predict, {"x": X}),
    "sample_trace": (XOR.sample_trace, {"sample": 0}),
    "sweep": (engine.sweep, {"session": XOR, "parameter": "x1", "values": [1], "sample": 0}),
    "grid_sweep": (
        engine.grid_sweep,
        {"session": XOR, "rows": ("x1", [1]), "columns": (Input(1), [1]), "sample": 0},
    ),
    "weight_bias_sweep": (
        engine.weight_bias_sweep,
        {"inputs": [1, 2], "weights": X, "bias": [1], "activation": "relu"},
    ),
    "health": (engine.health, {"session": XOR}),
    "compare": (engine.compare, {"before": XOR, "after": XOR, "sample": 0}),
    "collapse": (engine.collapse, {"network": NET}),
    "local_linear_map": (engine.local_linear_map, {"trace": ONE}),
    "explain_neuron": (
        engine.explain_neuron,
        {"session": XOR, "layer_index": 0, "neuron": 0, "sample": 0},
    ),
    "explain_backward": (
        engine.explain_backward,
        {"session": XOR, "samples": 0, "selected": (0, 0)},
    ),
    "explain_update": (
        engine.explain_update,
        {"backward": engine.explain_backward(XOR), "selected": (0, 0), "checkpoint": None},
    ),
    "ablation": (engine.ablation, {"session": XOR, "sample": 0}),
    "loss_gradients": (
        engine.loss_gradients,
        {"trace": TRACE, "targets": Y, "loss_name": "bce"},
    ),
    "output_gradients": (engine.output_gradients, {"trace": ONE, "output": 0}),
    "predictions": (engine.predictions, {"session": XOR}),
    "session_loss": (engine.session_loss, {"session": XOR, "name": "bce"}),
    "test_loss": (engine.test_loss, {"session": XOR.evolve(n_test=1), "name": "bce"}),
    "load": (engine.load, {"path": "none.toml", "activations": "relu", "transposed": True}),
    "read": (engine.read, {"path": "none.toml", "activations": "relu", "transposed": True}),
    "save": (
        engine.save,
        {"session": XOR, "path": "/dev/null/x.toml", "dtype": "float32"},
    ),
    "borrow": (
        engine.borrow,
        {"path": "none.safetensors", "tensor_name": "w", "activation": "relu"},
    ),
    "list_tensors": (engine.list_tensors, {"path": "none.safetensors"}),
    "examples.load": (examples.load, {"id": "xor-step"}),
    "record": (History().record, {"session": XOR, "edit": SetBias(0, 0, 1)}),
    "TrainingSettings": (
        TrainingSettings,
        {
            "optimizer": "adam",
            "learning_rate": 0.1,
            "momentum": 0.5,
            "batch_size": 3,
            "loss": "bce",
            "l1": 0.1,
            "l2": 0.1,
            "shuffle": True,
            "seed": 1,
        },
    ),
    "TrainingRun": (
        TrainingRun,
        {
            "network": NET,
            "inputs": X,
            "targets": Y,
            "settings": SETTINGS,
            "task": "binary",
            "test_inputs": X,
            "test_targets": Y,
            "frozen": None,
            "max_losses": 10,
        },
    ),
    "run_steps": (run().run_steps, {"most": 1}),
    "restore": (run().restore, {"checkpoint": run().checkpoint()}),
    "replace_network": (run().replace_network, {"network": NET}),
    "replace_settings": (run().replace_settings, {"settings": SETTINGS}),
    "replace_frozen": (run().replace_frozen, {"frozen": None}),
    "StopConditions": (
        StopConditions,
        {"epochs": 1, "target_loss": 0.1, "no_improvement": 1, "seconds": 0.1},
    ),
    "train": (train, {"run": run(), "conditions": StopConditions(1)}),
    "load_dataset": (
        load_dataset,
        {"name": "xor", "n_samples": 20, "noise": 5, "seed": 1},
    ),
}


def _applied(make: Callable[..., Any]) -> Callable[..., object]:
    def apply(applied_to: Any, **arguments: Any) -> object:
        edit = make(**arguments)
        changed = edit.apply(applied_to)
        return changed, edit.inverse(applied_to), edit.describe(applied_to)

    return apply


EDITS: dict[str, dict[str, Any]] = {
    "AddFeature": {"feature": 1},
    "AddLayer": {"layer_index": 1},
    "AddNeuron": {"layer_index": 0, "neuron": 1},
    "AddSample": {"sample": 1, "inputs": [1, 2], "targets": [1], "is_test": False},
    "PasteNetwork": {"session": XOR},
    "RandomInputs": {"n_samples": 3, "distribution": "normal", "seed": 1},
    "RandomStart": {"initialisation": "he", "seed": 1},
    "RemoveFeature": {"feature": 1},
    "RemoveLayer": {"layer_index": 0},
    "RemoveNeuron": {"layer_index": 0, "neuron": 1},
    "RemoveSample": {"sample": 0},
    "Rename": {"what": "layer", "name": "x", "index": 0},
    "ResizeLayer": {"layer_index": 0, "weights": np.ones((2, 2)), "bias": np.ones(2)},
    "ReturnTo": {"session": XOR, "place": "the file"},
    "SetActivation": {"layer_index": 0, "activation": "relu"},
    "SetBias": {"layer_index": 0, "neuron": 0, "value": 1},
    "SetBlock": {"layer_index": 0, "neuron": 0, "column": 0, "values": [[1]]},
    "SetInput": {"sample": 0, "feature": 0, "value": 1},
    "SetInputBlock": {"sample": 0, "feature": 0, "values": [[1]]},
    "SetInputs": {"inputs": X},
    "SetMatrix": {"layer_index": 0, "weights": np.ones((4, 2)), "bias": np.ones(4)},
    "SetParameters": {"network": NET, "description": "trained"},
    "SetSample": {"sample": 0, "inputs": [1, 2]},
    "SetTarget": {"sample": 0, "output": 0, "value": 1},
    "SetTargets": {"targets": Y},
    "SetWeight": {"layer_index": 0, "neuron": 0, "input": 0, "value": 1},
    "SetWeightRow": {"layer_index": 0, "neuron": 0, "values": [1, 2]},
}
VALUES = {"Bias", "Edit", "Gradients", "History", "Input", "LayerTrace", "Parameter", "Trace"}
VALUES |= {"Weight", "WeightRow", "ACTIVATIONS", "INITIALISATIONS", "examples"}

WRONG: list[Any] = [
    None,
    "nonsense",
    "",
    b"bytes",
    object(),
    NET,
    XOR,
    int,
    {},
    {"a": 1},
    [],
    [1, "a"],
    [[1], [1, 2]],
    (None, None),
    [NET],
    1j,
    True,
    -1,
    99,
    10**400,
    np.int64(-3),
    np.float32(0.5),
    np.nan,
    np.zeros(0),
    np.zeros((0, 2)),
    np.zeros(3, int),
    np.zeros((7, 5), np.float32),
    np.zeros((2, 2, 2)),
    np.array(["a"]),
    Weight(0, -1, 0),
    Bias(9, 9),
    Input(-1),
]


def test_every_public_name_is_tried() -> None:
    assert VALUES | set(CALLS) | set(EDITS) >= set(engine.__all__)


@pytest.mark.parametrize(
    ("call", "valid"),
    [
        *(pytest.param(*call, id=name) for name, call in CALLS.items()),
        *(
            pytest.param(_applied(getattr(engine, name)), {"applied_to": XOR, **valid}, id=name)
            for name, valid in EDITS.items()
        ),
    ],
)
def test_a_wrong_argument_is_answered_in_one_sentence(
    call: Callable[..., object], valid: dict[str, Any]
) -> None:
    raw = []
    for argument in valid:
        for wrong in WRONG:
            try:
                call(**valid | {argument: wrong})
            except (TypeError, ValueError, OSError) as error:
                trace = error.__traceback__
                while trace is not None and trace.tb_next is not None:
                    trace = trace.tb_next
                assert trace is not None
                code = trace.tb_frame.f_code
                line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
                meant = isinstance(error, OSError) or line.startswith("raise ")
                if not meant or "\n" in str(error) or not 5 < len(str(error)) < 400:
                    raw.append(f"{argument}={wrong!r:.40}: {error!r:.150} in {line:.80}")
            except Exception as error:
                raw.append(f"{argument}={wrong!r:.40}: {error!r:.150}")
    assert not raw, "\n".join(raw)


def test_what_is_called_after_an_epoch_is_a_function() -> None:
    with pytest.raises(TypeError, match="on_epoch: expected a function of the run, got 3"):
        train(run(), StopConditions(1), 3)  # type: ignore[arg-type]  # wrong on purpose

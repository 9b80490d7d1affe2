"""Makes the ONNX files in this folder, and outputs.json with what their frameworks compute.

Run with scikit-learn, skl2onnx, torch and onnxscript installed; the tests need none of these.

outputs.json: for each file its inputs, the framework's outputs, the expected activations and
sizes, class names and task; "double" are outputs computed in float64 from the same weights.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from skl2onnx import to_onnx
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from torch import nn

FOLDER = Path(__file__).parent
OUTPUTS: dict[str, dict[str, Any]] = {}
N_SAMPLES = 4


def some(x: Any) -> Any:
    """A few rows from all over the data."""
    return x[:: max(1, len(x) // N_SAMPLES)][:N_SAMPLES]


def record(name: str, inputs: Any, outputs: Any, double: Any = None, **expected: Any) -> None:
    OUTPUTS[name] = {
        "inputs": np.asarray(inputs, dtype=np.float64).tolist(),
        "outputs": np.asarray(outputs, dtype=np.float64).tolist(),
        "double": None if double is None else np.asarray(double, dtype=np.float64).tolist(),
        **expected,
    }


def scikit_learn() -> None:
    iris = datasets.load_iris()
    names = iris.target_names[iris.target]
    model = MLPClassifier((5,), max_iter=150, random_state=0).fit(iris.data, iris.target)
    classifier("sklearn-iris", model, iris.data, ["relu", "softmax"], None)
    classifier("sklearn-iris-plain", model, iris.data, ["relu", "softmax"], None, zipmap=False)
    model = MLPClassifier((5,), activation="tanh", max_iter=150, random_state=0)
    model.fit(iris.data, names)
    classifier("sklearn-iris-names", model, iris.data, ["tanh", "softmax"], [*iris.target_names])

    cancer = datasets.load_breast_cancer()
    scaled = make_pipeline(
        StandardScaler(), MLPClassifier((4,), activation="tanh", max_iter=60, random_state=0)
    )
    scaled.fit(cancer.data, cancer.target_names[cancer.target])
    classes = sorted(cancer.target_names)
    classifier("sklearn-cancer", scaled, cancer.data, ["tanh", "sigmoid"], classes)
    classifier(
        "sklearn-cancer-double", scaled, cancer.data, ["tanh", "sigmoid"], classes, double=True
    )

    wine = datasets.load_wine()
    scaled = make_pipeline(
        MinMaxScaler(), MLPClassifier((4, 3), activation="logistic", max_iter=60, random_state=0)
    )
    scaled.fit(wine.data, wine.target + 1)
    classifier(
        "sklearn-wine-double",
        scaled,
        wine.data,
        ["sigmoid", "sigmoid", "softmax"],
        ["1", "2", "3"],
        double=True,
    )

    digits = datasets.load_digits()
    model = MLPClassifier((8,), max_iter=40, random_state=0).fit(digits.data, digits.target)
    classifier("sklearn-digits", model, digits.data, ["relu", "softmax"], None)

    diabetes = datasets.load_diabetes()
    model = MLPRegressor(hidden_layer_sizes=(4,), max_iter=60, random_state=0)
    model.fit(diabetes.data, diabetes.target)
    for double in (False, True):
        kind = np.float64 if double else np.float32
        name = "sklearn-diabetes" + "-double" * double
        rows = some(diabetes.data).astype(kind)
        to_file(name, to_onnx(model, rows[:1]))
        outputs = model.predict(rows)[:, np.newaxis]
        record(
            name,
            rows,
            outputs,
            outputs if double else None,
            activations=["relu", "identity"],
            classes=None,
            task="regression",
        )

    several = (iris.data[:, :2] > iris.data[:, :2].mean(axis=0)).astype(int)
    model = MLPClassifier((5,), max_iter=60, random_state=0).fit(iris.data, several)
    rows = some(iris.data).astype(np.float32)
    to_file("sklearn-several", to_onnx(model, rows[:1], options={"zipmap": False}))
    record(
        "sklearn-several",
        rows,
        model.predict_proba(rows),
        activations=["relu", "sigmoid"],
        classes=None,
        task="binary",
    )


def classifier(
    name: str,
    model: Any,
    data: Any,
    activations: list[str],
    classes: list[str] | None,
    *,
    double: bool = False,
    zipmap: bool = True,
) -> None:
    rows = some(data).astype(np.float64 if double else np.float32)
    options = {} if zipmap else {"options": {"zipmap": False}}
    to_file(name, to_onnx(model, rows[:1], **options))
    outputs = model.predict_proba(rows)
    if outputs.shape[1] == 2:
        outputs = outputs[:, 1:]
    record(
        name,
        rows,
        outputs,
        outputs if double else None,
        activations=activations,
        classes=None if classes is None else [str(label) for label in classes],
        task="binary" if outputs.shape[1] == 1 else "multiclass",
    )


def to_file(name: str, model: Any) -> None:
    (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString())


ACTIVATIONS: dict[str, nn.Module] = {
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "relu": nn.ReLU(),
    "relu6": nn.ReLU6(),
    "leaky_relu(0.2)": nn.LeakyReLU(0.2),
    "elu(0.7)": nn.ELU(0.7),
    "selu": nn.SELU(),
    "celu(0.7)": nn.CELU(0.7),
    "gelu": nn.GELU(),
    "gelu_tanh": nn.GELU(approximate="tanh"),
    "silu": nn.SiLU(),
    "mish": nn.Mish(),
    "softplus": nn.Softplus(),
    "softsign": nn.Softsign(),
    "hard_sigmoid": nn.Hardsigmoid(),
    "hard_swish": nn.Hardswish(),
    "thresholded_relu(0.3)": nn.Threshold(0.3, 0.0),
    "log_sigmoid": nn.LogSigmoid(),
    "softmax": nn.Softmax(-1),
    "log_softmax": nn.LogSoftmax(1),
    "leaky_relu(0.25)": nn.PReLU(),
}


class Normalised(nn.Module):
    """The layers of a usual small classifier, on pictures."""

    def __init__(self, n_pixels: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(n_pixels, 6)
        self.norm = nn.BatchNorm1d(6)
        self.drop = nn.Dropout(0.2)
        self.fc2 = nn.Linear(6, 10, bias=False)

    def forward(self, x: Any) -> Any:
        x = x.view(x.size(0), -1)
        x = torch.relu(self.norm(self.fc1(x)))
        return torch.softmax(self.fc2(self.drop(x)), dim=1)


def pytorch() -> None:
    torch.manual_seed(0)
    for opset in (13, 18, 20):
        for dynamo in (False, True):
            if dynamo and opset == 13:
                continue
            for text, module in ACTIVATIONS.items():
                if not dynamo and text.startswith("thresholded_relu"):
                    continue
                if opset == 18 and text not in ("gelu", "gelu_tanh", "mish", "hard_swish"):
                    continue
                name = f"torch-{'dynamo' if dynamo else 'script'}-{opset}-{text}".replace(
                    "(", "-"
                ).rstrip(")")
                model = nn.Sequential(nn.Linear(3, 4), module, nn.Linear(4, 2), module).eval()
                x = torch.randn(N_SAMPLES, 3) * 3
                torch_file(name, model, x, dynamo, opset, [text, text])

    iris, wine = datasets.load_iris(), datasets.load_wine()
    for data, label, sizes in ((iris, "iris", (4, 5, 3)), (wine, "wine", (13, 6, 3))):
        model = nn.Sequential(
            nn.Linear(sizes[0], sizes[1]), nn.SiLU(), nn.Linear(sizes[1], sizes[2]), nn.Softmax(-1)
        )
        x = torch.tensor(data.data, dtype=torch.float32)
        trained(model, x, torch.tensor(data.target), nn.CrossEntropyLoss())
        torch_file(f"torch-{label}", model, some(x), True, 20, ["silu", "softmax"])

    digits = datasets.load_digits()
    pictures = torch.tensor(digits.images, dtype=torch.float32)[:, None] / 16
    model = Normalised(64)
    trained(model, pictures, torch.tensor(digits.target), nn.CrossEntropyLoss())
    for dynamo in (False, True):
        name = f"torch-digits-{'dynamo' if dynamo else 'script'}"
        torch_file(name, model, some(pictures), dynamo, 20, ["relu", "softmax"], not dynamo)

    diabetes = datasets.load_diabetes()
    x = torch.tensor(diabetes.data, dtype=torch.float32)
    targets = torch.tensor(diabetes.target, dtype=torch.float32)[:, None] / 100
    model = nn.Sequential(nn.Linear(10, 4), nn.ELU(), nn.Linear(4, 1))
    trained(model, x, targets, nn.MSELoss())
    torch_file("torch-diabetes", model, some(x), True, 20, ["elu", "identity"])
    model = model.double()
    torch_file("torch-diabetes-double", model, some(x).double(), True, 20, ["elu", "identity"])

    for kind in (torch.float16, torch.bfloat16):
        model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).eval().to(kind)
        x = torch.randn(N_SAMPLES, 3).to(kind)
        torch_file(
            f"torch-{str(kind).removeprefix('torch.')}", model, x, True, 20, ["relu", "identity"]
        )

    # The exporter's default: a file of its own for the tensors.
    model = nn.Sequential(nn.Linear(30, 16), nn.Tanh(), nn.Linear(16, 2)).eval()
    x = torch.randn(N_SAMPLES, 30)
    torch_file("torch-external", model, x, True, 20, ["tanh", "identity"], external=True)


def trained(model: nn.Module, x: Any, targets: Any, loss: Any) -> None:
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    model.train()
    for _ in range(60):
        optimiser.zero_grad()
        loss(model(x), targets).backward()
        optimiser.step()
    model.eval()


def without_remarks(path: Path) -> None:
    """Drop the exporter's remarks on where in its own code, and on which machine, nodes arose."""
    loaded = onnx.load(path, load_external_data=False)
    graph = loaded.graph
    for node in graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for part in (*graph.value_info, *graph.input, *graph.output, *graph.initializer):
        del part.metadata_props[:]
    del graph.metadata_props[:], loaded.metadata_props[:]
    path.write_bytes(loaded.SerializeToString())


def torch_file(
    name: str,
    model: nn.Module,
    x: Any,
    dynamo: bool,
    opset: int,
    activations: list[str],
    with_double: bool = True,
    external: bool = False,
) -> None:
    path = FOLDER / f"{name}.onnx"
    options: dict[str, Any] = {"dynamo": False, "dynamic_axes": {"x": {0: "n"}}}
    if dynamo:
        options = {
            "dynamo": True,
            "verbose": False,
            "external_data": external,
            "dynamic_shapes": ({0: torch.export.Dim("n")},),
        }
    torch.onnx.export(model, (x,), str(path), input_names=["x"], opset_version=opset, **options)
    without_remarks(path)
    with torch.no_grad():
        outputs = model(x)
        kind = outputs.dtype
        double = model.double()(x.double()) if with_double else None
        model.to(kind)
    last = activations[-1]
    task = {"softmax": "multiclass"}.get(last, "regression")
    rows = x.reshape(len(x), -1).double().numpy()
    record(
        name,
        rows,
        outputs.double().numpy(),
        None if double is None else double.numpy(),
        activations=activations,
        classes=None,
        task=task,
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", UserWarning)
    warnings.simplefilter("ignore", FutureWarning)
    scikit_learn()
    pytorch()
    rows = (f"{json.dumps(name)}: {json.dumps(values)}" for name, values in OUTPUTS.items())
    (FOLDER / "outputs.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")

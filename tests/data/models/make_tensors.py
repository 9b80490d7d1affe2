"""Trains small networks with scikit-learn, PyTorch and Keras and writes them beside this file.

For the tests of safetensors, .npz, .keras and .h5, which need none of these frameworks. Run with
an environment that has numpy, scikit-learn, torch, safetensors, keras and h5py:

    python tests/data/models/make_tensors.py

tensors.json holds, for every file, five samples and two outputs of the framework for them: the
usual ones in float32 and those in float64 from the same weights.
"""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch
from safetensors.torch import save_file
from scipy.special import erfc
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
SETS = {
    "iris": load_iris,
    "wine": load_wine,
    "breast-cancer": load_breast_cancer,
    "digits": load_digits,
    "diabetes": load_diabetes,
}
N_SAMPLES = 5

report: dict[str, dict[str, Any]] = {}


def samples(name: str) -> tuple[Any, Any]:
    x, y = SETS[name](return_X_y=True)
    x = StandardScaler().fit_transform(x)
    if name == "diabetes":
        y = (y - y.mean()) / y.std()
    return x.astype(np.float32).astype(np.float64), y


def record(file: str, activations: list[str] | None, x: Any, outputs: Any, exact: Any) -> None:
    rows = np.asarray(exact, dtype=np.float64).reshape(N_SAMPLES, -1)
    report[file] = {
        "activations": activations,
        "inputs": x[:N_SAMPLES].tolist(),
        "outputs": np.asarray(outputs, dtype=np.float64).reshape(N_SAMPLES, -1).tolist(),
        "float64": rows.tolist(),
    }


def with_scikit_learn() -> None:
    for name in SETS:
        x, y = samples(name)
        kind = MLPRegressor if name == "diabetes" else MLPClassifier
        hidden = "tanh" if name == "wine" else "logistic" if name == "diabetes" else "relu"
        sizes = (8, 6)
        model = kind(hidden_layer_sizes=sizes, activation=hidden, max_iter=60, random_state=1).fit(
            x, y
        )
        arrays = {f"coefs_{k}": w for k, w in enumerate(model.coefs_)}
        arrays |= {f"intercepts_{k}": b for k, b in enumerate(model.intercepts_)}
        file = f"scikit-learn-{name}.npz"
        np.savez(HERE / file, **arrays)
        if name == "diabetes":
            outputs = model.predict(x[:N_SAMPLES])
        else:
            outputs = model.predict_proba(x[:N_SAMPLES])
            outputs = outputs[:, 1] if name == "breast-cancer" else outputs
        ours = {"logistic": "sigmoid"}
        names = [hidden, hidden, model.out_activation_]
        record(file, [ours.get(n, n) for n in names], x, outputs, outputs)


def with_torch() -> None:
    nn = torch.nn
    torch.manual_seed(1)
    # Layers under names, as a model of one's own has them.
    named = nn.Sequential(
        OrderedDict(
            fc1=nn.Linear(13, 8),
            silu=nn.SiLU(),
            fc2=nn.Linear(8, 8),
            gelu=nn.GELU(),
            fc10=nn.Linear(8, 8, bias=False),
            leaky=nn.LeakyReLU(0.2),
            out=nn.Linear(8, 3),
            softmax=nn.Softmax(1),
        )
    )
    cases = {
        "iris": (
            nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)),
            ["relu", "identity"],
            torch.float32,
        ),
        "wine": (named, ["silu", "gelu", "leaky_relu(0.2)", "softmax"], torch.float32),
        "breast-cancer": (
            nn.Sequential(nn.Linear(30, 8), nn.ELU(), nn.Linear(8, 1), nn.Sigmoid()),
            ["elu", "sigmoid"],
            torch.float64,
        ),
        "digits": (
            nn.Sequential(nn.Linear(64, 16), nn.Mish(), nn.Linear(16, 10), nn.Softmax(1)),
            ["mish", "softmax"],
            torch.bfloat16,
        ),
        "diabetes": (
            nn.Sequential(nn.Linear(10, 6), nn.Softplus(), nn.Linear(6, 1)),
            ["softplus", "identity"],
            torch.float16,
        ),
    }
    for name, (model, activations, dtype) in cases.items():
        x, y = samples(name)
        inputs = torch.tensor(x, dtype=torch.float32)
        model.float()
        optimizer = torch.optim.Adam(model.parameters(), 0.02)
        for _ in range(60):
            optimizer.zero_grad()
            outputs = model(inputs)
            if outputs.shape[1] == 1:
                targets = torch.tensor(y, dtype=torch.float32)[:, None]
                loss = ((outputs - targets) ** 2).mean()
            else:
                log = torch.log_softmax(outputs, 1) if name == "iris" else torch.log(outputs + 1e-9)
                loss = torch.nn.functional.nll_loss(log, torch.tensor(y))
            loss.backward()
            optimizer.step()
        model.to(dtype)
        file = f"torch-{name}.safetensors"
        save_file(model.state_dict(), HERE / file)
        (HERE / file).chmod(0o644)
        with torch.no_grad():
            exact = model.double()(torch.tensor(x[:N_SAMPLES])).numpy()
            outputs = model.float()(inputs[:N_SAMPLES]).numpy()
        record(file, activations, x, outputs, exact)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "linear": lambda z: z,
    "tanh": np.tanh,
    "gelu": lambda z: z * erfc(-z / np.sqrt(2)) / 2,
    "hard_sigmoid": lambda z: np.clip(z / 6 + 0.5, 0, 1),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
}


def recomputed(model: Any, x: Any) -> Any:
    """The outputs in float64, layer by layer as Keras documents them; Keras itself has float32."""
    for layer in model.layers:
        arrays = [np.float64(array) for array in layer.get_weights()]
        kind = type(layer).__name__
        if kind == "Flatten":
            x = x.reshape(len(x), -1)
        elif kind == "Normalization":
            x = (x - arrays[0]) / np.sqrt(arrays[1])
        elif kind == "BatchNormalization":
            gamma, beta, mean, variance = arrays
            x = gamma * (x - mean) / np.sqrt(variance + layer.epsilon) + beta
        elif kind == "Dense":
            x = FUNCTIONS[layer.activation.__name__](x @ arrays[0] + sum(arrays[1:]))
        elif kind == "LeakyReLU":
            x = np.where(x > 0, x, layer.negative_slope * x)
        elif kind == "ReLU":
            x = np.clip(x, 0, layer.max_value)
        elif kind not in ("InputLayer", "Dropout"):
            raise TypeError(kind)
    return x


def with_keras() -> None:
    layers = keras.layers

    def sequential() -> Any:
        return keras.Sequential(
            [
                keras.Input((4,)),
                layers.Normalization(),
                layers.Dense(6, activation="gelu"),
                layers.BatchNormalization(),
                layers.Dropout(0.2),
                layers.Dense(5, use_bias=False),
                layers.BatchNormalization(),
                layers.LeakyReLU(0.1),
                layers.Dense(3, activation="softmax", name="the_classes"),
            ],
            name="iris_classifier",
        )

    def functional() -> Any:
        inputs = keras.Input((2, 5))
        flat = layers.Flatten()(inputs)
        hidden = layers.Dense(6, activation="hard_sigmoid", name="hidden")(flat)
        hidden = layers.Dense(4)(hidden)
        hidden = layers.ReLU(max_value=6)(hidden)
        return keras.Model(inputs, layers.Dense(1, name="answer")(hidden))

    def plain() -> Any:
        return keras.Sequential(
            [
                keras.Input((13,)),
                layers.Dense(13, activation="tanh"),
                layers.Dense(3, activation="softmax"),
            ]
        )

    keras.utils.set_random_seed(1)
    for name, build, files, activations in (
        ("iris", sequential, ("keras-iris.keras", "keras-iris.h5"), None),
        ("diabetes", functional, ("keras-diabetes.keras", "keras-diabetes.h5"), None),
        ("wine", plain, ("keras-wine.weights.h5",), ["tanh", "softmax"]),
    ):
        x, y = samples(name)
        rows = x
        model = build()
        if name == "iris":
            x = x * 2 + 1
            rows = x
            model.layers[0].adapt(x.astype(np.float32))
        if name == "diabetes":
            x = x.reshape(-1, 2, 5)
        model.compile("adam", "mse" if name == "diabetes" else "sparse_categorical_crossentropy")
        model.fit(x.astype(np.float32), y, epochs=5, verbose=0)
        answers = recomputed(model, x[:N_SAMPLES])
        for file in files:
            (model.save_weights if activations else model.save)(HERE / file)
            record(
                file,
                activations,
                rows,
                model.predict(x[:N_SAMPLES].astype(np.float32), verbose=0),
                answers,
            )


if __name__ == "__main__":
    with_scikit_learn()
    with_torch()
    with_keras()
    (HERE / "tensors.json").write_text(json.dumps(report, indent=1) + "\n")

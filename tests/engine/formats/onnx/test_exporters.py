"""Models as exporters write them, each against the ONNX project's own interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, numpy_helper, parser
from onnx.reference import ReferenceEvaluator

from engine.formats import read
from engine.formats.onnx import graph
from engine.formats.reading import Reading

_RANDOM = np.random.default_rng(7)


def _random(*shape: int) -> NDArray[np.float64]:
    return _RANDOM.normal(size=shape)


ROWS = _random(5, 3)
CONSTANTS: dict[str, Any] = {
    "w": _random(4, 3),
    "b": _random(4),
    "v": _random(2, 4),
    "c": _random(2),
    "u": _random(1, 4),
    "wide": _random(4, 8),
    "five": _random(4, 5),
    "tall": _random(8, 3),
    "row": _random(1, 4),
    "gain": _random(4, 1),
    "mean": _random(4),
    "var": np.array([0.5, 2.0, 1.5, 1.0]),
    "minus_1": np.array([-1]),
    "i0": np.array([0]),
    "i1": np.array([1]),
    "i2": np.array([2]),
    "four": np.array([4]),
    "order": np.array([2, 0, 1]),
    "halves": np.array([1, 1]),
    "last": np.array([2**63 - 1]),
    "low": np.array(0.0),
    "high": np.array(6.0),
    "half": np.array(0.5),
    "rows3": np.array([-1, 3]),
    "rows4": np.array([-1, 4]),
    "whole": np.array([[3, -7, 2], [1, 0, 5], [-2, 4, 8], [6, 1, -9]], dtype=np.int8),
    "zero": np.array(1, dtype=np.int8),
    "scale": np.array(0.125),
    "one": np.array(1.0),
}
FIRST = "z = Gemm<transB = 1>(x, w, b)"
LAST = "h = Relu(z)  y = Gemm<transB = 1>(h, v, c)"


def parsed(
    text: str, inputs: str = "double[N,3] x", outputs: str = "double[N,2] y", opset: int = 18
) -> ModelProto:
    """A model from the text of its nodes, and of its functions after a line ---."""
    nodes, _, functions = text.partition("---")
    versions = ", ".join(f'"{domain}": {n}' for domain, n in (("", opset), ("ai.onnx.ml", 3)))
    own = ', "own": 1' if functions else ""
    given = parser.parse_model(
        f"<ir_version: 8, opset_import: [{versions}{own}]> graph ({inputs}) => ({outputs}) "
        f"{{ {nodes} }} {functions}"
    )
    read_names = {name for node in given.graph.node for name in node.input}
    given.graph.initializer.extend(
        numpy_helper.from_array(array, name)
        for name, array in CONSTANTS.items()
        if name in read_names
    )
    return given


def opened(given: ModelProto, folder: Path, output: str | None = None) -> Reading:
    onnx.save(given, folder / "model.onnx")
    return read(folder / "model.onnx", output=output)


def assert_same(
    given: ModelProto, folder: Path, feeds: dict[str, Any] | None = None, output: str | None = None
) -> Reading:
    reading = opened(given, folder, output)
    feeds = {"x": ROWS} if feeds is None else feeds
    names = [value.name for value in given.graph.output]
    wanted = dict(zip(names, ReferenceEvaluator(given).run(None, feeds), strict=True))
    rows = np.concatenate([array.reshape(5, -1) for array in feeds.values()], axis=1)
    outputs = reading.session.network.forward(rows.astype(np.float64)).outputs
    np.testing.assert_allclose(
        outputs, wanted[output or "y"].reshape(5, -1), rtol=1e-12, atol=1e-12
    )
    return reading


@pytest.mark.parametrize(
    "first",
    [
        "n = ReduceL2(w, i1)  d = Div(w, n)  k = Mul(gain, d)  z = Gemm<transB = 1>(x, k, b)",
        "s = Mul(w, half)  t = Mul(b, half)  z = Gemm<transB = 1>(x, s, t)",
        "k = Slice(tall, i0, four, i0)  z = Gemm<transB = 1>(x, k, b)",
        "k, l = Split<axis = 0>(tall)  z = Gemm<transB = 1>(x, k, b)",
        "t = Transpose<perm = [1, 0]>(w)  k = Gather<axis = 0>(t, order)  m = MatMul(x, k)"
        "  z = Add(b, m)",
        "k = Concat<axis = 0>(w, tall)  l = Slice(k, i0, four, i0)  z = Gemm<transB = 1>(x, l, b)",
        "t = ConstantOfShape<value = double[1] {0.25}>(four)  z = Gemm<transB = 1>(x, w, t)",
        "t = Expand(half, four)  z = Gemm<transB = 1>(x, w, t)",
        "f = Cast<to = 11>(whole)  k = Mul(f, scale)  z = Gemm<transB = 1>(x, k, b)",
        "m0 = Identity(w) "
        + " ".join(f"m{k + 1} = Identity(m{k})" for k in range(60))
        + " z = Gemm<transB = 1>(x, m60, b)",
        "t = Transpose<perm = [1, 0]>(w)  m = MatMul(x, t)  z = Sum(m, b)",
        "t = Transpose<perm = [1, 0]>(w)  m = MatMul(x, t)  z = Add(m, row)",
        "n = CastLike(x, w)  z = Gemm<transB = 1>(n, w, b)",
    ],
)
def test_weights_that_are_computed_first(first: str, tmp_path: Path) -> None:
    reading = assert_same(parsed(f"{first} {LAST}"), tmp_path)
    assert reading.session.network.sizes == (3, 4, 2)
    assert reading.notes == ()


@pytest.mark.parametrize(
    "first",
    [
        "f = Flatten(x)",
        "e = Unsqueeze(x, i1)  f = Squeeze(e, i1)",
        "s = Shape(x)  g = Gather(s, i0)  t = Concat<axis = 0>(g, minus_1)  f = Reshape(x, t)",
        "s = Shape(x)  g = Slice(s, i0, i1, i0)  t = Concat<axis = 0>(g, minus_1)"
        "  f = Reshape(x, t)",
        "s = Shape(x)  g = Slice(s, i1, last, i0)  p = ReduceProd<keepdims = 1>(g, i0)"
        "  t = Concat<axis = 0>(minus_1, p)  f = Reshape(x, t)",
    ],
)
def test_shapes_that_change_and_change_back(first: str, tmp_path: Path) -> None:
    given = parsed(f"{first}  z = Gemm<transB = 1>(f, w, b)  {LAST}")
    assert assert_same(given, tmp_path).notes == ()


def test_rows_with_an_axis_of_one_before_them(tmp_path: Path) -> None:
    given = parsed(
        "e = Unsqueeze(x, i1)  t = Transpose<perm = [1, 0]>(w)  m = MatMul(e, t)  z = Add(m, b)"
        "  n = Squeeze(z, i1)  h = Softmax(z)  r = Transpose<perm = [1, 0]>(v)  q = MatMul(h, r)"
        "  y = Add(q, c)",
        outputs="double[N,1,2] y",
    )
    assert_same(given, tmp_path)
    normed = parsed(
        f"{FIRST}  e = Unsqueeze(z, i2)  n = BatchNormalization(e, mean, b, row4, var)"
        "  s = Squeeze(n, i2)  h = Relu(s)  y = Gemm<transB = 1>(h, v, c)"
    )
    normed.graph.initializer.append(numpy_helper.from_array(CONSTANTS["row"][0], "row4"))
    epsilon = onnx.helper.make_attribute("epsilon", 0.5)
    next(n for n in normed.graph.node if n.op_type == "BatchNormalization").attribute.append(
        epsilon
    )
    assert_same(normed, tmp_path)


@pytest.mark.parametrize(
    ("text", "inputs", "shape", "note"),
    [
        (
            "t = Transpose<perm = [0, 3, 1, 2]>(x)  f = Flatten(t)"
            "  z = Gemm<transB = 1>(f, wide, b)",
            "double[N,2,2,2] x",
            (5, 2, 2, 2),
            "node 1 (Transpose): numbers change their order, folded into layer 1",
        ),
        (
            "g = Gather<axis = 1>(x, order)  z = Gemm<transB = 1>(g, w, b)",
            "double[N,8] x",
            (5, 8),
            "node 1 (Gather): only some are read, folded into layer 1",
        ),
        (
            "g = ai.onnx.ml.ArrayFeatureExtractor(x, order)  n = Mul(g, half)"
            "  z = Gemm<transB = 1>(n, w, b)",
            "double[N,8] x",
            (5, 8),
            "node 1 (ArrayFeatureExtractor): only some are read, folded into layer 1",
        ),
        (
            "n = Add(x, b)  g = Slice(n, i1, four, i1)  z = Gemm<transB = 1>(g, w, b)",
            "double[N,4] x",
            (5, 4),
            "node 2 (Slice): only some are read, folded into layer 1",
        ),
    ],
)
def test_inputs_of_which_some_are_read(
    text: str, inputs: str, shape: tuple[int, ...], note: str, tmp_path: Path
) -> None:
    given = parsed(f"{text}  {LAST}", inputs)
    reading = assert_same(given, tmp_path, {"x": _random(*shape)})
    assert note in reading.notes
    assert reading.session.network.layers[0].tensors == ()


@pytest.mark.parametrize(
    ("text", "output", "note"),
    [
        (
            f"{FIRST}  h = Relu(z)  q = Gemm<transB = 1>(h, v, c)"
            "  y, s = Split<axis = 1>(q, halves)  t = Exp(s)",
            "y",
            "node 4 (Split): only some are read, folded into layer 2",
        ),
        (
            f"{FIRST}  h = Tanh(z)  y = Slice(h, i1, last, i1)  q = Gemm<transB = 1>(h, v, c)"
            "  t = Exp(q)",
            "y",
            "node 3 (Slice): only some are read, folded into layer 1",
        ),
    ],
)
def test_outputs_of_which_some_are_left_out(
    text: str, output: str, note: str, tmp_path: Path
) -> None:
    given = parsed(text, outputs="y, t")
    assert note in assert_same(given, tmp_path, output=output).notes


@pytest.mark.parametrize(
    "text",
    [
        # An order of samples, some samples, and rows of two samples in one.
        "t = Slice(x, i0, i1, i0)  z = Gemm<transB = 1>(t, w, b)",
        "t = Gather<axis = 0>(x, i0)  z = Gemm<transB = 1>(t, w, b)",
        "t = Gather<axis = 0>(x, halves)  z = Gemm<transB = 1>(t, w, b)",
        "t = Unsqueeze(x, i0)  s = Squeeze(t, i0)  z = Gemm<transB = 1>(s, w, b)",
    ],
)
def test_samples_that_are_moved(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^node 1 \(\w+\): changes what a sample is$"):
        opened(parsed(f"{text}  {LAST}"), tmp_path)


def test_a_softmax_of_which_some_is_taken(tmp_path: Path) -> None:
    given = parsed(f"{FIRST}  h = Softmax(z)  y = Slice(h, i1, last, i1)")
    with pytest.raises(ValueError, match=r"^node 3 \(Slice\): takes some of what softmax makes$"):
        opened(given, tmp_path)


FUNCTIONS = """
--- <domain: "own", opset_import: ["": 18]> Linear (a, w, b) => (o) {
    t = Transpose<perm = [1, 0]>(w)  m = MatMul(a, t)  o = Add(m, b) }
<domain: "own", opset_import: ["": 18, "own": 1]> Block (a, w, b) => (o) {
    z = own.Linear(a, w, b)  o = Relu(z) }
"""


def test_functions_of_the_model(tmp_path: Path) -> None:
    given = parsed(f"h = own.Block(x, w, b)  y = own.Linear(h, v, c) {FUNCTIONS}")
    reading = assert_same(given, tmp_path)
    assert [layer.activation.text for layer in reading.session.network.layers] == [
        "relu",
        "identity",
    ]
    assert reading.session.network.layers[0].tensors == ("w", "b")


@pytest.mark.parametrize(("call", "slope"), [("<alpha = 0.25>", 0.25), ("", 0.5)])
def test_functions_with_attributes(call: str, slope: float, tmp_path: Path) -> None:
    leaky = (
        '--- <domain: "own", opset_import: ["": 18]> Leaky <alpha: float = 0.5> (a) => (o) '
        "{ o = LeakyRelu<alpha: float = @alpha>(a) }"
    )
    given = parsed(f"{FIRST}  h = own.Leaky{call}(z)  y = Gemm<transB = 1>(h, v, c) {leaky}")
    layer = opened(given, tmp_path).session.network.layers[0]
    assert layer.activation.text == f"leaky_relu({slope})"


def _own_operators(text: str) -> ModelProto:
    given = parsed(text)
    given.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    return given


@pytest.mark.parametrize(
    ("text", "activation"),
    [
        ('h = com.microsoft.FusedGemm<transB = 1, activation = "Tanh">(x, w, b)', "tanh"),
        (
            'h = com.microsoft.FusedGemm<transB = 1, activation = "LeakyRelu", '
            "activation_alpha = 0.25>(x, w, b)",
            "leaky_relu(0.25)",
        ),
        ("m = com.microsoft.FusedMatMul<transB = 1>(x, w)  z = Add(m, b)  h = Relu(z)", "relu"),
        (f"{FIRST}  h = com.microsoft.Gelu(z)", "gelu"),
        (f"{FIRST}  h = com.microsoft.FastGelu(z)", "gelu_tanh"),
        (
            "m = com.microsoft.FusedMatMul<transB = 1>(x, w)  h = com.microsoft.BiasGelu(m, b)",
            "gelu",
        ),
        (
            "m = com.microsoft.FusedMatMul<transB = 1>(x, w)  h = com.microsoft.FastGelu(m, b)",
            "gelu_tanh",
        ),
    ],
)
def test_operators_of_onnxruntime(text: str, activation: str, tmp_path: Path) -> None:
    given = _own_operators(f"{text}  y = Gemm<transB = 1>(h, v, c)")
    reading = opened(given, tmp_path)
    first, last = reading.session.network.layers
    assert (first.activation.text, last.activation.text) == (activation, "identity")
    assert first.weights.tolist() == CONSTANTS["w"].tolist()
    assert first.bias.tolist() == CONSTANTS["b"].tolist()
    assert reading.notes == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("k = Reshape(w, four)", r"node 1 \(Reshape\): does not fit the constants it is for"),
        ("k = Concat<axis = 5>(w, w)", r"node 1 \(Concat\): does not fit the constants"),
        ("k = Expand(half, huge)", r"node 1 \(Expand\): does not fit the constants"),
        ("k = ConstantOfShape(huge)", r"node 1 \(ConstantOfShape\): does not fit the constants"),
        (
            "a = ConstantOfShape(large)  d = Add(a, half)  e = Add(d, half)  k = Add(e, half)",
            r"node 3 \(Add\): operations on constants make more than 30,000 numbers",
        ),
    ],
)
def test_constants_that_cannot_be_computed(
    text: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph, "MAX_NUMBERS", 30_000)
    given = parsed(f"{text}  z = Gemm<transB = 1>(x, k, b)  {LAST}")
    for name, sizes in (("huge", [2**40, 2**40]), ("large", [120, 120])):
        given.graph.initializer.append(numpy_helper.from_array(np.array(sizes), name))
    with pytest.raises(ValueError, match=f"^{what}"):
        opened(given, tmp_path)


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        # Layers side by side, a dueling network, a skipped layer, half a layer norm, two models.
        (
            f"{FIRST}  q = Gemm<transB = 1>(x, tall)  j = Concat<axis = 1>(z, q)  h = Tanh(j)"
            "  y = Gemm<transB = 1>(h, twelve)",
            (3, 12, 2),
        ),
        (
            f"{FIRST}  h = Relu(z)  s = Gemm<transB = 1>(h, u)  a = Gemm<transB = 1>(h, v, c)"
            "  m = ReduceMean<axes = [1]>(a)  d = Sub(a, m)  y = Add(s, d)",
            (3, 4, 2),
        ),
        (
            f"{FIRST}  m = MatMul(z, square)  s = Add(m, z)  h = Relu(s)"
            "  y = Gemm<transB = 1>(h, v, c)",
            (3, 4, 2),
        ),
        (
            f"{FIRST}  m = ReduceMean<axes = [-1]>(z)  d = Sub(z, m)  h = Relu(d)"
            "  y = Gemm<transB = 1>(h, v, c)",
            (3, 4, 2),
        ),
        (
            "r = ai.onnx.ml.LinearRegressor<coefficients = [1.0, 2.0, 3.0], intercepts = [0.5]>(x)"
            "  q = ai.onnx.ml.LinearRegressor<coefficients = [0.5, -1.0, 2.0], "
            "intercepts = [-1.0]>(x)"
            "  y = Concat<axis = 1>(r, q)",
            (3, 2),
        ),
    ],
)
def test_linear_branches_that_come_together(
    text: str, sizes: tuple[int, ...], tmp_path: Path
) -> None:
    given = parsed(text, opset=17)
    for name, array in (("twelve", _random(2, 12)), ("square", _random(4, 4))):
        given.graph.initializer.append(numpy_helper.from_array(array, name))
    reading = assert_same(given, tmp_path)
    assert reading.session.network.sizes == sizes
    assert any(note.endswith("come together here are read as one") for note in reading.notes)


def test_columns_that_are_scaled_apart_add_no_layer(tmp_path: Path) -> None:
    given = parsed(
        "p = ai.onnx.ml.ArrayFeatureExtractor(x, order)  n = Sub(p, mean3)  s = Div(n, var3)"
        "  q = Slice(x, i0, i1, i1)  j = Concat<axis = 1>(s, q)  z = Gemm<transB = 1>(j, f, b)"
        f"  {LAST}"
    )
    for name, array in (
        ("mean3", np.array([1.0, 2.0, 3.0])),
        ("var3", np.array([2.0, 4.0, 0.5])),
        ("f", _random(4, 4)),
    ):
        given.graph.initializer.append(numpy_helper.from_array(array, name))
    assert assert_same(given, tmp_path).session.network.sizes == (3, 4, 2)


@pytest.mark.parametrize(
    ("text", "types", "features"),
    [
        (
            "f = Flatten(k)  j = Concat<axis = 1>(x, f)",
            "double[N,3] x, double[N,2] k",
            ("x[1]", "x[2]", "x[3]", "k[1]", "k[2]"),
        ),
        (
            "f = Cast<to = 11>(k)  j = Concat<axis = -1>(f, x)",
            "double[N,3] x, int64[N,2] k",
            ("k[1]", "k[2]", "x[1]", "x[2]", "x[3]"),
        ),
        (
            "j = ai.onnx.ml.FeatureVectorizer<inputdimensions = [3, 2]>(x, k)",
            "double[N,3] x, double[N,2] k",
            ("x[1]", "x[2]", "x[3]", "k[1]", "k[2]"),
        ),
        (
            "n = Mul(x, half)  t = Add(n, one)  j = Concat<axis = 1>(k, t)",
            "double[N,3] x, double[N,2] k",
            ("x[1]", "x[2]", "x[3]", "k[1]", "k[2]"),
        ),
    ],
)
def test_inputs_that_are_changed_before_they_are_joined(
    text: str, types: str, features: tuple[str, ...], tmp_path: Path
) -> None:
    given = parsed(f"{text}  z = Gemm<transB = 1>(j, five, b)  {LAST}", types)
    k = np.arange(10).reshape(5, 2)
    feeds = {"x": ROWS, "k": k.astype(np.int64 if "int64" in types else np.float64)}
    [given_outputs] = ReferenceEvaluator(given).run(None, feeds)
    wanted = np.asarray(given_outputs, dtype=np.float64)
    session = opened(given, tmp_path).session
    assert session.features == features
    columns = {f"x[{n + 1}]": ROWS[:, n] for n in range(3)}
    columns |= {f"k[{n + 1}]": k[:, n].astype(np.float64) for n in range(2)}
    rows = np.column_stack([columns[name] for name in features])
    np.testing.assert_allclose(session.network.forward(rows).outputs, wanted, rtol=1e-12)


def test_a_picture_of_whole_numbers(tmp_path: Path) -> None:
    given = parsed(
        f"f = Cast<to = 11>(k)  d = Div(f, high)  r = Reshape(d, rows4)"
        f"  z = Gemm<transB = 1>(r, square, b)  {LAST}",
        "uint8[N,2,2] k",
    )
    given.graph.initializer.append(numpy_helper.from_array(_random(4, 4), "square"))
    assert_same(given, tmp_path, {"k": np.arange(20, dtype=np.uint8).reshape(5, 2, 2)})


def test_gaps_are_not_filled_as_there_are_none(tmp_path: Path) -> None:
    given = parsed(
        f"f = ai.onnx.ml.Imputer<imputed_value_floats = [1.0]>(x)"
        f"  z = Gemm<transB = 1>(f, w, b)  {LAST}"
    )
    with pytest.raises(ValueError, match=r"^node 1 \(Imputer\): neither a dense layer"):
        opened(given, tmp_path)
    nan = onnx.helper.make_attribute("replaced_value_float", float("nan"))
    given.graph.node[0].attribute.append(nan)
    assert opened(given, tmp_path).notes == (
        "node 1 (Imputer): left out; it fills in numbers that are missing",
    )


@pytest.mark.parametrize(("choice", "task"), [(None, "multiclass"), ("p", "multiclass")])
def test_classes_are_known_whatever_output_is_chosen(
    choice: str | None, task: str, tmp_path: Path
) -> None:
    given = parsed(
        f"{FIRST}  h = Relu(z)  q = Gemm<transB = 1>(h, v, c)  p = Softmax(q)"
        "  a = ArgMax<axis = 1>(p)  l = ai.onnx.ml.ArrayFeatureExtractor(names, a)",
        outputs="string[N,1] l, double[N,2] p",
    )
    given.graph.initializer.append(numpy_helper.from_array(np.array(["ham", "spam"]), "names"))
    session = opened(given, tmp_path, choice).session
    assert (session.classes, session.task) == (("ham", "spam"), task)


def test_the_largest_of_several_constants(tmp_path: Path) -> None:
    given = parsed(f"k = Max(w, half, one)  z = Gemm<transB = 1>(x, k, b)  {LAST}")
    assert_same(given, tmp_path)

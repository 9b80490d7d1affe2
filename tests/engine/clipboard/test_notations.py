"""The same network and the same matrix as many languages, libraries and consoles write them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.clipboard import Listing, parse_listing, parse_numbers

Rows = list[list[float]]

HIDDEN = [[1.5, -2.0], [3.0, 0.25], [-5.0, 6.0]]
HIDDEN_BIAS = [0.1, -0.2, 0.3]
OUTPUT = [[7.0, -8.0, 0.5]]
OUTPUT_BIAS = [0.4]
ARRAYS: dict[str, Rows | list[float]] = {
    "W1": HIDDEN,
    "b1": HIDDEN_BIAS,
    "W2": OUTPUT,
    "b2": OUTPUT_BIAS,
}
TURNED = [[1.5, 3.0, -5.0], [-2.0, 0.25, 6.0]]
COLUMN = [[7.0], [-8.0], [0.5]]


def each(line: str) -> str:
    """The line for each array, with its NAME and its numbers as a LIST, in BRACES and so on."""
    lines = []
    for name, given in ARRAYS.items():
        array = np.array(given)
        rows = np.atleast_2d(array.T).T.tolist()
        text = str(given)
        filled = {
            "NAME": name,
            "LIST": text,
            "BRACES": text.replace("[", "{").replace("]", "}"),
            "SIZES": "".join(f"[{n}]" for n in array.shape),
            "EMPTY": "[]" * array.ndim,
            "MATLAB": "[" + "; ".join(" ".join(map(str, row)) for row in rows) + "]",
            "ROWS": str(len(rows)),
            "PRINTED": "\n".join("".join(f"{number:10.4f}" for number in row) for row in rows),
            "NUMPY": str(array),
            "LATEX": " \\\\ ".join(" & ".join(map(str, row)) for row in rows),
        }
        filled_in = line
        for word, value in filled.items():
            filled_in = filled_in.replace(word, value)
        lines.append(filled_in)
    return "\n".join(lines)


def printed_by_r(*arrays: tuple[str, Rows | list[float]]) -> str:
    text = ""
    for name, array in arrays:
        if isinstance(array[0], list):
            head = "".join(f"  [,{k}]" for k in range(1, len(array[0]) + 1))
            rows = [f"[{k},] " + " ".join(map(str, row)) for k, row in enumerate(array, 1)]
            text += f"{name}\n    {head}\n" + "\n".join(rows) + "\n\n"
        else:
            text += f"{name}\n[1] {' '.join(map(str, array))}\n\n"
    return text


NETWORKS = {
    "C": each("static const double NAMESIZES = BRACES;"),
    "C with suffixes": each("float NAMESIZES = BRACES;").replace(".5", ".5f"),
    "C from flat lists": "float W1[3][2] = {1.5, -2, 3, 0.25, -5, 6};\n"
    "float b1[3] = {.1, -.2, .3};\n"
    "float W2[1][3] = {7, -8, .5};\nfloat b2[] = {.4f};",
    "Arduino": each("const float NAME SIZES PROGMEM = BRACES;"),
    "a class of Java": "public class Net {\n" + each("  double EMPTY NAME = BRACES;") + "\n}",
    "Java with new": each("private double EMPTY NAME = new double EMPTY BRACES;"),
    "C++": each("std::vector<std::vector<double>> NAME = BRACES;"),
    "C++ without a sign": each("std::vector<std::vector<double>> NAMEBRACES;"),
    "Go": each("NAME := EMPTYfloat64BRACES"),
    "Rust": each("let NAME: Vec<Vec<f64>> = vec!LIST;"),
    "Kotlin": "val W1 = arrayOf(doubleArrayOf(1.5, -2.0), doubleArrayOf(3.0, 0.25), "
    "doubleArrayOf(-5.0, 6.0))\nval b1 = doubleArrayOf(0.1, -0.2, 0.3)\n"
    "val W2 = arrayOf(doubleArrayOf(7.0, -8.0, 0.5))\nval b2 = doubleArrayOf(0.4)",
    "Julia": each("NAME = Float32MATLAB".replace("Float32MATLAB", "MATLAB")).replace(
        "[", "Float32["
    ),
    "Julia's prompt": each("julia> NAME\nROWS×2 Matrix{Float64}:\nPRINTED\n"),
    "a program in R": "W1 <- matrix(c(1.5, 3, -5, -2, .25, 6), nrow = 3)\nb1 <- c(.1, -.2, .3)\n"
    "W2 <- matrix(c(7, -8, .5), ncol = 3, byrow = TRUE)\nb2 <- c(.4)",
    "rows in R": "W1 = rbind(c(1.5, -2), c(3, .25), c(-5, 6))\nb1 = c(.1, -.2, .3)\n"
    "W2 = cbind(c(7), c(-8), c(.5))\nb2 = c(.4)",
    "R's prompt": printed_by_r(*((f"> {name}", array) for name, array in ARRAYS.items())),
    "a list of R": printed_by_r(*((f"${name}", array) for name, array in ARRAYS.items())),
    "Keras in R": printed_by_r(
        ("[[1]]", TURNED), ("[[2]]", HIDDEN_BIAS), ("[[3]]", COLUMN), ("[[4]]", OUTPUT_BIAS)
    ),
    "nnet of R": "a 2-3-1 network with 13 weights\noptions were - linear output units\n"
    " b->h1 i1->h1 i2->h1\n  0.10   1.50  -2.00\n b->h2 i1->h2 i2->h2\n -0.20   3.00   0.25\n"
    " b->h3 i1->h3 i2->h3\n  0.30  -5.00   6.00\n"
    "  b->o h1->o h2->o h3->o\n  0.40   7.00  -8.00   0.50\n",
    "MATLAB's network printed": "net.IW{1}\n\nans =\n\n    1.5000   -2.0000\n    3.0000    0.2500\n"
    "   -5.0000    6.0000\n\nnet.b{1}\n\nans =\n\n    0.1000\n   -0.2000\n    0.3000\n\n"
    "net.LW{2,1}\n\nans =\n\n    7.0000   -8.0000    0.5000\n\nnet.b{2}\n\nans =\n\n    0.4000\n",
    "MATLAB at its prompt": each(">> NAME\n\nNAME =\n\nPRINTED\n"),
    "MATLAB in columns": "W1 =\n\n  Column 1\n\n"
    "    1.5\n    3.0\n   -5.0\n\n  Column 2\n\n   -2.0\n"
    "    0.25\n    6.0\n\nb1 =\n\n    0.1\n   -0.2\n    0.3\n\nW2 =\n\n  Columns 1 through 2\n\n"
    "     7    -8\n\n  Column 3\n\n     0.5\n\nb2 =\n\n    0.4\n",
    "MATLAB in columns with a factor": "W1 =\n\n   1.0e+03 *\n\n  Column 1\n\n"
    "    0.0015\n    0.0030\n"
    "   -0.0050\n\n  Column 2\n\n   -0.0020\n    0.00025\n    0.0060\n\nb1 =\n\n    0.1\n   -0.2\n"
    "    0.3\n\nW2 =\n\n     7    -8    0.5\n\nb2 =\n\n    0.4\n",
    "LaTeX": each("\\[ \\mathbf{NAME} = \\begin{pmatrix} LATEX \\end{pmatrix} \\]")
    .replace("b1", "b^{(1)}")
    .replace("W1}", "W}^{(1)}")
    .replace("{b^{(1)}}", "{b}_1"),
    "JavaScript without quotes": "net.fromJSON({sizes: [2, 3, 1], layers: [{0: {}, 1: {}}, "
    "{0: {bias: .1, weights: {0: 1.5, 1: -2}}, 1: {bias: -.2, weights: {0: 3, 1: .25}}, "
    "2: {bias: .3, weights: {0: -5, 1: 6}}}, {0: {bias: .4, weights: {0: 7, 1: -8, 2: .5}}}]});",
    "new in JavaScript": each("const NAME = LIST;")
    .replace("= [0", "= new Float32Array([0")
    .replace("3];", "3]);")
    .replace("4];", "4]);"),
    "TensorFlow.js": each("const NAME = tf.tensor2d(LIST);").replace("tensor2d([0", "tensor1d([0"),
    "names above": each("Weights and bias NAME:\nNUMPY")
    .replace("Weights and bias W", "Weights of layer ")
    .replace("Weights and bias b", "Bias of layer "),
    "words above": "Hidden layer weights:\n[[ 1.5  -2.  ]\n [ 3.    0.25]\n [-5.    6.  ]]\n"
    "Hidden layer bias:\n[ 0.1 -0.2  0.3]\nOutput layer weights:\n[[ 7.  -8.   0.5]]\n"
    "Output layer bias:\n[0.4]",
    "the same words for each layer": f"weights: {TURNED}\nbiases: {HIDDEN_BIAS}\n"
    f"weights: {COLUMN}\nbiases: {OUTPUT_BIAS}",
    "a shell": "(venv) me@laptop:~/nn$ python net.py\n" + each("NAME = NUMPY") + "\n$ ",
    "columns of biases in a dictionary": "{'W1': array([[ 1.5 , -2.  ],\n       [ 3.  ,  0.25],\n"
    "       [-5.  ,  6.  ]]),\n 'W2': array([[ 7. , -8. ,  0.5]]),\n 'b1': array([[ 0.1],\n"
    "       [-0.2],\n       [ 0.3]]),\n 'b2': array([[0.4]])}",
    "FrozenDict": f"FrozenDict({{\n    params: {{\n        Dense_0: {{\n            kernel: "
    f"Array({TURNED}, dtype=float32),\n            bias: Array({HIDDEN_BIAS}),\n        }},\n"
    f"        Dense_1: {{\n            kernel: Array({COLUMN}),\n            bias: "
    f"Array({OUTPUT_BIAS}),\n        }},\n    }},\n}})",
    "sizes beside the names": "fc1.weight torch.Size([3, 2]) tensor([[1.5, -2.0], [3.0, 0.25],\n"
    "        [-5.0, 6.0]])\nfc1.bias torch.Size([3]) tensor([0.1, -0.2, 0.3])\nfc2.weight "
    "torch.Size([1, 3]) tensor([[7.0, -8.0, 0.5]])\nfc2.bias torch.Size([1]) tensor([0.4])",
    "PyTorch's tutorial": "Layer: fc1.weight | Size: torch.Size([3, 2]) | Values : tensor("
    "[[1.5, -2], [3, 0.25],\n        [-5, 6]], grad_fn=<SliceBackward0>) \n\n"
    "Layer: fc1.bias | Size: "
    "torch.Size([3]) | Values : tensor([0.1, -0.2, 0.3]) \n\nLayer: fc2.weight | Size: "
    "torch.Size([1, 3]) | Values : tensor([[7, -8, 0.5]]) \n\nLayer: fc2.bias | Size: "
    "torch.Size([1]) | Values : tensor([0.4]) \n",
    "a common factor": "OrderedDict([('0.weight', tensor(1.00000e-01 *\n       [[15., -20.],\n"
    "        [30.,  2.5], [-50., 60.]])), ('0.bias', tensor([0.1, -0.2, 0.3])),\n"
    "('2.weight', tensor([[7., -8., .5]], device='cuda:0', dtype=torch.float64)), "
    "('2.bias', tensor([0.4]))])",
    "copied into parameters": "with torch.no_grad():\n    model.fc1.weight.copy_(torch.tensor("
    f"{HIDDEN}))\n    model.fc1.bias.copy_(torch.tensor({HIDDEN_BIAS}))\n"
    f"    model.fc2.weight.copy_(torch.tensor({OUTPUT}))\n"
    f"    model.fc2.bias.copy_(torch.tensor({OUTPUT_BIAS}))",
    "set_weights": f"model.layers[0].set_weights([np.array({TURNED}), np.array({HIDDEN_BIAS})])\n"
    f"model.layers[1].set_weights([np.array({COLUMN}), np.array({OUTPUT_BIAS})])",
    "layers at a prompt": f">>> model.layers[0].get_weights()\n[array({TURNED}), "
    f"array({HIDDEN_BIAS})]\n>>> model.layers[1].get_weights()\n[array({COLUMN}), array([0.4])]",
    "arrays at a prompt": each("In [7]: NAME\nOut[7]: \narray(LIST)\n"),
    "tensors of TensorFlow": each("NAME = tf.Tensor(\nNUMPY, shape=(3,), dtype=float32)"),
    "neurons as calls": "n1 = Neuron([1.5, -2], 0.1)\nn2 = Neuron([3, .25], -0.2)\n"
    "n3 = Neuron([-5, 6], 0.3)\nout = Neuron(bias=0.4, weights=[7, -8, .5])",
    "neurons in lists": "hidden = [Neuron([1.5, -2], 0.1), Neuron([3, .25], -0.2), "
    "Neuron([-5, 6], 0.3)]\noutput = [Neuron([7, -8, .5], 0.4)]",
    "attributes": "\n".join(
        f"h{k}.weights = {row}\nh{k}.bias = {bias}"
        for k, (row, bias) in enumerate(zip(HIDDEN, HIDDEN_BIAS, strict=True))
    )
    + "\nout.weights = [7, -8, .5]; out.bias = 0.4",
    "arithmetic": "W1 = 0.5 * np.array([[3, -4], [6, 1/2], [-10, 12]])\n"
    "b1 = np.array([1, -2, 3]) / 10\n"
    "W2 = np.array([6, -9, -0.5]).reshape(1, 3) + np.ones((1, 3))\nb2 = -np.full(1, -0.4)",
    "transposed": f"W1 = np.array({TURNED}).T\nb1 = np.array({HIDDEN_BIAS})\n"
    f"W2 = np.array({COLUMN}).T\nb2 = np.array({OUTPUT_BIAS})",
    "two at once": f"W1, b1 = np.array({HIDDEN}), np.array({HIDDEN_BIAS})\n"
    f"W2, b2 = np.array({OUTPUT}), np.array({OUTPUT_BIAS})",
    "items": f"W = {{}}\nb = {{}}\nW[1] = {HIDDEN}\nb[1] = {HIDDEN_BIAS}\nW[2] = {OUTPUT}\n"
    f"b[2] = {OUTPUT_BIAS}",
    "names of items": f"parameters = {{'W1': {HIDDEN}, 'b1': {HIDDEN_BIAS}, 'W2': {OUTPUT}, "
    f"'b2': {OUTPUT_BIAS}}}\ndef f(x, parameters):\n    W1 = parameters['W1']\n"
    "    b1 = parameters['b1']\n",
    "YAML": f"layers:\n  - weights: {HIDDEN}\n    bias: {HIDDEN_BIAS}\n  - weights: {OUTPUT}\n"
    f"    bias: {OUTPUT_BIAS}\n",
    "a fence": "Here it is:\n\n```python\n" + each("NAME = LIST") + "\n```\nGood luck (bye)!",
    "numbered lines": "\n".join(
        f"{k:3d}  {line}" for k, line in enumerate(each("NAME = LIST").split("\n"), 1)
    ),
    "quoted in a mail": each("> NAME = LIST"),
    "typographic": each("‘NAME’: LIST,").replace("-", "\N{MINUS SIGN}"),
    "subscripts": each("NAME = LIST").replace("1 =", "₁ =").replace("2 =", "₂ ="),
    "colours": each("NAME = LIST").replace("W", "\x1b[1;34mW").replace(" =", "\x1b[0m ="),
    "colours whose escapes are lost": each("NAME = LIST")
    .replace("W", "[1;34mW")
    .replace(" =", "[0m ="),
}


@pytest.mark.parametrize("text", NETWORKS.values(), ids=NETWORKS)
def test_a_network_in_many_notations(text: str) -> None:
    found = parse_listing(text)
    assert found is not None
    layers = found.session.network.layers
    for layer, weights, bias in zip(
        layers, (HIDDEN, OUTPUT), (HIDDEN_BIAS, OUTPUT_BIAS), strict=True
    ):
        np.testing.assert_allclose(layer.weights, weights, rtol=1e-14)
        np.testing.assert_allclose(layer.bias, bias, rtol=1e-14)
    assert found.notes == ()


MATRICES = {
    "Julia": "Float32[1.5f0 -2f0; 0.3f1 25f-2; -5 6]",
    "Mathematica": "{{1.5, -2}, {3, 25*^-2}, {-5, 6}}",
    "Java": "new double[][] {{1.5, -2}, {3, 0.25}, {-5, 6}}",
    "R": "     [,1]  [,2]\n[1,]  1.5 -2.00\n[2,]  3.0  0.25\n[3,] -5.0  6.00",
    "R in parts": "     [,1]\n[1,]  1.5\n[2,]  3.0\n[3,] -5.0\n     [,2]\n[1,] -2.00\n[2,]  0.25\n"
    "[3,]  6.00",
    "MATLAB": "ans =\n\n   1.0e-01 *\n\n   15  -20\n   30   2.5\n  -50   60\n",
    "PyTorch with a factor": "1.00000e-01 *\n tensor([[ 15, -20],"
    "\n        [ 30,  2.5], [-50, 60]])",
    "an old PyTorch": "\n 1.5 -2\n 3 0.25\n-5 6\n[torch.FloatTensor of size 3x2]\n",
    "TensorFlow": "<tf.Tensor: shape=(3, 2), dtype=float32, numpy=\narray([[1.5, -2], [3, 0.25],\n"
    "       [-5, 6]], dtype=float32)>",
    "LaTeX": r"$W = \left[\begin{array}{cc} 1.5 & -2 \\ 3 & 0.25 \\ -5 & 6 \end{array}\right]$",
    "Markdown": "| w1 | w2 |\n|---:|---:|\n| 1.5 | -2 |\n| 3 | 0.25 |\n| -5 | 6 |",
    "Markdown with names": "|  | w1 | w2 |\n|--|---|---|\n| h1 | 1.5 | -2 |\n| h2 | 3 | 0.25 |\n"
    "| h3 | -5 | 6 |",
    "pandas": "     0     1\n0  1.5 -2.00\n1  3.0  0.25\n2 -5.0  6.00\n\n[3 rows x 2 columns]",
    "pandas with names": "    x1    x2\nh1  1.5 -2.00\nh2  3.0  0.25\nh3 -5.0  6.00",
    "CSV of pandas": ",x1,x2\n0,1.5,-2\n1,3,0.25\n2,-5,6",
    "a spreadsheet with a header": "w1\tw2\n1,5\t-2\n3\t0,25\n-5\t6",
    "decimal commas and blanks": "1,5 -2,0\n3,0 0,25\n-5,0 6,0",
}


@pytest.mark.parametrize("text", MATRICES.values(), ids=MATRICES)
def test_a_matrix_in_many_notations(text: str) -> None:
    np.testing.assert_allclose(parse_numbers(text).values, HIDDEN, rtol=1e-14)


def test_what_stands_beside_the_numbers_is_told() -> None:
    assert parse_numbers("w1,w2\n1,2").left_out == ("the header in line 1",)
    assert parse_numbers(MATRICES["pandas"]).left_out == (
        "the header in line 1",
        "the names of the rows",
    )
    found = parse_listing("W = [[1, 2]]\nb = [1]\ntraining = [[0, 1], [1, 0]]\nsizes = [2, 1]")
    assert isinstance(found, Listing)
    assert found.notes == ("left out, as neither weights nor samples: training",)


def test_single_weights_are_one_neuron_if_there_is_one_bias() -> None:
    found = parse_listing("w1 = 0.5\nw2 = -0.25\nb = 0.1\nz = w1*x1 + w2*x2 + b")
    assert found is not None
    assert found.session.network.layers[0].weights.tolist() == [[0.5, -0.25]]
    assert found.session.network.layers[0].bias.tolist() == [0.1]
    assert found.notes == ("w1 to w2 are taken as the weights of one neuron",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("w1 = 1\nw2 = 2\nw3 = 3\nb1 = 1\nb2 = 2", "w1 to w3 are single numbers"),
        ("weights: [[1, 2]]\nbias: [1]\nweights: [[3, 4]]\nbias: [2]", "line 3: weights is there"),
        ("W = [1 2; 3 4] * [1 0; 0 1]\nb = [1 2]", "W (line 1): '*' of two arrays"),
        ("W = [[1/0, 2]]\nb = [1]", "W (line 1): '/' gives no finite number"),
        ("W = matrix(c(1, 2, 3), nrow=2)\nb = c(1, 2)", "3 numbers do not fill a matrix"),
        ("float W[2][2] = {1, 2, 3};\nfloat b[2] = {1, 2};", "3 numbers do not have that shape"),
        ("W1 = [[1, 2], [3, 4]\nb1 = [1, 2]", "the one of line 1 is expected"),
        ("syn0 = 2*np.random.random((3, 4)) - 1", "others each time"),
        ("w = Neuron([1, 2], [3, 4])\nb = 1", "w (line 1): which value of 'Neuron' is the weights"),
        ("tensor([[ 1.0,  ...,  2.0]])\ntensor([1.0])", "torch.set_printoptions"),
        ("Chain(\n  Dense(3 => 2, relu),\n)", "line 1: describes a model without its numbers"),
        ("<generator object Module.parameters at 0x7f>", "line 1: has no numbers"),
        ("<bound method Module.state_dict of Net(\n)>", "line 1: is a function that was not"),
        ("x\n0.weight torch.Size([4, 3])", "line 2: has the sizes without the numbers"),
        ("Traceback (most recent call last):\n  W = [[1]]", "line 1: is an error message"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as refusal:
        assert parse_listing(text) or parse_numbers(text)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 99_999,
        " " * 99_999,
        "new " * 25_000,
        "-" * 99_999 + "x",
        "a=1," * 25_000,
        "f{\n" * 33_000,
    ],
    ids=["lines", "blanks", "words", "rules", "assignments", "blocks"],
)
def test_a_long_text_of_nothing_is_answered(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(?:line|there|the text|more)") as refusal:
        assert parse_listing(text) or parse_numbers(text)
    assert len(str(refusal.value)) < 200

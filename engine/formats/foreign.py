"""Files of other programs that are not opened: what each is, and the way to convert it."""

from __future__ import annotations

_FROM_KERAS = "in Keras, model.save('net.keras') writes one that opens"

_REFUSALS = {
    ".pmml": "is PMML, XML for models of all kinds; export the model as ONNX where it was trained, "
    "in scikit-learn with skl2onnx: onnx.save("
    "skl2onnx.to_onnx(model, X[:1]), 'net.onnx')",
    ".tflite": "is TensorFlow Lite; convert it with: pip install tf2onnx; "
    "python -m tf2onnx.convert --tflite net.tflite --output net.onnx",
    ".nnet": "is an NNet file, as of ACAS Xu; convert it with NNet of Stanford's SISL: "
    "from NNet.converters.nnet2onnx import nnet2onnx; "
    "nnet2onnx('net.nnet', onnxFile='net.onnx', normalizeNetwork=True)",
    ".pb": f"is a graph of TensorFlow; {_FROM_KERAS}, or: pip install tf2onnx; "
    "python -m tf2onnx.convert --saved-model FOLDER --output net.onnx",
    ".mlmodel": "is a Core ML model; export it as ONNX where it was trained",
    ".gguf": "is a language model of llama.cpp, larger than anything that can be shown here",
    ".bin": "does not tell its own shapes; of tensorflow.js open the model.json beside it, "
    "of PyTorch save it with safetensors.torch.save_file(model.state_dict(), 'net.safetensors')",
    ".mat": "is a MATLAB file; convert it with: import scipy.io, numpy; "
    "m = scipy.io.loadmat('net.mat'); numpy.savez('net.npz', W1=m['W1'], b1=m['b1'].ravel())",
    ".npy": "holds one array; save weights and biases of all layers in one .npz: "
    "numpy.savez('net.npz', W1=W1, b1=b1, W2=W2, b2=b2)",
    **dict.fromkeys(
        (".rds", ".rdata", ".rda"),
        "is an R object; write the weights as JSON: "
        "jsonlite::write_json(list(W1=W1, b1=b1), 'net.json', digits=NA)",
    ),
    **dict.fromkeys(
        (".index", ".meta", ".data"),
        f"is part of a checkpoint of TensorFlow, which has no architecture; {_FROM_KERAS}",
    ),
    ".msgpack": "is of Flax; save its arrays: numpy.savez('net.npz', **{'/'.join(k): v for k, v in "
    "flax.traverse_util.flatten_dict(params).items()})",
    ".zip": "is an archive; unpack it and open the file within; of stable-baselines3 that is "
    "policy.pth",
    ".csv": "is data, not a network; open it with: nn-play new --data FILE",
    ".tsv": "is data, not a network; open it with: nn-play new --data FILE",
    ".jsonl": "is data, not a network; save it as CSV, then: nn-play new --data FILE",
    ".xlsx": "is a spreadsheet; save it as CSV, then: nn-play new --data FILE",
    ".yaml": "is a configuration, not a network; the playground's own text is .toml",
    ".yml": "is a configuration, not a network; the playground's own text is .toml",
    ".py": "is Python code, which is never run; paste its weights and biases into a network with v",
    ".ipynb": "is a notebook, which is never run; copy its weights and biases and paste them",
}
"""Why a file with this suffix, in lower case, is not opened."""


def refusal(suffix: str) -> str | None:
    """Return why a file of another program is not opened, None for an unknown suffix.

    Parameters
    ----------
    suffix
        In lower case, such as ".pmml" or ".data-00000-of-00001".

    Returns
    -------
    str | None
    """
    return _REFUSALS.get(suffix.partition("-")[0])

"""A graph's weights in eight bits, and its large products of matrices computed in eight bits."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime

from .tables import without_tables
from .tidy import needed

SMALLEST = 240
"""Products with fewer rows or columns than this stay in single precision: they are cheap."""

EXACT = re.compile(r"front_end|prosody|positions|bands")
"""Tables that are not rounded to eight bits."""

HALF = re.compile(r"mel_power\.mel$|bands$|prosody\.cosines$")
"""Of these, tables whose rows are sums of powers: half precision moves what they give by a thousandth of a decibel or two."""

_BEYOND = 1e-5
"""Share of a product's input that may lie outside the range it is given, on either side."""

_DAMPING = 0.01
"""Of the inputs' mean power, added to each one's, since there are not many more inputs than weights in a column."""


def narrowed(graph: onnx.ModelProto, calibration: list[dict[str, np.ndarray]]) -> onnx.ModelProto:
    """The graph, smaller, and faster where `calibration` has inputs on which the ranges of the products' inputs are measured.

    The ranges are fixed, so that a clip's answer does not hang on the clips beside it in a batch.
    """
    if calibration:
        graph = _quantised(graph, calibration)
    without_tables(graph)
    _shrink_weights(graph)
    return graph


def _products(graph: onnx.ModelProto) -> list[tuple[onnx.NodeProto, onnx.TensorProto]]:
    weights = {tensor.name: tensor for tensor in graph.graph.initializer if len(tensor.dims) == 2 and min(tensor.dims) >= SMALLEST}
    return [(node, weights[node.input[1]]) for node in graph.graph.node if node.op_type == "MatMul" and node.input[1] in weights]


def _quantised(graph: onnx.ModelProto, calibration: list[dict[str, np.ndarray]]) -> onnx.ModelProto:
    """Each large product with unsigned bytes times signed ones of seven bits, a scale for each column of the weights.

    Seven bits, since processors without VNNI add up pairs of products in sixteen bits.
    """
    products = _products(graph)
    if not products:
        return graph
    seen = _inputs(graph, sorted({node.input[0] for node, _ in products}), calibration)
    ranges = {name: _range(each) for name, each in seen.items()}
    out = onnx.ModelProto()
    out.CopyFrom(graph)
    if all(each.domain != "com.microsoft" for each in graph.opset_import):
        out.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    replaced, constants = {}, {}
    sources = {name: node for node in graph.graph.node for name in node.output}
    readers: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    vectors = {tensor.name for tensor in graph.graph.initializer if len(tensor.dims) == 1}
    for node, tensor in products:
        x, weight = node.input[0], onnx.numpy_helper.to_array(tensor)
        y, bias = node.output[0], []
        (after, *others) = readers.get(y, [None])
        if after is not None and after.op_type == "Add" and not others and after.input[1] in vectors:
            # With the product, unless a Gelu follows: the runtime puts sum and Gelu together.
            if all(reader.op_type != "Gelu" for reader in readers.get(after.output[0], [])):
                y, bias, replaced[after.name] = after.output[0], [after.input[1]], []
        low, high = ranges[x]
        scale = np.float32((high - low) / 255)
        columns = (np.maximum(np.abs(weight).max(0), 1e-12) / 63).astype(np.float32)
        constants |= {
            f"{x}.scale": scale,
            f"{x}.zero": np.uint8(np.clip(np.round(-low / scale), 0, 255)),
            f"{tensor.name}.bytes": rounded(weight / columns, np.concatenate(seen[x])),
            f"{tensor.name}.columns": columns,
            f"{tensor.name}.zeros": np.zeros(len(columns), np.int8),
        }
        replaced[node.name] = [
            *_in_bytes(x, f"{node.name}.bytes", sources),
            onnx.helper.make_node(
                "MatMulIntegerToFloat",
                [f"{node.name}.bytes", f"{tensor.name}.bytes", f"{x}.scale", f"{tensor.name}.columns", f"{x}.zero", f"{tensor.name}.zeros", *bias],
                [y],
                domain="com.microsoft",
            ),
        ]
    nodes = [new for node in graph.graph.node for new in replaced.get(node.name, [node])]
    gone = {tensor.name for _, tensor in products}
    kept = [tensor for tensor in graph.graph.initializer if tensor.name not in gone]
    del out.graph.node[:], out.graph.initializer[:]
    out.graph.node.extend(nodes)
    out.graph.initializer.extend(kept + [onnx.numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()])
    return needed(out)


def _in_bytes(x: str, rounded_x: str, sources: dict[str, onnx.NodeProto]) -> list[onnx.NodeProto]:
    """The steps that round a product's input; taps of a convolution are rounded before they are laid side by side, not after."""
    scale = [f"{x}.scale", f"{x}.zero"]
    joined = sources.get(x)
    taps = [sources.get(name) for name in joined.input] if joined is not None and joined.op_type == "Concat" else []
    padded = sources.get(taps[0].input[0]) if taps and all(tap is not None and tap.op_type == "Slice" for tap in taps) else None
    if padded is None or padded.op_type != "Pad" or len({tap.input[0] for tap in taps}) > 1 or any(padded.input[2:]):
        return [onnx.helper.make_node("QuantizeLinear", [x, *scale], [rounded_x])]
    names = [f"{rounded_x}.{at}" for at in range(len(taps))]
    return [
        onnx.helper.make_node("QuantizeLinear", [padded.input[0], *scale], [f"{rounded_x}.bare"]),
        # What is padded with zeros is padded with the byte that stands for zero.
        onnx.helper.make_node("Pad", [f"{rounded_x}.bare", padded.input[1], scale[1]], [f"{rounded_x}.padded"]),
        *(
            onnx.helper.make_node("Slice", [f"{rounded_x}.padded", *tap.input[1:]], [name])
            for tap, name in zip(taps, names, strict=True)
        ),
        onnx.helper.make_node("Concat", names, [rounded_x], axis=2),
    ]


def _inputs(
    graph: onnx.ModelProto, names: list[str], calibration: list[dict[str, np.ndarray]]
) -> dict[str, list[np.ndarray]]:
    """What each of these values is, for each of the inputs: float32 [rows, columns]."""
    open_graph = onnx.ModelProto()
    open_graph.CopyFrom(graph)
    for name in names:
        open_graph.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    seen: dict[str, list[np.ndarray]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "open.onnx"
        onnx.save(open_graph, path)
        running = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        for inputs in calibration:
            for name, values in zip(names, running.run(names, inputs), strict=True):
                seen[name].append(values.reshape(-1, values.shape[-1]))
    return seen


def _range(each: list[np.ndarray]) -> tuple[float, float]:
    """Between what and what a value lies over all inputs, 0 included."""
    low, high = np.stack([np.quantile(values, [_BEYOND, 1 - _BEYOND]) for values in each]).T
    return min(0.0, float(low.min())), max(0.0, float(high.max()))


def rounded(weight: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """int8 [rows, columns]: weights in steps, rounded one row after the other, each row's error made up for by those that follow.

    What is kept small is the error of the product with such `inputs`, not that of each weight: E. Frantar et al., "GPTQ", 2023,
    with Cholesky's factor of the inverse of the inputs' second moments.
    """
    left = weight.astype(np.float64)
    moments = inputs.astype(np.float64).T @ inputs / len(inputs)
    moments += _DAMPING * np.trace(moments) / len(moments) * np.eye(len(moments))
    factor = np.linalg.cholesky(np.linalg.inv(moments)).T
    steps = np.empty(weight.shape, np.int8)
    for row in range(len(left)):
        steps[row] = np.clip(np.round(left[row]), -63, 63)
        error = (left[row] - steps[row]) / factor[row, row]
        left[row + 1 :] -= np.outer(factor[row, row + 1 :], error)
    return steps


def _shrink_weights(graph: onnx.ModelProto) -> None:
    """Stores the other large weights as eight bits with a scale for each row, and some tables in half precision.

    The runtime widens them once, when it loads. Arithmetic on them stays in single precision, so the speed is the same.
    """
    widening = []
    for tensor in list(graph.graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if HALF.search(tensor.name):
            wide = tensor.name
            tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{wide}.half"))
            widening.append(onnx.helper.make_node("Cast", [f"{wide}.half"], [wide], to=onnx.TensorProto.FLOAT))
            continue
        if values.dtype != np.float32 or values.size < 1024 or values.ndim < 2 or EXACT.search(tensor.name):
            continue
        wide = tensor.name
        # A row is what one output is made of: with one scale for all, a large one would round a small one away.
        scale = np.maximum(np.abs(values).max(tuple(range(1, values.ndim)), keepdims=True), 1e-12) / 127
        tensor.CopyFrom(onnx.numpy_helper.from_array(np.round(values / scale).astype(np.int8), f"{wide}.bytes"))
        graph.graph.initializer.append(onnx.numpy_helper.from_array(scale.astype(np.float32), f"{wide}.rows"))
        widening += [
            onnx.helper.make_node("Cast", [f"{wide}.bytes"], [f"{wide}.cast"], to=onnx.TensorProto.FLOAT),
            onnx.helper.make_node("Mul", [f"{wide}.cast", f"{wide}.rows"], [wide]),
        ]
    nodes = list(graph.graph.node)
    del graph.graph.node[:]
    graph.graph.node.extend([*widening, *nodes])

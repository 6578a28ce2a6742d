"""A graph's weights in eight bits, and its large products of matrices computed in eight bits."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime

SMALLEST = 240
"""Products with fewer rows or columns than this stay in single precision: they are cheap."""

EXACT = re.compile(r"front_end|prosody|positions|bands")
"""Tables that are not rounded to eight bits."""

HALF = re.compile(r"mel_power\.mel$|bands$|prosody\.cosines$")
"""Of these, tables whose rows are sums of powers: half precision moves what they give by a thousandth of a decibel or two."""

_BEYOND = 1e-5
"""Share of a product's input that may lie outside the range it is given, on either side."""


def narrowed(graph: onnx.ModelProto, calibration: list[dict[str, np.ndarray]]) -> onnx.ModelProto:
    """The graph, smaller, and faster where `calibration` has inputs on which the ranges of the products' inputs are measured.

    The ranges are fixed, so that a clip's answer does not hang on the clips beside it in a batch.
    """
    if calibration:
        graph = _quantised(graph, calibration)
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
    ranges = _ranges(graph, sorted({node.input[0] for node, _ in products}), calibration)
    out = onnx.ModelProto()
    out.CopyFrom(graph)
    out.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    replaced, constants = {}, {}
    for node, tensor in products:
        x, weight = node.input[0], onnx.numpy_helper.to_array(tensor)
        low, high = ranges[x]
        scale = np.float32((high - low) / 255)
        columns = (np.maximum(np.abs(weight).max(0), 1e-12) / 63).astype(np.float32)
        constants |= {
            f"{x}.scale": scale,
            f"{x}.zero": np.uint8(np.clip(np.round(-low / scale), 0, 255)),
            f"{tensor.name}.bytes": np.round(weight / columns).astype(np.int8),
            f"{tensor.name}.columns": columns,
            f"{tensor.name}.zeros": np.zeros(len(columns), np.int8),
        }
        replaced[node.name] = [
            onnx.helper.make_node("QuantizeLinear", [x, f"{x}.scale", f"{x}.zero"], [f"{node.name}.bytes"]),
            onnx.helper.make_node(
                "MatMulIntegerToFloat",
                [f"{node.name}.bytes", f"{tensor.name}.bytes", f"{x}.scale", f"{tensor.name}.columns", f"{x}.zero", f"{tensor.name}.zeros"],
                [node.output[0]],
                domain="com.microsoft",
            ),
        ]
    nodes = [new for node in graph.graph.node for new in replaced.get(node.name, [node])]
    gone = {tensor.name for _, tensor in products}
    kept = [tensor for tensor in graph.graph.initializer if tensor.name not in gone]
    del out.graph.node[:], out.graph.initializer[:]
    out.graph.node.extend(nodes)
    out.graph.initializer.extend(kept + [onnx.numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()])
    return out


def _ranges(
    graph: onnx.ModelProto, names: list[str], calibration: list[dict[str, np.ndarray]]
) -> dict[str, tuple[float, float]]:
    """Between what and what each of these values lies, 0 included."""
    open_graph = onnx.ModelProto()
    open_graph.CopyFrom(graph)
    for name in names:
        open_graph.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "open.onnx"
        onnx.save(open_graph, path)
        running = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        seen: dict[str, list[np.ndarray]] = {name: [] for name in names}
        for inputs in calibration:
            for name, values in zip(names, running.run(names, inputs), strict=True):
                seen[name].append(np.quantile(values, [_BEYOND, 1 - _BEYOND]))
    found = {name: np.stack(each) for name, each in seen.items()}
    return {name: (min(0.0, float(each[:, 0].min())), max(0.0, float(each[:, 1].max()))) for name, each in found.items()}


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

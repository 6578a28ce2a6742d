"""What the exporter leaves to be done: steps that a graph can do without."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper

from .graph import Graph
from .layout import masks_widened, means_pooled, norms_moved


def tidied(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same answers in fewer and larger steps."""
    graph = Graph(model)
    for step in (_shapes_that_are_known, _powers, norms_moved, means_pooled, _merged, _needed, _slices, masks_widened, _merged, _needed):
        step(graph)
    return graph.write()


def _shapes_that_are_known(graph: Graph) -> None:
    """Shapes that the graph computes from the inputs' lengths, though at most one dimension of them has to be found out."""

    def constant(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if node.op_type != "Reshape" or node.input[1] in graph.constants or not {node.input[0], node.output[0]} <= graph.dims.keys():
            return None
        before, after = graph.dims[node.input[0]], graph.dims[node.output[0]]
        shape = [dim if isinstance(dim, int) else 0 if before[at : at + 1] == [dim] else -1 for at, dim in enumerate(after)]
        if shape.count(-1) > 1 or any(dim == 0 for dim in after):
            return None
        name = graph.keep(f"{node.output[0]}.shape", np.array(shape, np.int64))
        return [helper.make_node("Reshape", [node.input[0], name], node.output, node.name)]

    graph.each(constant)


def _powers(graph: Graph) -> None:
    """Squares as products: the runtime's powers take three times as long."""

    def product(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if node.op_type != "Pow" or node.input[1] not in graph.constants or not np.all(graph.constants[node.input[1]] == 2):
            return None
        return [helper.make_node("Mul", [node.input[0], node.input[0]], node.output, node.name)]

    graph.each(product)


def _slices(graph: Graph) -> None:
    """A slice of a slice along another axis as one."""
    sources = graph.sources()

    def both(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        first = sources.get(node.input[0])
        if node.op_type != "Slice" or first is None or first.op_type != "Slice":
            return None
        if len(node.input) != 5 or len(first.input) != 5 or any(name not in graph.constants for each in (node, first) for name in each.input[1:]):
            return None
        parts = [[graph.constants[name] for name in each.input[1:]] for each in (first, node)]
        if set(parts[0][2].tolist()) & set(parts[1][2].tolist()):
            return None
        names = [graph.keep(f"{node.output[0]}.{at}", np.concatenate(pair)) for at, pair in enumerate(zip(*parts, strict=True))]
        return [helper.make_node("Slice", [first.input[0], *names], node.output, node.name)]

    graph.each(both)


def _merged(graph: Graph) -> None:
    """Of steps that do the same with the same, the first does."""
    first: dict[bytes, list[str]] = {}
    instead: dict[str, str] = {}
    equal: dict[tuple[str, tuple[int, ...], bytes], str] = {}
    for name, values in graph.constants.items():
        if values.size <= 64:
            instead[name] = equal.setdefault((str(values.dtype), values.shape, values.tobytes()), name)
    outputs = {value.name for value in graph.model.graph.output}

    def once(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        node.input[:] = [instead.get(name, name) for name in node.input]
        alike = onnx.NodeProto()
        alike.CopyFrom(node)
        alike.ClearField("output")
        alike.ClearField("name")
        same = first.setdefault(alike.SerializeToString(deterministic=True), list(node.output))
        if same == list(node.output) or outputs & set(node.output):
            return None
        instead.update(zip(node.output, same, strict=True))
        return []

    graph.each(once)


def needed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without steps and constants that nothing reads."""
    graph = Graph(model)
    _needed(graph)
    return graph.write()


def renamed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with short names for all but its inputs and outputs: long ones make up a sixtieth of the file."""
    fixed = {value.name for value in (*model.graph.input, *model.graph.output)} | {""}
    short: dict[str, str] = {}

    def name(long: str) -> str:
        return long if long in fixed else short.setdefault(long, f"v{len(short)}")

    for node in model.graph.node:
        node.name = ""
        node.input[:] = [name(each) for each in node.input]
        node.output[:] = [name(each) for each in node.output]
    for value in (*model.graph.initializer, *model.graph.value_info):
        value.name = name(value.name)
    return model


def _needed(graph: Graph) -> None:
    """Without steps whose results nothing reads."""
    read = {value.name for value in graph.model.graph.output}
    kept = []
    for node in reversed(graph.nodes):
        if read & set(node.output):
            kept.append(node)
            read |= set(node.input)
    graph.nodes = kept[::-1]

"""What keeps a convolution's channels in the blocks in which the runtime has them, from one convolution to the next."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper

from .graph import Graph

_FAR = np.float32(2**20)
"""Beyond what any convolution gives. A power of two: what is added where a frame is valid is exactly zero."""


def norms_moved(graph: Graph) -> None:
    """Batch normalisation that is not behind a convolution as a product and a sum, or where only a band is taken between, with it."""
    sources, uses = graph.sources(), graph.uses()
    readers = {name: node for node in graph.nodes for name in node.input}
    gone: set[str] = set()
    moved: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.nodes:
        if node.op_type != "BatchNormalization" or not all(name in graph.constants for name in node.input[1:]):
            continue
        before = sources.get(node.input[0])
        if before is None or before.op_type == "Conv":
            continue
        gain, offset, mean, variance = (graph.constants[name].astype(np.float64) for name in node.input[1:])
        gain = gain / np.sqrt(variance + next(each.f for each in node.attribute if each.name == "epsilon"))
        offset, after = offset - mean * gain, readers[node.output[0]]
        one_band = (
            before.op_type == "Gather"
            and uses[node.input[0]] == uses[before.input[0]] == uses[node.output[0]] == 1
            and sources[before.input[0]].op_type == "Conv"
            and len(sources[before.input[0]].input) == 2
            and after.op_type == "HardSwish"
        )
        if one_band:
            convolution = sources[before.input[0]]
            wide, weight, y = before.input[0], convolution.input[1], after.output[0]
            graph.constants[weight] = (graph.constants[weight] * gain[:, None, None, None]).astype(np.float32)
            convolution.input.append(graph.keep(f"{weight}.bias", offset.astype(np.float32)))
            graph.dims[f"{y}.wide"] = graph.dims[wide]
            gone |= {before.name, node.name}
            moved[after.name] = [
                helper.make_node("HardSwish", [wide], [f"{y}.wide"], after.name),
                helper.make_node("Gather", [f"{y}.wide", before.input[1]], [y], before.name, axis=2),
            ]
        else:
            rank = len(graph.dims[node.input[0]])
            shape = (-1, *(1,) * (rank - 2))
            kinds = {"gain": gain, "offset": offset}
            names = [graph.keep(f"{node.output[0]}.{kind}", each.reshape(shape).astype(np.float32)) for kind, each in kinds.items()]
            moved[node.name] = [
                helper.make_node("Mul", [node.input[0], names[0]], [f"{node.output[0]}.scaled"], f"{node.name}_gain"),
                helper.make_node("Add", [f"{node.output[0]}.scaled", names[1]], [node.output[0]], f"{node.name}_offset"),
            ]
    graph.each(lambda node: [] if node.name in gone else moved.get(node.name))


def means_pooled(graph: Graph) -> None:
    """Means over bands and frames as the pooling that the runtime has for them."""

    def pooled(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if node.op_type != "ReduceMean" or len(graph.dims.get(node.input[0], [])) != 4:
            return None
        if any(each.name == "keepdims" and each.i for each in node.attribute):
            return None
        axes = sorted(axis % 4 for axis in graph.constants[node.input[1]].tolist())
        (x, y), (batch, channels, bands, frames) = (node.input[0], node.output[0]), graph.dims[node.input[0]]
        pooled = f"{y}.pooled"
        if axes == [2, 3]:
            graph.dims[pooled] = [batch, channels, 1, 1]
            pool, rest = helper.make_node("GlobalAveragePool", [x], [pooled]), helper.make_node("Flatten", [pooled], [y])
        elif axes == [2] and isinstance(bands, int):
            graph.dims[pooled] = [batch, channels, 1, frames]
            pool = helper.make_node("AveragePool", [x], [pooled], kernel_shape=[bands, 1])
            rest = helper.make_node("Squeeze", [pooled, graph.keep("bands", np.array([2]))], [y])
        else:
            return None
        pool.name, rest.name = f"{node.name}_pool", node.name
        return [pool, rest]

    graph.each(pooled)


def masks_widened(graph: Graph) -> None:
    """Masks [batch, 1, 1, frames] on what a convolution gives, as wide and as high as that.

    The runtime keeps a convolution's channels in blocks. A product with a mask of the same shape, which a convolution made as
    well, stays in blocks; any other has the channels brought into their old order and back. Below a ReLU the mask is a sum,
    which the convolution itself takes up: nothing where a frame is valid, and far below zero where it is not.
    """
    sources, uses = graph.sources(), graph.uses()
    made: dict[tuple[str, int, int, bool], str] = {}
    gives_channels = {"Conv", "HardSwish", "Relu"}

    def wide(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if node.op_type != "Mul":
            return None
        for x, mask in (node.input, node.input[::-1]):
            shape, own = graph.dims.get(x, []), graph.dims.get(mask, [])
            if len(shape) == 4 and own[1:3] == [1, 1] and x in sources and sources[x].op_type in gives_channels and isinstance(own[3], str):
                break
        else:
            return None
        _, channels, bands, frames = shape
        summed = sources[x].op_type == "Relu" and uses[x] == uses[sources[x].input[0]] == 1 and _is_yes_or_no(sources, mask)
        key, steps = (mask, channels, bands, summed), []
        if key not in made:
            made[key] = f"{mask}.{channels}.{bands}.{'sum' if summed else 'product'}"
            high, gain = f"{mask}.{bands}", _FAR if summed else np.float32(1)
            size = graph.keep(f"size.{bands}", np.array([1, 1, bands, 1], np.int64))
            weight = [graph.keep(f"mask.{channels}.{summed}", np.full((channels, 1, 1, 1), gain))]
            if summed:
                weight.append(graph.keep(f"mask.{channels}.bias", np.full(channels, -gain)))
            graph.dims[high], graph.dims[made[key]] = [shape[0], 1, bands, frames], shape
            steps = [
                *([] if high in sources else [helper.make_node("Expand", [mask, size], [high], f"{high}_expand")]),
                helper.make_node("Conv", [high, *weight], [made[key]], f"{made[key]}_conv"),
            ]
            sources[high] = steps[0]
        if not summed:
            return [*steps, helper.make_node("Mul", [x, made[key]], node.output, node.name)]
        y, below = node.output[0], sources[x].input[0]
        graph.dims[f"{y}.sum"] = shape
        return [
            *steps,
            helper.make_node("Add", [below, made[key]], [f"{y}.sum"], f"{node.name}_sum"),
            helper.make_node("Relu", [f"{y}.sum"], [y], node.name),
        ]

    graph.each(wide)


def _is_yes_or_no(sources: dict[str, onnx.NodeProto], name: str) -> bool:
    """Whether a mask is 0 or 1 everywhere; those for means are not."""
    node = sources.get(name)
    while node is not None and node.op_type in ("Unsqueeze", "Slice"):
        node = sources.get(node.input[0])
    return node is not None and node.op_type == "Cast" and node.input[0] in sources and sources[node.input[0]].op_type in ("Less", "Greater")

"""An exported graph, opened for changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import onnx
import onnx.numpy_helper
from onnx import helper

Dims = list[int | str]
"""Of a value: a number, or a name or formula in the lengths of the inputs; equal formulas are equal lengths."""


class Graph:
    """A copy of a model's nodes and constants, which are looked up by the names of what they give."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = onnx.ModelProto()
        self.model.CopyFrom(model)
        self.nodes = list(self.model.graph.node)
        self.constants = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
        values = [*model.graph.value_info, *model.graph.input, *model.graph.output]
        self.dims: dict[str, Dims] = {
            value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim] for value in values
        }

    def sources(self) -> dict[str, onnx.NodeProto]:
        """Each value's node."""
        return {name: node for node in self.nodes for name in node.output}

    def uses(self) -> Counter[str]:
        """How often a value is read; an output counts as one reader."""
        return Counter([name for node in self.nodes for name in node.input] + [value.name for value in self.model.graph.output])

    def keep(self, name: str, values: np.ndarray) -> str:
        """A new constant."""
        self.constants[name] = values
        return name

    def each(self, rewrite: Callable[[onnx.NodeProto], list[onnx.NodeProto] | None]) -> None:
        """Puts what `rewrite` returns in a node's place; None leaves the node as it is."""
        rewritten = [(node, rewrite(node)) for node in self.nodes]
        self.nodes = [new for node, instead in rewritten for new in ([node] if instead is None else instead)]

    def write(self) -> onnx.ModelProto:
        """The model with these nodes and with those constants that they read; shapes of pictures [batch, channels, bands, frames] stay."""
        out = onnx.ModelProto()
        out.CopyFrom(self.model)
        del out.graph.node[:], out.graph.initializer[:], out.graph.value_info[:]
        out.graph.node.extend(self.nodes)
        read, given = self.uses(), self.sources()
        out.graph.initializer.extend(onnx.numpy_helper.from_array(values, name) for name, values in self.constants.items() if read[name])
        letters: dict[str, str] = {}
        kinds = {value.name: value.type.tensor_type.elem_type for value in self.model.graph.value_info}
        for name, dims in self.dims.items():
            if name in given and len(dims) == 4 and all(dims) and kinds.get(name, onnx.TensorProto.FLOAT) == onnx.TensorProto.FLOAT:
                short = [dim if isinstance(dim, int) else letters.setdefault(dim, f"d{len(letters)}") for dim in dims]
                out.graph.value_info.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, short))
        return out

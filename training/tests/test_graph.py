"""What is done to a graph after the exporter: fewer steps, the same answers."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from training.eightbits import narrowed
from training.frontend import MelPower
from training.graph import Dims
from training.prosody import Prosody
from training.tables import without_tables
from training.tidy import renamed, tidied
from training.whisper.encoder import TINY, Positions

FRAMES = "(frames + 1) // 2"
WIDE = ["batch", 12, 5, FRAMES]


def _model(
    nodes: list[onnx.NodeProto], inputs: dict[str, Dims], constants: dict[str, np.ndarray], dims: dict[str, Dims]
) -> onnx.ModelProto:
    """Of nodes that lead from the inputs to `y`, with the shapes of what lies between."""
    named = [helper.make_node(node.op_type, node.input, node.output, f"node_{at}") for at, node in enumerate(nodes)]
    for new, node in zip(named, nodes, strict=True):
        new.attribute.extend(node.attribute)
    graph = helper.make_graph(
        named, "one",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, dims.pop("y"))],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
        value_info=[helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in dims.items()],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def _run(model: onnx.ModelProto, inputs: dict[str, np.ndarray]) -> np.ndarray:
    onnx.checker.check_model(model)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, inputs)[0]


@pytest.mark.parametrize("activation", ["Relu", "HardSwish"])
@pytest.mark.parametrize("valid", [1.0, 1.5])
def test_masks_of_full_size_hide_the_same_frames(activation: str, valid: float) -> None:
    """Those that keep a valid frame as it is, and those that weigh it."""
    random = np.random.default_rng(0)
    constants = {"w": random.normal(0, 30, (12, 3, 1, 1)).astype(np.float32), "b": random.normal(0, 30, 12).astype(np.float32)}
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["wide"]),
        helper.make_node(activation, ["wide"], ["active"]),
        *(
            [helper.make_node("Greater", ["frames", "none"], ["heard"]), helper.make_node("Cast", ["heard"], ["mask"], to=TensorProto.FLOAT)]
            if valid == 1
            else [helper.make_node("Identity", ["frames"], ["mask"])]
        ),
        helper.make_node("Mul", ["active", "mask"], ["y"]),
    ]
    constants["none"] = np.array(0, np.float32)
    model = _model(
        nodes, {"x": ["batch", 3, 5, FRAMES], "frames": ["batch", 1, 1, "frames"]}, constants,
        {"wide": WIDE, "active": WIDE, "y": WIDE, "mask": ["batch", 1, 1, "frames"]},
    )
    mask = np.full((2, 1, 1, 9), valid, np.float32)
    mask[1, :, :, 6:] = 0
    inputs = {"x": random.normal(0, 50, (2, 3, 5, 9)).astype(np.float32), "frames": mask}
    tidy = tidied(model)
    # A mask that is as wide as what it hides comes from a convolution of its own.
    assert sum(node.op_type == "Conv" for node in tidy.graph.node) == 2
    assert sum(node.op_type == "Add" for node in tidy.graph.node) == (activation == "Relu" and valid == 1)
    assert np.array_equal(_run(tidy, inputs), _run(model, inputs))
    assert not _run(tidy, inputs)[1, :, :, 6:].any()


def test_steps_that_are_put_together_give_the_same() -> None:
    random = np.random.default_rng(0)
    constants: dict[str, np.ndarray] = {
        "w": random.normal(size=(12, 3, 5, 1)).astype(np.float32),
        "gain": random.uniform(0.5, 2, 12).astype(np.float32),
        "offset": random.normal(size=12).astype(np.float32),
        "mean": random.normal(size=12).astype(np.float32),
        "variance": random.uniform(0.5, 2, 12).astype(np.float32),
        "first": np.array(0), "two": np.array(2.0, np.float32), "columns": np.array([4]), "last": np.array([2]),
    }  # fmt: skip
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["wide"]),
        helper.make_node("Gather", ["wide", "first"], ["narrow"], axis=2),
        helper.make_node("BatchNormalization", ["narrow", "gain", "offset", "mean", "variance"], ["even"], epsilon=1e-5),
        helper.make_node("HardSwish", ["even"], ["active"]),
        helper.make_node("Pow", ["active", "two"], ["square"]),
        helper.make_node("Shape", ["x"], ["batch"], start=0, end=1),
        helper.make_node("Shape", ["square"], ["frames"], start=2, end=3),
        helper.make_node("Concat", ["batch", "columns", "columns0", "frames"], ["shape"], axis=0),
        helper.make_node("Reshape", ["square", "shape"], ["parts"]),
        helper.make_node("ReduceMean", ["parts", "last"], ["y"], keepdims=0),
    ]
    constants["columns0"] = np.array([3])
    dims: dict[str, Dims] = {
        "wide": ["batch", 12, 1, "frames"], "square": ["batch", 12, "frames"], "even": ["batch", 12, "frames"],
        "narrow": ["batch", 12, "frames"], "active": ["batch", 12, "frames"], "parts": ["batch", 4, 3, "frames"], "y": ["batch", 4, "frames"],
    }  # fmt: skip
    model = _model(nodes, {"x": ["batch", 3, 5, "frames"]}, constants, dims)
    tidy = renamed(tidied(model))
    left = [node.op_type for node in tidy.graph.node]
    assert not {"BatchNormalization", "Pow", "Shape", "ReduceMean"} & set(left) and "AveragePool" in left
    for batch, frames in ((1, 7), (3, 20)):
        x = random.normal(size=(batch, 3, 5, frames)).astype(np.float32)
        assert np.allclose(_run(tidy, {"x": x}), _run(model, {"x": x}), rtol=1e-4, atol=1e-5)


def test_tables_are_made_when_a_graph_is_loaded() -> None:
    mel, prosody = MelPower(), Prosody()
    tables = {
        "mel_power.cosines": mel.cosines, "mel_power.sines": mel.sines, "prosody.of_sums": prosody.of_sums,
        "prosody.of_differences": prosody.of_differences, "encoder.positions.table": Positions(TINY.width).table,
    }  # fmt: skip
    for name, table in tables.items():
        model = _model([helper.make_node("Add", [name, "x"], ["y"])], {"x": [1]}, {name: table.numpy()}, {"y": list(table.shape)})
        without_tables(model)
        assert len(model.SerializeToString()) < table.numel() * 4 / 5
        # So far out as the last place of all, an angle in single precision is rounded by a few ten-thousandths.
        nearest = 1e-3 if "positions" in name else 1e-6
        assert np.abs(_run(model, {"x": np.zeros(1, np.float32)}) - table.numpy()).max() < nearest, name


def test_taps_are_rounded_before_they_are_laid_side_by_side() -> None:
    random = np.random.default_rng(0)
    constants = {
        "pads": np.array([0, 1, 0, 0, 1, 0]), "axis": np.array([1]), "weight": random.normal(size=(240, 256)).astype(np.float32),
        **{f"from{tap}": np.array([tap]) for tap in range(3)}, **{f"to{tap}": np.array([end]) for tap, end in enumerate((-2, -1, 9999))},
    }  # fmt: skip
    taps = [helper.make_node("Slice", ["padded", f"from{tap}", f"to{tap}", "axis"], [f"tap{tap}"]) for tap in range(3)]
    model = _model(
        [
            helper.make_node("Pad", ["x", "pads"], ["padded"]),
            *taps,
            helper.make_node("Concat", ["tap0", "tap1", "tap2"], ["taps"], axis=2),
            helper.make_node("MatMul", ["taps", "weight"], ["product"]),
            helper.make_node("Add", ["product", "bias"], ["y"]),
        ],
        {"x": ["batch", "frames", 80]}, constants | {"bias": random.normal(size=256).astype(np.float32)}, {"y": ["batch", "frames", 256]},
    )  # fmt: skip
    x = random.normal(size=(2, 30, 80)).astype(np.float32)
    small = narrowed(model, [{"x": x}])
    kinds = [node.op_type for node in small.graph.node]
    assert kinds.index("QuantizeLinear") < kinds.index("Pad") and "Add" not in kinds
    assert np.corrcoef(_run(small, {"x": x}).ravel(), _run(model, {"x": x}).ravel())[0, 1] > 0.999
    # Also where the padding lies.
    ours, theirs = (_run(each, {"x": x[:, :1]}) for each in (small, model))
    assert np.abs(ours - theirs).max() < 0.05 * np.abs(theirs).max()

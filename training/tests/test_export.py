"""The exported graph is the torch model, alone or padded in a batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from training import events
from training.backbone import Backbone, EventHead
from training.events import EventBranch
from training.export import OUTPUTS, answer, to_onnx
from training.network import EmotionModel, EmotionNetwork, ShippedModel

from .conftest import voice


@pytest.fixture(scope="module")
def model() -> ShippedModel:
    """Random weights, with statistics moved off their defaults so that masks have something to hide."""
    torch.manual_seed(0)
    network = EmotionNetwork()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(events, "load_starting_network", lambda path: (Backbone(), EventHead()))
        model = ShippedModel(EmotionModel([network], 3), EventBranch(Path(), shared_blocks=3)).eval()
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name.endswith(("norm.bias", "running_mean")):
                tensor.normal_(0, 0.3)
            elif tensor.is_floating_point() and tensor.numel() >= 1024 and "front_end" not in name and "prosody" not in name:
                # As the file stores them, so that what is left of a difference is the graph's.
                tensor.copy_(tensor.half().float())
    return model


@pytest.fixture(scope="module")
def graph(model: ShippedModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "emotion.onnx"
    to_onnx(model, path)
    return path


def test_equals_the_torch_model(model: ShippedModel, graph: Path) -> None:
    for batch, samples in ((1, 8_000), (1, 48_000), (3, 31_234)):
        pcm = np.stack([voice(samples, amplitude) for amplitude in np.linspace(0.02, 0.3, batch)])
        lengths = np.linspace(samples // 2, samples, batch).astype(np.int64)
        with torch.inference_mode():
            expected = model(torch.from_numpy(pcm), torch.from_numpy(lengths))
        for name, ours, theirs in zip(OUTPUTS, answer(graph, pcm, lengths), expected, strict=True):
            assert ours.shape == (batch, OUTPUTS[name])
            assert np.abs(ours - theirs.numpy()).max() < 1e-3, name


def test_padding_changes_nothing(graph: Path) -> None:
    lengths = np.array([40_000, 23_456, 8_000])
    pcm = np.random.default_rng(0).normal(0, 0.3, (3, 40_000)).astype(np.float32)
    for row, length in zip(pcm, lengths, strict=True):
        row[:length] = voice(length)
    together = answer(graph, pcm, lengths)
    for index, (row, length) in enumerate(zip(pcm, lengths, strict=True)):
        for name, alone, padded in zip(OUTPUTS, answer(graph, row[None, :length], np.array([length])), together, strict=True):
            assert np.abs(alone[0] - padded[index]).max() < 1e-3, name


def test_the_graph_is_small_and_names_no_machine(graph: Path) -> None:
    content = graph.read_bytes()
    assert len(content) < 8 * 2**20
    assert str(Path.home()).encode() not in content and b".py" not in content

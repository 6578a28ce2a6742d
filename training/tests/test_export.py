"""The exported graph is the torch model, alone or padded in a batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from training.export import answer, to_onnx
from training.network import EmotionModel, EmotionNetwork

from .conftest import voice


@pytest.fixture(scope="module")
def model() -> EmotionModel:
    """Random weights, with statistics moved off their defaults so that masks have something to hide."""
    torch.manual_seed(0)
    network = EmotionNetwork()
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if name.endswith(("norm.bias", "running_mean")):
                tensor.normal_(0, 0.3)
    return EmotionModel(network).eval()


@pytest.fixture(scope="module")
def graph(model: EmotionModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "emotion.onnx"
    to_onnx(model, path)
    return path


def test_equals_the_torch_model(model: EmotionModel, graph: Path) -> None:
    for batch, samples in ((1, 8_000), (1, 48_000), (3, 31_234)):
        pcm = np.stack([voice(samples, amplitude) for amplitude in np.linspace(0.02, 0.3, batch)])
        lengths = np.linspace(samples // 2, samples, batch).astype(np.int64)
        with torch.inference_mode():
            expected = model(torch.from_numpy(pcm), torch.from_numpy(lengths)).numpy()
        assert np.abs(answer(graph, pcm, lengths) - expected).max() < 1e-4


def test_padding_changes_nothing(graph: Path) -> None:
    lengths = np.array([40_000, 23_456, 8_000])
    pcm = np.random.default_rng(0).normal(0, 0.3, (3, 40_000)).astype(np.float32)
    for row, length in zip(pcm, lengths, strict=True):
        row[:length] = voice(length)
    together = answer(graph, pcm, lengths)
    for row, length, expected in zip(pcm, lengths, together, strict=True):
        assert np.abs(answer(graph, row[None, :length], np.array([length]))[0] - expected).max() < 1e-4


def test_the_graph_is_small_and_names_no_machine(graph: Path) -> None:
    content = graph.read_bytes()
    assert len(content) < 8 * 2**20
    assert str(Path.home()).encode() not in content and b".py" not in content

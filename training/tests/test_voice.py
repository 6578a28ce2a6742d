"""The voice's network: Whisper's arithmetic in another shape, deaf to padding, and small when exported."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from training import voicetrain as module
from training.eightbits import narrowed, rounded
from training.frontend import FrontEnd, mel_matrix
from training.labels import Clip
from training.prepare import Features
from training.statehead import StateHead
from training.voice import STATES, VoiceEncoder, VoiceNetwork, along, averaged
from training.voicetrain import VoiceRecipe, load_voice, train_voice
from training.whisper.bands import whisper_bands
from training.whisper.encoder import TINY, LogMel, Positions, WhisperEncoder

from .conftest import voice


def test_a_product_is_the_convolution() -> None:
    whisper = WhisperEncoder(TINY)
    encoder = VoiceEncoder(whisper)
    for convolution, product, stride in ((whisper.first, encoder.first, 1), (whisper.second, encoder.second, 2)):
        x = torch.randn(2, convolution.in_channels, 37)
        assert torch.allclose(convolution(x).transpose(1, 2), along(product, x.transpose(1, 2), stride), atol=1e-4)


def test_places_in_time_are_whispers() -> None:
    at, rate = 1234, 17
    angle = at * np.exp(-np.log(10_000) / (TINY.width // 2 - 1) * rate)
    places = Positions(TINY.width)(1500)
    assert places[at, rate].item() == pytest.approx(np.sin(angle), abs=1e-3)
    assert places[at, TINY.width // 2 + rate].item() == pytest.approx(np.cos(angle), abs=1e-3)


def test_the_front_ends_bands_give_whispers_log_mel() -> None:
    pcm = torch.from_numpy(voice(32_000, 0.3))[None]
    features, mask = FrontEnd()(pcm, torch.tensor([32_000]))
    ours = VoiceEncoder().log_mel(features, mask)[0].T
    theirs = LogMel()(pcm)[0]
    frames = min(ours.shape[1], theirs.shape[1]) - 4
    pair = torch.stack([ours[:, 4:frames].flatten(), theirs[:, 4:frames].flatten()])
    assert torch.corrcoef(pair)[0, 1] > 0.97
    assert (whisper_bands() >= 0).all() and whisper_bands().shape == (80, len(mel_matrix()))


def test_means_leave_out_what_is_not_heard() -> None:
    x, heard = torch.tensor([[[2.0], [4.0], [9.0], [100.0]]]), torch.tensor([[1.0, 1.0, 1.0, 0.0]])
    means, left = averaged(x, heard, 2)
    assert means[0, :, 0].tolist() == [3.0, 9.0]
    assert left.tolist() == [[1.0, 1.0]]


def test_padding_does_not_reach_a_clip() -> None:
    network = VoiceNetwork(VoiceEncoder(), [StateHead(STATES, TINY.width)]).eval()
    features, mask = torch.randn(2, 104, 200), torch.ones(2, 1, 200)
    mask[1, :, 137:] = 0
    with torch.inference_mode():
        together = network(features, mask)
        alone = network(features[1:, :, :137], mask[1:, :, :137])
    assert torch.allclose(together[1], alone[0], atol=1e-4)


def test_a_run_predicts_what_it_held_out(clips: list[Clip], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    lengths = random.integers(4, 15, size=len(clips))
    states = Features(random.normal(size=(lengths.sum(), STATES, TINY.width)).astype(np.float16), np.cumsum([0, *lengths]))
    monkeypatch.setattr(module, "load_pass", lambda cache, number: states)
    monkeypatch.setattr(module, "load_encoder", lambda source, cache: WhisperEncoder(TINY))
    recipe = VoiceRecipe(epochs=1, draws=64, batch=16)
    train_voice(clips, Path(), tmp_path / "voice", recipe, (0,), threads=1)
    assert {clips[index].fold for index in np.load(tmp_path / "voice" / "predictions.npz")["index"]} == {0}
    assert isinstance(load_voice(tmp_path / "voice"), nn.Module)
    with pytest.raises(ValueError, match="another recipe"):
        train_voice(clips, Path(), tmp_path / "voice", recipe, (1,), threads=1)


def test_eight_bits_change_little(tmp_path: Path) -> None:
    """On a product of matrices as the layers have them, against what it is in single precision."""
    random = np.random.default_rng(0)
    weight = random.normal(0, 0.05, (384, 1536)).astype(np.float32)
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"], name="product")], "one",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["frames", 384])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["frames", 1536])],
        [onnx.numpy_helper.from_array(weight, "w")],
    )  # fmt: skip
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 20)], ir_version=10)
    x = random.normal(size=(50, 384)).astype(np.float32)
    small = narrowed(model, [{"x": x}])
    assert len(small.SerializeToString()) < weight.nbytes / 3.5
    onnx.save(small, tmp_path / "small.onnx")
    import onnxruntime

    (y,) = onnxruntime.InferenceSession(tmp_path / "small.onnx", providers=["CPUExecutionProvider"]).run(None, {"x": x})
    assert np.corrcoef(y.ravel(), (x @ weight).ravel())[0, 1] > 0.999


def test_rounding_minds_the_inputs_that_a_product_will_have() -> None:
    random = np.random.default_rng(0)
    # As behind a transformer's norm: units that go together, some far stronger than others.
    inputs = (random.normal(size=(2000, 12)) @ random.normal(size=(12, 96)) + random.normal(size=(2000, 96)) * 0.1).astype(np.float32)
    weight = random.normal(0, 12, (96, 40))
    minded, nearest = rounded(weight, inputs), np.round(weight).astype(np.int8)
    assert np.abs(minded).max() <= 63
    assert np.square(inputs @ (minded - weight)).mean() < np.square(inputs @ (nearest - weight)).mean() / 4

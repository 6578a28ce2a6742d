"""What the exported graph costs, beside a wav2vec2-base of random weights: ONNX Runtime, one thread, batch 1, one run."""

from __future__ import annotations

import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from .export import session
from .frontend import SAMPLE_RATE_HZ


def cost_ms_per_second(graph: Path, seconds: float = 3.0, rounds: int = 60) -> float:
    """Median milliseconds of one core per second of audio, front end included."""
    samples = int(seconds * SAMPLE_RATE_HZ)
    pcm = np.random.default_rng(0).normal(0, 0.1, (1, samples)).astype(np.float32)
    return _median_ms(session(graph), {"pcm": pcm, "lengths": np.array([samples])}, rounds) / seconds


def beside_wav2vec2(graph: Path, seconds: float = 3.0) -> tuple[float, float]:
    """Milliseconds per second of audio: ours, and the graph that most public emotion models are fine-tuned from.

    The two take turns, three rounds each, so that another load on the machine meets both.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wav2vec2.onnx"
        samples = int(seconds * SAMPLE_RATE_HZ)
        write_wav2vec2(path, samples)
        theirs = session(path)
        inputs = {theirs.get_inputs()[0].name: np.random.default_rng(0).normal(0, 0.1, (1, samples)).astype(np.float32)}
        ours, other = zip(
            *((cost_ms_per_second(graph, seconds, 30), _median_ms(theirs, inputs, 6) / seconds) for _ in range(3)), strict=True
        )
    return float(np.median(ours)), float(np.median(other))


def write_wav2vec2(path: Path, samples: int) -> None:
    """The graph for one clip of that length, its weights in a file beside it; the benchmark in Node runs it, too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(Wav2Vec2Base().eval(), (torch.zeros(1, samples),), path, dynamo=True, verbose=False)


def _median_ms(running: onnxruntime.InferenceSession, inputs: dict[str, np.ndarray], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        running.run(None, inputs)
        times.append(time.perf_counter() - began)
    return float(np.median(times[rounds // 6 :]) * 1000)


class Wav2Vec2Base(nn.Module):
    """The arithmetic of wav2vec2-base (A. Baevski et al. 2020): seven convolutions, twelve layers of width 768."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        into = 1
        for kernel, stride in ((10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2)):
            layers += [nn.Conv1d(into, 512, kernel, stride, bias=False), nn.GELU()]
            into = 512
        self.features = nn.Sequential(*layers)
        self.project = nn.Linear(512, 768)
        self.position = nn.Conv1d(768, 768, 128, padding=64, groups=16)
        self.layers = nn.ModuleList(_Layer() for _ in range(12))
        self.output = nn.Linear(768, 9)

    def forward(self, pcm: Tensor) -> Tensor:
        x = self.project(self.features(pcm[:, None]).transpose(1, 2))
        x = x + nn.functional.gelu(self.position(x.transpose(1, 2))[:, :, :-1]).transpose(1, 2)
        for layer in self.layers:
            x = layer(x)
        return self.output(x.mean(1))


class _Layer(nn.Module):
    def __init__(self, width: int = 768, heads: int = 12) -> None:
        super().__init__()
        self.heads = heads
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.projections, self.joined = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, frames, width = x.shape
        parts = self.projections(x).view(batch, frames, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(*parts)
        x = self.first(x + self.joined(mixed.transpose(1, 2).reshape(batch, frames, width)))
        return self.second(x + self.down(nn.functional.gelu(self.up(x))))

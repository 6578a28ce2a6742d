"""Whisper's encoder (A. Radford et al., "Robust speech recognition via large-scale weak supervision", 2022).

Written anew for reading its inner layers, and for clips as long as they are: Whisper itself pads to 30 s, which
costs ten times the arithmetic for an utterance of three.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import librosa
import numpy as np
import torch
from torch import Tensor, nn

from .attention import attention

SAMPLE_RATE_HZ, FFT, HOP, BANDS = 16_000, 400, 160, 80
FRAME_SAMPLES = 320
"""Samples a frame of the encoder's output: 20 ms."""


LONGEST = 4096
"""Frames of the longest clip: 82 s."""


@dataclass(frozen=True)
class Size:
    """Of one of Whisper's encoders."""

    width: int
    layers: int
    heads: int


BASE, TINY = Size(512, 6, 8), Size(384, 4, 6)


def mel_filters() -> np.ndarray:
    """float32 [80, 201]: Slaney's triangles, as Whisper has them."""
    return librosa.filters.mel(sr=SAMPLE_RATE_HZ, n_fft=FFT, n_mels=BANDS)


class LogMel(nn.Module):
    """PCM float32 [batch, samples] to Whisper's log-mel [batch, 80, samples / 160]."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mel", torch.from_numpy(mel_filters()), persistent=False)
        self.register_buffer("window", torch.hann_window(FFT), persistent=False)

    def forward(self, pcm: Tensor) -> Tensor:
        spectrum = torch.stft(pcm, FFT, HOP, window=self.window, return_complex=True)[..., :-1]
        bands = (self.mel @ spectrum.abs().square()).clamp(min=1e-10).log10()
        bands = torch.maximum(bands, bands.amax((1, 2), keepdim=True) - 8.0)
        return (bands + 4.0) / 4.0


class Layer(nn.Module):
    """Self-attention and feed-forward, each behind its normalisation and added to its input."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm, self.feed_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.projections, self.joined = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, heard: Tensor) -> Tensor:
        """x [batch, frames, width], heard bool [batch, frames]: True where a frame may be looked at."""
        projected = nn.functional.linear(self.attention_norm(x), self.projections.weight)
        x = x + self.joined(attention(projected, self.projections.bias, heard, self.heads))
        return x + self.down(nn.functional.gelu(self.up(self.feed_norm(x))))


class Positions(nn.Module):
    """Whisper's sines and cosines float [frames, width]."""

    def __init__(self, width: int) -> None:
        super().__init__()
        step = math.log(10_000) / (width // 2 - 1)
        rates = torch.exp(-step * torch.arange(width // 2))
        angle = torch.arange(LONGEST)[:, None] * rates
        self.register_buffer("table", torch.cat([angle.sin(), angle.cos()], dim=1), persistent=False)

    def forward(self, frames: int) -> Tensor:
        return self.table[:frames]


class WhisperEncoder(nn.Module):
    """Log-mel [batch, 80, frames] to what leaves the convolutions and each of the layers."""

    def __init__(self, size: Size = BASE) -> None:
        super().__init__()
        self.size = size
        self.first = nn.Conv1d(BANDS, size.width, 3, padding=1)
        self.second = nn.Conv1d(size.width, size.width, 3, stride=2, padding=1)
        self.layers = nn.ModuleList(Layer(size.width, size.heads) for _ in range(size.layers))
        self.last_norm = nn.LayerNorm(size.width)
        self.positions = Positions(size.width)

    def begin(self, log_mel: Tensor) -> Tensor:
        """What leaves the convolutions, with its place in time: [batch, frames, width]."""
        x = nn.functional.gelu(self.second(nn.functional.gelu(self.first(log_mel)))).transpose(1, 2)
        return x + self.positions(x.shape[1])

    def forward(self, log_mel: Tensor, frames: Tensor) -> list[Tensor]:
        """`frames` int64 [batch] of the output; returns tensors [batch, frames, width], one more than layers, the last one normalised."""
        x = self.begin(log_mel)
        heard = torch.arange(x.shape[1], device=x.device) < frames[:, None]
        states = [x]
        for layer in self.layers:
            states.append(layer(states[-1], heard))
        states[-1] = self.last_norm(states[-1])
        return states


def whisper_encoder(variables: dict[str, np.ndarray], size: Size) -> WhisperEncoder:
    """Fills the encoder with CTranslate2's variables, each exactly once; anything else raises."""
    renamed = {"first": "conv1", "second": "conv2", "last_norm": "layer_norm"}
    parts = {
        "attention_norm": "self_attention/layer_norm", "projections": "self_attention/linear_0",
        "joined": "self_attention/linear_1", "feed_norm": "ffn/layer_norm", "up": "ffn/linear_0", "down": "ffn/linear_1",
    }  # fmt: skip
    renamed |= {f"layers.{n}.{ours}": f"layer_{n}/{theirs}" for n in range(size.layers) for ours, theirs in parts.items()}
    encoder, state = WhisperEncoder(size), {}
    for ours, theirs in renamed.items():
        norm = "norm" in ours
        state[f"{ours}.weight"] = torch.from_numpy(variables[f"{theirs}/{'gamma' if norm else 'weight'}"])
        state[f"{ours}.bias"] = torch.from_numpy(variables[f"{theirs}/{'beta' if norm else 'bias'}"])
    encoder.load_state_dict(state, strict=True)
    return encoder

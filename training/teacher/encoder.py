"""Whisper's encoder (A. Radford et al., "Robust speech recognition via large-scale weak supervision", 2022).

Written anew for reading its inner layers, and for clips as long as they are: Whisper itself pads to 30 s, which
costs ten times the arithmetic for an utterance of three.
"""

from __future__ import annotations

import math

import librosa
import numpy as np
import torch
from torch import Tensor, nn

SAMPLE_RATE_HZ, FFT, HOP, BANDS = 16_000, 400, 160, 80
WIDTH, LAYERS, HEADS = 512, 6, 8
FRAME_SAMPLES = 320
"""Samples a frame of the encoder's output: 20 ms."""


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

    def __init__(self) -> None:
        super().__init__()
        self.attention_norm, self.feed_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.projections, self.joined = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor, heard: Tensor) -> Tensor:
        """x [batch, frames, 512], heard bool [batch, 1, 1, frames]: True where a frame may be looked at."""
        batch, frames, _ = x.shape
        parts = self.projections(self.attention_norm(x)).view(batch, frames, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(*parts, attn_mask=heard)
        x = x + self.joined(mixed.transpose(1, 2).reshape(batch, frames, WIDTH))
        return x + self.down(nn.functional.gelu(self.up(self.feed_norm(x))))


class WhisperEncoder(nn.Module):
    """Log-mel [batch, 80, frames] to what leaves the convolutions and each of the six layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(BANDS, WIDTH, 3, padding=1)
        self.second = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.last_norm = nn.LayerNorm(WIDTH)
        self.register_buffer("positions", _positions(), persistent=False)

    def forward(self, log_mel: Tensor, frames: Tensor) -> list[Tensor]:
        """`frames` int64 [batch] of the output; returns seven tensors [batch, frames, 512], the last one normalised."""
        x = nn.functional.gelu(self.second(nn.functional.gelu(self.first(log_mel)))).transpose(1, 2)
        x = x + self.positions[: x.shape[1]]
        heard = (torch.arange(x.shape[1], device=x.device) < frames[:, None])[:, None, None]
        states = [x]
        for layer in self.layers:
            states.append(layer(states[-1], heard))
        states[-1] = self.last_norm(states[-1])
        return states


def _positions() -> Tensor:
    step = math.log(10_000) / (WIDTH // 2 - 1)
    angle = torch.arange(1500)[:, None] * torch.exp(-step * torch.arange(WIDTH // 2))
    return torch.cat([angle.sin(), angle.cos()], dim=1)


def whisper_encoder(variables: dict[str, np.ndarray]) -> WhisperEncoder:
    """Fills the encoder with CTranslate2's variables, each exactly once; anything else raises."""
    renamed = {"first": "conv1", "second": "conv2", "last_norm": "layer_norm"}
    parts = {
        "attention_norm": "self_attention/layer_norm", "projections": "self_attention/linear_0",
        "joined": "self_attention/linear_1", "feed_norm": "ffn/layer_norm", "up": "ffn/linear_0", "down": "ffn/linear_1",
    }  # fmt: skip
    renamed |= {f"layers.{n}.{ours}": f"layer_{n}/{theirs}" for n in range(LAYERS) for ours, theirs in parts.items()}
    encoder, state = WhisperEncoder(), {}
    for ours, theirs in renamed.items():
        norm = "norm" in ours
        state[f"{ours}.weight"] = torch.from_numpy(variables[f"{theirs}/{'gamma' if norm else 'weight'}"])
        state[f"{ours}.bias"] = torch.from_numpy(variables[f"{theirs}/{'beta' if norm else 'bias'}"])
    encoder.load_state_dict(state, strict=True)
    return encoder

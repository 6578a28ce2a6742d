"""The second network: a speech recogniser's first layers, which know voices where mn04 knows sounds.

Whisper learnt from some 438,000 hours of English speech, AudioSet has 5,800 of everything. What the convolutions and the
first layers make of a voice carries emotion, in Polish and German too, and errs elsewhere than mn04 does. They stay as
they are: fine-tuned on so few speakers, they lose more than they gain.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .frontend import LOG_FLOOR, LOG_OFFSET, LOG_SCALE
from .statehead import StateHead
from .whisper.bands import whisper_bands
from .whisper.encoder import TINY, Positions, WhisperEncoder

LAYERS = 2
"""Of four: EXPERIMENTS.md has what the third and fourth would add, and what they would cost."""

STATES = LAYERS + 1

JOINED = 2
"""Frames of 20 ms that are averaged into one before the first layer: half the arithmetic."""

POOLED = 8 // JOINED
"""Of those in a stretch of 160 ms."""


class VoiceEncoder(nn.Module):
    """Features [batch, 104, frames] and mask float [batch, 1, frames] to states [batch, stretches of 160 ms, 3, 384].

    Returned with the mask of the stretches, float [batch, stretches]. Each state has mean 0 and variance 1 before it is averaged.
    """

    def __init__(self, encoder: WhisperEncoder | None = None) -> None:
        super().__init__()
        encoder = encoder or WhisperEncoder(TINY)
        self.first, self.second = (_as_product(convolution) for convolution in (encoder.first, encoder.second))
        self.layers, self.positions = encoder.layers[:LAYERS], Positions(TINY.width)
        self.register_buffer("bands", torch.from_numpy(whisper_bands().T.copy()), persistent=False)

    def forward(self, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        # What lies beyond a clip's end is nothing, as it is to a clip by itself.
        first = nn.functional.gelu(along(self.first, self.log_mel(features, mask), 1)) * mask.transpose(1, 2)
        x = nn.functional.gelu(along(self.second, first, 2))
        x = x + self.positions(x.shape[1])
        x, heard = averaged(x, mask[:, 0, ::2], JOINED)
        states = [x]
        for layer in self.layers:
            states.append(layer(states[-1], heard > 0))
        even, heard = averaged(nn.functional.layer_norm(torch.stack(states, dim=2), (TINY.width,)).flatten(2), heard, POOLED)
        return even.unflatten(2, (STATES, TINY.width)), heard

    def log_mel(self, features: Tensor, mask: Tensor) -> Tensor:
        """The front end's features as Whisper's log-mel [batch, frames, 80]; 0 beyond a clip's end."""
        power = ((features * LOG_SCALE - LOG_OFFSET).exp() - LOG_FLOOR).clamp(min=0) * mask
        # Whisper has (log10 + 4) / 4, and nothing more than 80 dB below the loudest: what follows, with fewer steps.
        bands = (power.transpose(1, 2) @ self.bands).clamp(min=1e-10).log() / (4 * math.log(10))
        return (torch.maximum(bands, bands.amax((1, 2), keepdim=True) - 2.0) + 1.0) * mask.transpose(1, 2)


def averaged(x: Tensor, heard: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Means over so many frames, of those that are heard: x [batch, frames, width] and heard [batch, frames] become shorter."""
    missing = -x.shape[1] % size
    x = nn.functional.pad(x * heard[:, :, None], (0, 0, 0, missing)).unflatten(1, (-1, size)).sum(2)
    count = nn.functional.pad(heard, (0, missing)).unflatten(1, (-1, size)).sum(2)
    return x / count.clamp(min=1)[:, :, None], (count > 0).float()


def _as_product(convolution: nn.Conv1d) -> nn.Linear:
    """A convolution of three taps as a product with its taps side by side, which eight bits make fast."""
    product = nn.Linear(3 * convolution.in_channels, convolution.out_channels)
    with torch.no_grad():
        product.weight.copy_(convolution.weight.permute(0, 2, 1).flatten(1))
        product.bias.copy_(convolution.bias)
    return product


def along(product: nn.Linear, x: Tensor, stride: int) -> Tensor:
    """The convolution over x [batch, frames, channels], with a zero on either side."""
    frames = x.shape[1]
    padded = nn.functional.pad(x, (0, 0, 1, 1))
    return product(torch.cat([padded[:, tap : tap + frames : stride] for tap in range(3)], dim=2))


class VoiceNetwork(nn.Module):
    """Features [batch, 104, frames] and mask float [batch, 1, frames] to logits [batch, 9]: the mean of the heads'."""

    def __init__(self, encoder: VoiceEncoder, heads: list[StateHead]) -> None:
        super().__init__()
        self.encoder, self.heads = encoder, nn.ModuleList(heads)

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        states, heard = self.encoder(features, mask)
        each = [head(states, heard) for head in self.heads]
        return sum(each[1:], each[0]) / len(each)

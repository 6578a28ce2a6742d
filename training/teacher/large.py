"""The teacher as a model of its own, for workers with a GPU: PCM to logits, twenty million parameters.

It is made by the pipeline and never committed. Whisper's weights are MIT, the heads' licence is that of the corpora.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..statehead import StateHead
from ..whisper.encoder import BASE, FFT, FRAME_SAMPLES, HOP, WhisperEncoder, mel_filters
from .states import POOLED, STRETCH_SAMPLES


class LargeModel(nn.Module):
    """PCM float32 [batch, samples] and lengths int64 [batch] to logits float32 [batch, 9], the mean of all heads."""

    def __init__(self, encoder: WhisperEncoder, heads: list[StateHead]) -> None:
        super().__init__()
        self.encoder, self.heads = encoder, nn.ModuleList(heads)
        window = np.hanning(FFT + 1)[:-1]
        angle = 2 * np.pi * np.outer(np.arange(FFT // 2 + 1), np.arange(FFT)) / FFT
        bases = np.concatenate([np.cos(angle), np.sin(angle)]) * window
        self.register_buffer("bases", torch.from_numpy(bases).float()[:, None], persistent=False)
        self.register_buffer("mel", torch.from_numpy(mel_filters()).float(), persistent=False)

    def forward(self, pcm: Tensor, lengths: Tensor) -> Tensor:
        position = torch.arange(pcm.shape[1], device=pcm.device)
        pcm = torch.where(position < lengths[:, None], pcm, 0.0)
        # Whole stretches, and one of silence behind the longest clip, so that every clip ends in silence.
        stretches = (pcm.shape[1] + STRETCH_SAMPLES - 1) // STRETCH_SAMPLES + 1
        pcm = nn.functional.pad(pcm, (0, stretches * STRETCH_SAMPLES - pcm.shape[1]))
        mel = self._log_mel(pcm)
        frames = (lengths + FRAME_SAMPLES - 1) // FRAME_SAMPLES
        layers = self.encoder(mel, frames)
        valid = (torch.arange(stretches * POOLED, device=pcm.device) < frames[:, None]).float()[:, :, None]
        count = valid.unflatten(1, (stretches, POOLED)).sum(2)
        states = torch.stack(
            [
                (nn.functional.layer_norm(layer, layer.shape[-1:]) * valid).unflatten(1, (stretches, POOLED)).sum(2) / count.clamp(min=1)
                for layer in layers
            ],
            dim=2,
        )
        mask = (count[:, :, 0] > 0).float()
        return torch.stack([head(states, mask) for head in self.heads]).mean(0)

    def _log_mel(self, pcm: Tensor) -> Tensor:
        padded = nn.functional.pad(pcm[:, None], (FFT // 2, FFT // 2))
        spectrum = nn.functional.conv1d(padded, self.bases, stride=HOP)[..., :-1]
        bins = FFT // 2 + 1
        bands = self.mel @ (spectrum[:, :bins].square() + spectrum[:, bins:].square())
        bands = bands.clamp(min=1e-10).log10()
        bands = torch.maximum(bands, bands.amax((1, 2), keepdim=True) - 8.0)
        return (bands + 4.0) / 4.0


def load_heads(run: Path, dropout: float = 0.0) -> list[StateHead]:
    """The heads of a finished teacher, in evaluation mode."""
    heads = []
    for state in torch.load(run / "heads.pt", weights_only=True):
        head = StateHead(BASE.layers + 1, BASE.width, dropout)
        head.load_state_dict(state)
        heads.append(head.eval())
    return heads

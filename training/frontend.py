"""PCM to log-mel, the same in training, in Python's tests and inside the exported graph.

The starting network was trained on 32 kHz audio: pre-emphasis 0.97, STFT of 1024 points with an 800-sample Hann
window and hop 320, power, 128 mel bands in Kaldi's manner over 0-15 kHz, `(ln(mel + 1e-5) + 4.5) / 5`
(F. Schmid et al., "Efficient large-scale audio tagging via transformer-to-CNN knowledge distillation", 2023).
Speech here comes at 16 kHz. Upsampling would only add empty bands, so the same bands are laid over a 512-point
STFT at 16 kHz, whose bins fall on the same frequencies, and the mel matrix takes up what differs:
half as many samples under the window make a quarter of the power, and pre-emphasis acts on another sampling period.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

SAMPLE_RATE_HZ = 16_000
HOP = 160
WINDOW = 400
FFT = 512
ALL_BANDS = 128
BANDS = 104
"""Bands that 16 kHz can fill. The upper ones are constant for such audio, so the network never sees them."""

PRE_EMPHASIS = 0.97
MEL_TOP_HZ = 15_000
LOG_FLOOR = 1e-5
LOG_OFFSET, LOG_SCALE = 4.5, 5.0

BINS = FFT // 2 - 1
"""Bins 1-255. DC lies outside the first band; 8 kHz is where every resampler has already closed."""

TARGET_LEVEL = 100.0
"""Level that every clip is brought to. Over the corpora, log10(level) is about 4.5 + dBFS / 10, so this is -25 dBFS."""

LOWEST_LEVEL = 3e-3
"""Quieter clips (about -70 dBFS) get no more gain than one at this level, so that silence stays silence."""


def _mel(hz: np.ndarray | float) -> np.ndarray:
    return 1127.0 * np.log1p(np.asarray(hz) / 700.0)


def mel_matrix() -> np.ndarray:
    """float64 [104, 255]: triangles on the mel scale, with the corrections from 16 to 32 kHz folded in."""
    hz = np.arange(1, BINS + 1) * SAMPLE_RATE_HZ / FFT
    edges = np.linspace(0.0, _mel(MEL_TOP_HZ), ALL_BANDS + 2)
    left, centre, right = (edges[i : i + BANDS, None] for i in range(3))
    rise, fall = (_mel(hz) - left) / (centre - left), (right - _mel(hz)) / (right - centre)
    triangles = np.clip(np.minimum(rise, fall), 0, None)

    def pre_emphasis_power(rate_hz: int) -> np.ndarray:
        return np.abs(1 - PRE_EMPHASIS * np.exp(-2j * np.pi * hz / rate_hz)) ** 2

    return triangles * 4 * pre_emphasis_power(2 * SAMPLE_RATE_HZ) / pre_emphasis_power(SAMPLE_RATE_HZ)


def half_bases(window: np.ndarray, fft: int, bins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float64 [len(window) / 2, len(bins)] twice: window and DFT about its middle, cosines and sines, of one half of it.

    About its middle a symmetric window's cosines are even and its sines odd, so that sums and differences of samples that
    lie equally far from the middle do, and half of the products. The power is the same wherever the phase begins.
    """
    half = len(window) // 2
    angle = 2 * np.pi * np.outer(np.arange(half) + 0.5, bins) / fft
    return np.cos(angle) * window[half:, None], np.sin(angle) * window[half:, None]


def frame_count(samples: int) -> int:
    """Frames whose centre, every 160 samples from the first, lies within the clip."""
    return -(-samples // HOP)


class MelPower(nn.Module):
    """PCM float32 [batch, samples] to mel power float32 [batch, 104, frames]."""

    def __init__(self) -> None:
        super().__init__()
        for name, values in zip(("cosines", "sines"), half_bases(np.hanning(WINDOW), FFT, np.arange(1, BINS + 1)), strict=True):
            self.register_buffer(name, torch.from_numpy(values).float(), persistent=False)
        self.register_buffer("mel", torch.from_numpy(mel_matrix()).float(), persistent=False)

    def forward(self, pcm: Tensor) -> Tensor:
        frames = (pcm.shape[1] + HOP - 1) // HOP
        # One sample more before, for the pre-emphasis, and up to three hops behind the last one.
        padded = nn.functional.pad(pcm, (WINDOW // 2 + 1, WINDOW // 2 + 2 * HOP))
        emphasised = padded[:, 1:] - PRE_EMPHASIS * padded[:, :-1]
        sums, differences = folded(emphasised[:, : (frames + 2) * HOP], WINDOW, HOP)
        power = (sums @ self.cosines).square() + (differences @ self.sines).square()
        return self.mel @ power.transpose(1, 2)


def folded(x: Tensor, window: int, hop: int) -> tuple[Tensor, Tensor]:
    """Sums and differences [batch, frames, window / 2] of samples equally far from the middle of a frame, from there outwards.

    `x` is [batch, (frames + 2) * hop], and a frame between two hops and three long.
    """
    hops, half = x.unflatten(1, (-1, hop)), window // 2
    before = torch.cat([hops[:, :-2], hops[:, 1:-1, : half - hop]], dim=2).flip(2)
    after = torch.cat([hops[:, 1:-1, half - hop :], hops[:, 2:, : window - 2 * hop]], dim=2)
    return after + before, after - before


def normalise(power: Tensor, mask: Tensor | None = None) -> Tensor:
    """Mel power [batch, 104, frames] to the network's input of the same shape, at one level for all.

    The level is the energy-weighted mean of the frames' energy: pauses, and silence before and after, do not count.
    A member's microphone gain says nothing about a mood, and corpora differ by 30 dB.
    `mask` is float [batch, 1, frames], 1 on valid frames; what is beyond them comes out 0.
    """
    energy = power.sum(1, keepdim=True)
    if mask is not None:
        energy = energy * mask
    # A clamp, since an addend this small is optimised away on export, and digital silence would be 0/0.
    level = (energy * energy).sum(2, keepdim=True) / energy.sum(2, keepdim=True).clamp(min=1e-6)
    features = power * (TARGET_LEVEL / level.clamp(min=LOWEST_LEVEL))
    features = ((features + LOG_FLOOR).log() + LOG_OFFSET) / LOG_SCALE
    return features if mask is None else features * mask


class FrontEnd(nn.Module):
    """PCM float32 [batch, samples] in -1..1 and lengths int64 [batch] to features [batch, 104, frames] and the mask."""

    def __init__(self) -> None:
        super().__init__()
        self.mel_power = MelPower()

    def forward(self, pcm: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        position = torch.arange(pcm.shape[1], device=pcm.device)
        # What lies in the padding must not leak into the last frames, so it is silenced first.
        power = self.mel_power(torch.where(position < lengths[:, None], pcm, 0.0))
        mask = frame_mask((lengths + HOP - 1) // HOP, power.shape[2])
        return normalise(power, mask), mask


def frame_mask(frames: Tensor, total: int) -> Tensor:
    """int64 [batch] to float [batch, 1, total], 1 where the frame is valid."""
    return (torch.arange(total, device=frames.device) < frames[:, None]).float()[:, None]


def reference_features(pcm: np.ndarray) -> np.ndarray:
    """float64 [104, frames] for one clip, frame by frame with NumPy's FFT: what the graph is checked against."""
    emphasised = np.append(pcm[:1], pcm[1:] - PRE_EMPHASIS * pcm[:-1]).astype(np.float64)
    # Beyond the last sample the graph's pre-emphasis still sees it once.
    emphasised = np.concatenate([np.zeros(WINDOW // 2), emphasised, [-PRE_EMPHASIS * pcm[-1]], np.zeros(WINDOW)])
    window, mel = np.hanning(WINDOW), mel_matrix()
    power = np.stack(
        [
            np.abs(np.fft.rfft(emphasised[start : start + WINDOW] * window, FFT)[1 : BINS + 1]) ** 2
            for start in range(0, frame_count(len(pcm)) * HOP, HOP)
        ],
        axis=1,
    )
    bands = mel @ power
    energy = bands.sum(0)
    level = (energy**2).sum() / max(energy.sum(), 1e-6)
    return (np.log(bands * TARGET_LEVEL / max(level, LOWEST_LEVEL) + LOG_FLOOR) + LOG_OFFSET) / LOG_SCALE

"""How an utterance is spoken: pitch, pauses, rate, level. In the graph, so that every worker measures alike.

Pitch is the autocorrelation method of P. Boersma ("Accurate short-term analysis of the fundamental frequency", 1993):
the frame's autocorrelation over that of its window, taken at a quarter of a semitone apart, with his small preference
for higher pitch, without his path through time. Rate counts peaks of the voiced level, as N. de Jong and T. Wempe do
("Praat script to detect syllable nuclei", 2009).
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from .frontend import SAMPLE_RATE_HZ, folded, half_bases

PROSODY = (
    "pitchSemitones", "pitchRangeSemitones", "voicedShare", "pauseShare", "syllablesPerS", "levelDb", "levelSpreadDb", "periodicity",
)  # fmt: skip
"""Columns of the output, in order.

Pitch: the median over voiced frames in semitones above 55 Hz, and the distance of its 10 % and 90 % quantiles; both 0
where nothing is voiced. Voiced share: of the frames of speech. Pause share: frames 25 dB below the loudest tenth, between
the first and last frame of speech. Level: mean power of speech in dB full scale, and the spread of its frames.
Periodicity: median normalised autocorrelation of voiced frames, 0 to 1; hoarse and breathy voices have less.
"""

DECIMATION, FRAME, HOP = 4, 200, 80
RATE_HZ = SAMPLE_RATE_HZ // DECIMATION
FRAMES_PER_S = RATE_HZ // HOP
LOWEST_HZ, HIGHEST_HZ = 72.0, 500.0
VOICED_ABOVE = 0.6
QUIETEST_DB = -90.0
PAUSE_DB, STEADY_DB, FLOOR_SHARE = 25.0, 6.0, 0.4
OCTAVE_COST = 0.02
TAPS, BLOCK = 33, 64
"""The low pass, and how many samples it is laid over at once."""
FFT = 256
"""Frames are 200 samples long, so the autocorrelation is free of aliases up to a lag of 56: 71 Hz."""


_LOWEST, _APART = 12 * math.log2(LOWEST_HZ / 55), 0.25


def _candidates() -> np.ndarray:
    """Semitones above 55 Hz, a quarter apart."""
    return np.arange(_LOWEST, 12 * np.log2(HIGHEST_HZ / 55), _APART)


def _as_product(low_pass: np.ndarray) -> np.ndarray:
    """float64 [96, 16]: a block of samples, with those that the taps reach behind it, to every fourth filtered one.

    As a product, since a convolution of one channel with few taps is mostly overhead.
    """
    product = np.zeros((BLOCK + TAPS - 1, BLOCK // DECIMATION))
    for place in range(product.shape[1]):
        product[place * DECIMATION : place * DECIMATION + TAPS, place] = low_pass
    return product


class Prosody(nn.Module):
    """PCM float32 [batch, samples] and lengths int64 [batch] to float [batch, 8], in the order of `PROSODY`."""

    def __init__(self) -> None:
        super().__init__()
        taps = np.arange(TAPS) - TAPS // 2
        low_pass = np.sinc(taps / DECIMATION) * np.hamming(TAPS)
        window = np.hanning(FRAME + 2)[1:-1]
        lags = RATE_HZ / (55 * 2 ** (_candidates() / 12))
        doubled = np.where((np.arange(FFT // 2 + 1) % (FFT // 2)) == 0, 1.0, 2.0)
        cosines = np.cos(2 * np.pi * np.outer(lags, np.arange(FFT // 2 + 1)) / FFT) * doubled / FFT
        own = np.abs(np.fft.rfft(window, FFT)) ** 2
        correlation = cosines @ own / (own @ doubled / FFT)
        self._keep("low_pass", _as_product(low_pass / low_pass.sum()))
        for name, values in zip(("of_sums", "of_differences"), half_bases(window, FFT, np.arange(FFT // 2 + 1)), strict=True):
            self._keep(name, values)
        self._keep("window", np.full((1, 1, FRAME), 1 / FRAME))
        self._keep("cosines", cosines / correlation[:, None])
        self._keep("total", (doubled / FFT)[None])
        self._keep("preference", OCTAVE_COST * _candidates() / 12)
        smooth = np.hanning(7)[1:-1]
        self._keep("smooth", (smooth / smooth.sum())[None, None, None])

    def _keep(self, name: str, values: np.ndarray) -> None:
        self.register_buffer(name, torch.from_numpy(np.asarray(values)).float(), persistent=False)

    def forward(self, pcm: Tensor, lengths: Tensor) -> Tensor:
        position = torch.arange(pcm.shape[1], device=pcm.device)
        pcm = torch.where(position < lengths[:, None], pcm, 0.0)
        samples = (pcm.shape[1] + DECIMATION - 1) // DECIMATION
        slow = self._slower(pcm)[:, None, :samples]
        slow = nn.functional.pad(slow, (FRAME // 2, FRAME // 2))
        power = nn.functional.conv1d(slow * slow, self.window, stride=HOP)[:, 0]
        # Clamped: the exporter takes a sum with 1e-9 for one with zero, and drops it.
        level = 10 * power.clamp(min=1e-9).log10()
        frames = torch.arange(level.shape[1], device=pcm.device)
        inside = frames < ((lengths + DECIMATION * HOP - 1) // (DECIMATION * HOP))[:, None]
        level = torch.where(inside, level, QUIETEST_DB)

        whole_hops = nn.functional.pad(slow[:, 0], (0, 3 * HOP))[:, : (level.shape[1] + 2) * HOP]
        sums, differences = folded(whole_hops, FRAME, HOP)
        energy = ((sums @ self.of_sums).square() + (differences @ self.of_differences).square()).transpose(1, 2)
        whole = (self.total @ energy).clamp(min=1e-7)
        score, place = ((self.cosines @ energy) / whole + self.preference[:, None]).max(1)
        semitones = place * _APART + _LOWEST
        periodicity = (score - semitones * (OCTAVE_COST / 12)).clamp(0, 1)

        floor, loud = _quantiles(level[:, None], inside, [[0.05, 0.9]])[:, 0].chunk(2, dim=1)
        # Over a noisy line the pauses are not 25 dB down: the bar then stands within what is left between floor and voice.
        bar = torch.minimum(torch.maximum(loud - PAUSE_DB, floor + FLOOR_SHARE * (loud - floor)), loud - STEADY_DB)
        speech = inside & (level > bar)
        voiced = speech & (periodicity > VOICED_ABOVE)
        spoken = speech.float()
        heard = spoken.sum(1, keepdim=True)
        counted = heard.clamp(min=1)
        # From the first frame of speech to the last.
        ended = torch.where(speech, frames, -1).amax(1, keepdim=True)
        started = torch.where(speech, frames, ended).amin(1, keepdim=True)
        between = (ended - started + 1).float()
        spoken_power = (power * spoken).sum(1, keepdim=True) / counted
        mean_level = (level * spoken).sum(1, keepdim=True) / counted
        spread = (((level - mean_level).square() * spoken).sum(1, keepdim=True) / counted).sqrt()
        pitch, middle = _quantiles(torch.stack([semitones, periodicity], dim=1), voiced, [[0.5, 0.9, 0.1], [0.5] * 3]).unbind(1)
        return torch.cat(
            [
                pitch[:, :1],
                pitch[:, 1:2] - pitch[:, 2:],
                voiced.float().sum(1, keepdim=True) / counted,
                1 - heard / between,
                self._nuclei(level, voiced) * FRAMES_PER_S / between,
                10 * spoken_power.clamp(min=1e-9).log10(),
                spread,
                middle[:, :1],
            ],
            dim=1,
        )

    def _slower(self, pcm: Tensor) -> Tensor:
        """A quarter of the samples, below 2 kHz, and up to a block of silence behind them."""
        padded = nn.functional.pad(pcm, (TAPS // 2, 2 * BLOCK))
        blocks = (pcm.shape[1] + BLOCK - 1) // BLOCK
        own = padded[:, : blocks * BLOCK].unflatten(1, (-1, BLOCK))
        after = padded[:, BLOCK : (blocks + 1) * BLOCK].unflatten(1, (-1, BLOCK))[:, :, : TAPS - 1]
        return (torch.cat([own, after], dim=2) @ self.low_pass).flatten(1)

    def _nuclei(self, level: Tensor, voiced: Tensor) -> Tensor:
        """Peaks of the smoothed level in voiced frames that stand 2 dB above the lowest point of 120 ms on each side: [batch, 1]."""
        # Two-dimensional: the exporter fixes the length of what goes through a one-dimensional pool.
        even = nn.functional.conv2d(nn.functional.pad(level[:, None, None], (2, 2), value=QUIETEST_DB), self.smooth)
        highest = nn.functional.max_pool2d(even, (1, 5), 1, (0, 2))
        # The depth of the lowest point of seven frames, by the last of them.
        depth = nn.functional.max_pool2d(nn.functional.pad(-even, (6, 6), value=-QUIETEST_DB), (1, 7), 1)
        rise = even + torch.minimum(depth[..., :-6], depth[..., 6:])
        return ((even >= highest) & (rise > 2))[:, 0, 0].logical_and(voiced).float().sum(1, keepdim=True)


def _quantiles(values: Tensor, valid: Tensor, shares: list[list[float]]) -> Tensor:
    """[batch, rows, len(shares[0])]: quantiles of the valid of values [batch, rows, frames], for each row its own; 0 where none is valid."""
    ordered = torch.where(valid[:, None], values, 1e4).sort(2).values
    count = valid.float().sum(1)[:, None, None]
    place = ((count - 1).clamp(min=0) * torch.tensor(shares, device=values.device)).round().long()
    return torch.where(count > 0, ordered.gather(2, place), 0.0)

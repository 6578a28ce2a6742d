"""What a voice meets on its way: other rates and throats, noise, rooms, microphones, codecs, lost packets.

All of it acts on cached mel power, a batch at a time, so that an epoch costs no transform. Each step draws
who is touched by chance and leaves labels and shapes alone, except for `warp`, which changes lengths.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .frontend import BANDS, LOG_FLOOR, LOG_OFFSET, LOG_SCALE, frame_mask, normalise

PACKET_FRAMES = 2
"""Discord's packets carry 20 ms: two frames."""

BAND_HZ = 700 * (torch.exp((torch.arange(BANDS) + 1) * 3505.0 / 129 / 1127) - 1)
"""Centres of the bands, to within a hertz or two."""


@dataclass(frozen=True)
class Augmentation:
    """Chances and ranges. Zero chances give clean audio."""

    warp: float = 0.5
    rate: tuple[float, float] = (0.85, 1.18)
    """Time stretch at constant pitch."""
    bands: tuple[float, float] = (-3.0, 3.0)
    """Shift along the mel axis, in bands; one is 2-4 % of frequency: another throat, another pitch."""
    noise: float = 0.3
    babble: float = 0.06
    snr_db: tuple[float, float] = (5.0, 30.0)
    room: float = 0.12
    equalise: float = 0.3
    band_limit: float = 0.1
    loss: float = 0.12
    gain_db: float = 2.0
    mask: float = 0.7


def warp(log_power: Tensor, frames: Tensor, options: Augmentation) -> tuple[Tensor, Tensor, Tensor]:
    """Stretches time and shifts bands by interpolation. [batch, 104, frames] to [batch, 104, other frames].

    Also returned: the frames int64 [batch] that came of it, and the rate float [batch]: frame t lies where t * rate lay.
    """
    batch = len(frames)
    touched = (torch.rand(batch) < options.warp).float()
    rate = 1 + touched * (torch.empty(batch).uniform_(*options.rate) - 1)
    shift = touched * torch.empty(batch).uniform_(*options.bands)
    warped = (frames / rate).long().clamp(min=1)
    total = int(warped.max())
    # grid_sample's coordinates run from -1 to 1 over the corners of the source.
    x = (torch.arange(total) * rate[:, None]) * 2 / max(log_power.shape[2] - 1, 1) - 1
    y = (torch.arange(BANDS) + shift[:, None]) * 2 / (BANDS - 1) - 1
    grid = torch.stack(torch.broadcast_tensors(x[:, None, :], y[:, :, None]), dim=-1)
    moved = torch.nn.functional.grid_sample(log_power[:, None], grid, align_corners=True, padding_mode="border")
    return moved[:, 0], warped, rate


def add_noise(power: Tensor, mask: Tensor, noise: Tensor, options: Augmentation) -> Tensor:
    """Adds environment noise and babble (other clips of the batch) at a random ratio to the speech.

    `noise` is mel power [batch, 104, frames]. Powers add because phases are unrelated.
    """
    batch = len(power)
    speech = _level(power * mask)
    babble = sum(torch.roll(_at_unit_level(power * mask), turn, 0) for turn in (1, 2, 3, 4))
    for other, chance in ((noise, options.noise), (babble, options.babble)):
        snr_db = torch.empty(batch, 1, 1).uniform_(*options.snr_db)
        touched = (torch.rand(batch, 1, 1) < chance).float()
        power = power + touched * _at_unit_level(other) * speech * 10 ** (-snr_db / 10)
    return power


def _level(power: Tensor) -> Tensor:
    """Energy-weighted mean of the frames' energy, as the front end measures it: [batch, 1, 1]."""
    energy = power.sum(1, keepdim=True)
    return energy.square().sum(2, keepdim=True) / (energy.sum(2, keepdim=True) + 1e-12)


def _at_unit_level(power: Tensor) -> Tensor:
    return power / (_level(power) + 1e-9)


def add_room(power: Tensor, options: Augmentation) -> Tensor:
    """An exponential tail of 0.15-0.8 s reverberation time behind every frame, 3-15 dB below the direct sound."""
    batch = len(power)
    seconds = torch.empty(batch, 1).uniform_(0.15, 0.8)
    tail = 10 ** (-6 * torch.arange(1, 41) * 0.01 / seconds)
    direct_db = torch.empty(batch, 1).uniform_(3, 15)
    tail = tail / tail.sum(1, keepdim=True) * 10 ** (-direct_db / 10)
    tail = tail * (torch.rand(batch, 1) < options.room).float()
    kernel = torch.cat([tail.flip(1), torch.ones(batch, 1)], dim=1)
    padded = torch.nn.functional.pad(power, (kernel.shape[1] - 1, 0))
    # As a product with a banded matrix: faster on a CPU than a grouped convolution of 41 taps.
    frames = power.shape[2]
    lag = torch.arange(frames)[None, :] + kernel.shape[1] - 1 - torch.arange(frames + kernel.shape[1] - 1)[:, None]
    inside = (lag >= 0) & (lag < kernel.shape[1])
    banded = kernel.flip(1)[:, lag.clamp(0, kernel.shape[1] - 1)] * inside
    return padded @ banded


def filter_bands(power: Tensor, options: Augmentation) -> Tensor:
    """A microphone's colour (tilt and two broad bumps of up to 8 dB), and now and then a telephone's or codec's band."""
    batch, octave = len(power), torch.log2(BAND_HZ / 1000)
    tilt_db = torch.empty(batch, 1).uniform_(-2.5, 2.5) * octave
    bumps_db = sum(
        torch.empty(batch, 1).uniform_(-8, 8)
        * torch.exp(-((octave - torch.empty(batch, 1).uniform_(-3, 3)) ** 2) / torch.empty(batch, 1).uniform_(0.3, 3))
        for _ in range(2)
    )
    gain_db = (tilt_db + bumps_db) * (torch.rand(batch, 1) < options.equalise)
    limited, low = torch.rand(batch, 1) < options.band_limit, torch.rand(batch, 1) < 0.5
    top_hz = torch.where(low, torch.full((batch, 1), 3500.0), torch.empty(batch, 1).uniform_(3000, 7500))
    outside = (BAND_HZ > top_hz) | (low & (BAND_HZ < 280))
    gain_db = gain_db - limited * outside * torch.empty(batch, 1).uniform_(25, 60)
    return power * 10 ** (gain_db[:, :, None] / 10)


def lose_packets(power: Tensor, options: Augmentation) -> Tensor:
    """Loses 2-15 % of packets; concealment repeats the last one, fading, as Opus does."""
    batch, _, frames = power.shape
    packets = -(-frames // PACKET_FRAMES)
    share = torch.empty(batch, 1).uniform_(0.02, 0.15) * (torch.rand(batch, 1) < options.loss)
    lost = torch.rand(batch, packets) < share
    lost[:, 0] = False
    index = torch.arange(packets).expand(batch, -1)
    source = torch.where(lost, 0, index).cummax(1).values
    age = (index - source).repeat_interleave(PACKET_FRAMES, 1)[:, :frames]
    at = (torch.arange(frames) - age * PACKET_FRAMES)[:, None].expand_as(power)
    return power.gather(2, at) * (10 ** (-0.4 * age))[:, None]


def mask_patches(features: Tensor, options: Augmentation) -> Tensor:
    """SpecAugment (Park et al. 2019): up to two stretches of time and of bands at the log's floor."""
    batch, _, frames = features.shape
    floor = (torch.tensor(LOG_FLOOR).log().item() + LOG_OFFSET) / LOG_SCALE
    for axis, size, longest in ((2, frames, 25), (2, frames, 25), (1, BANDS, 12), (1, BANDS, 12)):
        width = torch.rand(batch, 1) * longest * (torch.rand(batch, 1) < options.mask)
        start = torch.rand(batch, 1) * (size - width)
        position = torch.arange(size)
        hidden = (position >= start) & (position < start + width)
        features = features.masked_fill(hidden[:, None] if axis == 2 else hidden[:, :, None], floor)
    return features


def augment(
    log_power: Tensor, frames: Tensor, noise: Tensor, options: Augmentation
) -> tuple[Tensor, Tensor, Tensor]:
    """Cached log-mel power [batch, 104, frames] to the network's features, the mask float [batch, 1, frames] and the rate [batch].

    `noise` is log-mel power [batch, 104, at least 1.2 times the frames].
    """
    log_power, frames, rate = warp(log_power, frames, options)
    total = log_power.shape[2]
    mask = frame_mask(frames, total)
    power = add_noise(log_power.exp() * mask, mask, noise[:, :, :total].exp(), options)
    power = lose_packets(filter_bands(add_room(power, options), options), options)
    features = normalise(power, mask)
    gain_db = torch.empty(len(frames), 1, 1).uniform_(-options.gain_db, options.gain_db)
    features = features + gain_db * (torch.tensor(10.0).log() / 10 / LOG_SCALE)
    return mask_patches(features, options) * mask, mask, rate


def clean(log_power: Tensor, frames: Tensor) -> tuple[Tensor, Tensor]:
    """Cached log-mel power to the features that the exported front end would give, and their mask."""
    mask = frame_mask(frames, log_power.shape[2])
    return normalise(log_power.exp(), mask), mask

"""Augmentation keeps shapes, masks and labels, and does what its name says."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.augment import Augmentation, add_noise, augment, clean, lose_packets, warp
from training.batches import training_batches
from training.frontend import BANDS, frame_mask
from training.labels import LABELS, Clip, label_mask, soft_target, split
from training.prepare import Features

ALWAYS = Augmentation(warp=1, noise=1, babble=1, room=1, equalise=1, band_limit=1, loss=1, mask=1)
NEVER = Augmentation(warp=0, noise=0, babble=0, room=0, equalise=0, band_limit=0, loss=0, gain_db=0, mask=0)


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(4, BANDS, 200) * 2, torch.tensor([200, 150, 120, 80])


@pytest.mark.parametrize("options", [ALWAYS, NEVER])
def test_shapes_and_masks_hold(batch: tuple[torch.Tensor, torch.Tensor], options: Augmentation) -> None:
    log_power, frames = batch
    features, mask, rate = augment(log_power, frames, torch.randn(4, BANDS, 260), options)
    assert features.shape[:2] == (4, BANDS)
    assert mask.shape == (4, 1, features.shape[2])
    assert torch.isfinite(features).all()
    assert not (features * (1 - mask)).any()
    low, high = options.rate if options.warp else (1, 1)
    assert (rate >= low).all() and (rate <= high).all()
    assert (mask.sum((1, 2)) <= frames / low + 1).all()
    assert (mask.sum((1, 2)) >= frames / high - 1).all()


def test_without_chances_it_is_clean(batch: tuple[torch.Tensor, torch.Tensor]) -> None:
    features, _, _ = augment(*batch, torch.randn(4, BANDS, 260), NEVER)
    assert torch.allclose(features, clean(*batch)[0], atol=1e-4)


def test_warp_at_rate_two_halves_the_frames(batch: tuple[torch.Tensor, torch.Tensor]) -> None:
    _, frames, _ = warp(*batch, Augmentation(warp=1, rate=(2.0, 2.0), bands=(0, 0)))
    assert frames.tolist() == [100, 75, 60, 40]


def test_noise_comes_at_the_ratio_asked_for() -> None:
    speech, noise = torch.ones(2, BANDS, 100), torch.full((2, BANDS, 100), 7.0)
    noisy = add_noise(speech, torch.ones(2, 1, 100), noise, Augmentation(noise=1, babble=0, snr_db=(10.0, 10.0)))
    assert torch.allclose(noisy, speech * 1.1, atol=1e-4)


def test_a_lost_packet_repeats_the_one_before() -> None:
    power = torch.arange(1.0, 101).expand(1, BANDS, 100).contiguous()
    heard = lose_packets(power, Augmentation(loss=1.0))
    kept = heard[0, 0] == power[0, 0]
    assert 0 < (~kept).sum() < 50
    assert (heard <= power).all()


def test_labels_stay_with_their_clips(clips: list[Clip], features: Features) -> None:
    train, _ = split(clips, (0,))
    seen = 0
    for batch in training_batches(
        clips, train, {"plain": features}, features, draws=200, size=16, longest=150, votes_share=0.5, smoothing=0.1,
        options=ALWAYS, random=np.random.default_rng(0),
    ):  # fmt: skip
        assert batch.features.shape[0] == batch.target.shape[0] == batch.within.shape[0]
        assert torch.allclose(batch.target.sum(1), torch.ones(len(batch.target)))
        assert not (batch.target.bool() & (batch.within < -1e3)).any()
        seen += len(batch.target)
    assert seen == pytest.approx(200, abs=30)
    assert soft_target(clips[0], 0.5)[LABELS.index(clips[0].emotion)] == 1
    assert label_mask("ravdess").sum() == 8


def test_masks_mark_the_first_frames() -> None:
    assert frame_mask(torch.tensor([3, 1]), 4).tolist() == [[[1, 1, 1, 0]], [[1, 0, 0, 0]]]

"""The front end in the graph is the reference, hears no gain, and keeps padding out."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.frontend import FrontEnd, frame_count, mel_matrix, reference_features

from .conftest import voice


@pytest.mark.parametrize("samples", [8_000, 16_001, 47_999])
def test_equals_the_numpy_reference(samples: int) -> None:
    pcm = voice(samples)
    features, mask = FrontEnd()(torch.from_numpy(pcm)[None], torch.tensor([samples]))
    reference = reference_features(pcm)
    assert features.shape[2] == reference.shape[1] == frame_count(samples) == mask.sum()
    assert np.abs(features[0].numpy() - reference).max() < 1e-3


def test_every_band_hears_something() -> None:
    assert (mel_matrix().sum(1) > 0).all()


@pytest.mark.parametrize("gain_db", [-20, -2, 2, 12])
def test_gain_changes_nothing(gain_db: float) -> None:
    pcm = torch.from_numpy(voice(32_000))[None]
    lengths = torch.tensor([32_000])
    loud, _ = FrontEnd()(pcm * 10 ** (gain_db / 20), lengths)
    assert torch.allclose(loud, FrontEnd()(pcm, lengths)[0], atol=1e-3)


def test_padding_is_not_heard() -> None:
    pcm = torch.from_numpy(voice(20_000))[None]
    alone, _ = FrontEnd()(pcm, torch.tensor([20_000]))
    rubbish = torch.cat([pcm, torch.randn(1, 7_777)], dim=1)
    padded, mask = FrontEnd()(rubbish, torch.tensor([20_000]))
    assert torch.allclose(padded[:, :, : alone.shape[2]], alone, atol=1e-5)
    assert not padded[:, :, alone.shape[2] :].any()
    assert mask.sum() == alone.shape[2]


def test_silence_stays_finite_and_silent() -> None:
    features, _ = FrontEnd()(torch.zeros(1, 16_000), torch.tensor([16_000]))
    assert torch.isfinite(features).all()
    assert features.max() < -1

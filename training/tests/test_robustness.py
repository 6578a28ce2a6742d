"""Conditions do to a clip what their names say, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from training.robustness import lost_packets, telephone, white_noise, with_noise

from .conftest import voice


def test_noise_comes_at_its_ratio() -> None:
    pcm, random = voice(32_000), np.random.default_rng(0)
    for condition in (white_noise(10), with_noise([random.normal(size=5_000)], 10)):
        added = condition(pcm, random) - pcm
        assert 10 * np.log10((pcm**2).mean() / (added**2).mean()) == pytest.approx(10, abs=0.3)


def test_lost_packets_are_whole_and_as_many_as_asked() -> None:
    heard = lost_packets(0.1)(np.ones(320 * 1000 + 7), np.random.default_rng(0))
    packets = heard[: 320 * 1000].reshape(1000, 320)
    assert set(packets.sum(1)) == {0, 320}
    assert (packets[:, 0] == 0).mean() == pytest.approx(0.1, abs=0.03)


def test_a_telephone_carries_nothing_above_4_khz() -> None:
    time_s = np.arange(16_000) / 16_000
    low, high = (0.3 * np.sin(2 * np.pi * hz * time_s) for hz in (1_000, 6_000))
    heard = telephone(low + high, np.random.default_rng(0))
    assert len(heard) == 16_000
    assert np.abs(heard - low)[500:-500].max() < 0.05

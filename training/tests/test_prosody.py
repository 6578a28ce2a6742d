"""Prosody measures what its columns are called, on signals whose pitch, pauses and rate are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.prosody import PROSODY, Prosody

RATE_HZ = 16_000


def measured(pcm: np.ndarray) -> dict[str, float]:
    with torch.inference_mode():
        row = Prosody()(torch.from_numpy(pcm.astype(np.float32))[None], torch.tensor([len(pcm)]))[0]
    return dict(zip(PROSODY, row.tolist(), strict=True))


def buzz(hertz: np.ndarray | float, seconds: float, amplitude: float = 0.05) -> np.ndarray:
    """A glottal-like tone of this pitch."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(hertz, round(seconds * RATE_HZ))) / RATE_HZ
    return amplitude * sum(np.sin(phase * harmonic) / harmonic for harmonic in range(1, 15))


@pytest.mark.parametrize("hertz", [80, 120, 220, 400])
def test_pitch_is_found_within_a_third_of_a_semitone(hertz: float) -> None:
    found = measured(buzz(hertz, 2))
    assert found["pitchSemitones"] == pytest.approx(12 * np.log2(hertz / 55), abs=0.34)
    assert found["pitchRangeSemitones"] < 0.6
    assert found["voicedShare"] > 0.95
    assert found["periodicity"] > 0.9


def test_a_glide_over_an_octave_has_the_range_of_its_middle_four_fifths() -> None:
    found = measured(buzz(120 * 2 ** np.linspace(0, 1, 3 * RATE_HZ), 3))
    assert found["pitchRangeSemitones"] == pytest.approx(0.8 * 12, abs=0.8)


def test_noise_is_not_voiced() -> None:
    found = measured(np.random.default_rng(0).normal(0, 0.05, 2 * RATE_HZ))
    assert found["voicedShare"] < 0.1


def test_pauses_are_counted_between_the_first_and_the_last_sound() -> None:
    silence = np.random.default_rng(0).normal(0, 1e-5, RATE_HZ)
    clip = np.concatenate([silence, buzz(150, 1), silence, buzz(150, 2), silence])
    assert measured(clip)["pauseShare"] == pytest.approx(0.25, abs=0.04)


def test_four_syllables_a_second_are_counted() -> None:
    seconds = np.arange(3 * RATE_HZ) / RATE_HZ
    found = measured(buzz(150, 3) * (0.08 + np.sin(2 * np.pi * 2 * seconds) ** 2))
    assert found["syllablesPerS"] == pytest.approx(4, abs=0.5)


def test_level_is_in_decibels_full_scale() -> None:
    tone = np.sqrt(2) * 0.1 * np.sin(2 * np.pi * 200 * np.arange(RATE_HZ) / RATE_HZ)
    assert measured(tone)["levelDb"] == pytest.approx(-20, abs=0.5)
    assert measured(tone / 10)["levelDb"] == pytest.approx(-40, abs=0.5)


def test_silence_gives_numbers() -> None:
    found = measured(np.zeros(RATE_HZ))
    assert np.isfinite(list(found.values())).all()
    assert found["voicedShare"] == 0 and found["pitchSemitones"] == 0

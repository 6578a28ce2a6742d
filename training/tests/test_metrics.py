"""Figures against cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from training import metrics
from training.labels import LABELS


def test_uar_and_macro_f1_by_hand() -> None:
    truth, guess = np.array([0, 0, 0, 0, 3, 3]), np.array([0, 0, 0, 3, 3, 0])
    assert metrics.uar(truth, guess) == pytest.approx((0.75 + 0.5) / 2)
    assert metrics.macro_f1(truth, guess) == pytest.approx((6 / 8 + 2 / 4) / 2)


def test_probabilities_stay_within_the_corpus() -> None:
    probabilities = metrics.softmax_within(np.random.default_rng(0).normal(size=(5, 9)), "nemo")
    assert probabilities.sum(1) == pytest.approx(1)
    assert not probabilities[:, [LABELS.index(label) for label in ("boredom", "calm", "disgust")]].any()


def test_temperature_finds_what_scaled_the_logits() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, size=(20_000, 9))
    probabilities = metrics.softmax_within(logits, "crema-d")
    truth = np.array([random.choice(9, p=row) for row in probabilities])
    assert metrics.fit_temperature(logits * 3, truth, np.full(len(truth), "crema-d")) == pytest.approx(3, rel=0.05)
    assert metrics.calibration_error(probabilities.max(1), probabilities.argmax(1) == truth) < 0.02


def test_calibration_error_counts_clips_or_what_they_weigh() -> None:
    confidence, hit = np.array([0.9, 0.9, 0.5, 0.5]), np.array([True, False, True, False])
    assert metrics.calibration_error(confidence, hit) == pytest.approx((0.4 + 0.0) / 2)
    assert metrics.calibration_error(confidence, hit, np.array([3.0, 3.0, 1.0, 1.0])) == pytest.approx(0.4 * 6 / 8)


def test_the_interval_holds_the_uar_and_widens_with_unlike_speakers() -> None:
    truth = np.tile([0, 3], 100)
    speakers = np.repeat(np.arange(10), 20)
    alike = np.where(np.arange(200) % 10 < 6, truth, 8)
    unlike = np.where(speakers < 6, truth, 8)
    widths = []
    for guess in (alike, unlike):
        low, high = metrics.speaker_interval(truth, guess, speakers)
        assert low <= metrics.uar(truth, guess) <= high
        widths.append(high - low)
    assert widths[1] > 5 * widths[0]


def test_risk_falls_when_the_uncertain_are_left_out() -> None:
    coverage, risk = metrics.risk_coverage(np.array([0.9, 0.8, 0.4, 0.3]), np.array([True, True, False, True]))
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 4])

"""Splits never share a speaker; targets and draws are what they say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from training.batches import balanced_draws, bucketed
from training.labels import CORPORA, FOLDS, LABELS, Clip, label_mask, parse_votes, priors, soft_target, split


@pytest.mark.parametrize("held_out", [(fold,) for fold in FOLDS] + [(3, 4)])
def test_splits_are_speaker_disjoint(clips: list[Clip], held_out: tuple[int, ...]) -> None:
    train, test = split(clips, held_out)
    assert not {clips[i].speaker for i in train} & {clips[i].speaker for i in test}
    assert len(train) + len(test) == len(clips)
    assert test


def test_a_speaker_in_two_folds_is_refused(clips: list[Clip]) -> None:
    clips[0] = replace(clips[0], fold=4)
    with pytest.raises(ValueError, match="both sides"):
        split(clips, (4,))


def test_votes_soften_the_target(clips: list[Clip]) -> None:
    clip = replace(clips[0], emotion="anger", votes=parse_votes("A6 D2 F0 H0 N1 S1"))
    target = soft_target(clip, votes_share=0.5)
    assert target.sum() == pytest.approx(1)
    assert target[LABELS.index("anger")] == pytest.approx(0.5 + 0.5 * 0.6)
    assert target[LABELS.index("disgust")] == pytest.approx(0.1)
    assert not target[~label_mask("crema-d")].any()


def test_draws_follow_the_shares_and_the_labels(clips: list[Clip]) -> None:
    train, _ = split(clips, (0,))
    draws = balanced_draws(clips, train, 5000, np.random.default_rng(0))
    assert set(draws) <= set(train)
    shares = Counter(clips[index].corpus for index in draws)
    for corpus in CORPORA.values():
        assert shares[corpus.name] / len(draws) == pytest.approx(corpus.share, abs=0.01)
        labels = Counter(clips[index].emotion for index in draws if clips[index].corpus == corpus.name)
        assert set(labels) == set(corpus.labels)
        assert max(labels.values()) == min(labels.values())


def test_batches_hold_every_draw_once() -> None:
    lengths = np.arange(1000) % 97
    batches = bucketed(list(range(1000)), lengths, 32, np.random.default_rng(0))
    assert sorted(index for batch in batches for index in batch) == list(range(1000))


def test_priors_undo_what_listeners_prefer(clips: list[Clip]) -> None:
    train, _ = split(clips, (0,))
    listened = [replace(clip, votes=parse_votes("N5")) if clip.corpus == "crema-d" else clip for clip in clips]
    targets = np.stack([soft_target(clip, votes_share=0.5) for clip in listened])
    prior = priors(listened, train, targets)
    neutral, anger = LABELS.index("neutral"), LABELS.index("anger")
    shares = np.exp(prior.within["crema-d"])
    assert shares[neutral] == pytest.approx(0.5 + 0.5 / 6, abs=1e-3)
    assert shares[anger] == pytest.approx(0.5 / 6, abs=1e-3)
    assert shares[LABELS.index("calm")] == 0
    assert np.exp(prior.within["nemo"])[anger] == pytest.approx(1 / 6, abs=1e-3)
    assert prior.across[neutral] > 0 > prior.across[anger]

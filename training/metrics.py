"""Figures over held-out predictions. Probabilities are always within the labels of the clip's corpus."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from .labels import CORPORA, LABELS, Clip, label_mask

ECE_BINS = 15


def by_corpus(clips: list[Clip], indices: list[int]) -> dict[str, np.ndarray]:
    """Positions in `indices` of each corpus's clips."""
    names = np.array([clips[index].corpus for index in indices])
    return {corpus: np.flatnonzero(names == corpus) for corpus in CORPORA if (names == corpus).any()}


def softmax_within(logits: np.ndarray, corpus: str | None, temperature: float = 1.0) -> np.ndarray:
    """Logits [n, 9] to probabilities [n, 9], zero outside the corpus's labels (None: over all nine)."""
    scaled = logits.astype(np.float64) / temperature
    if corpus is not None:
        scaled = np.where(label_mask(corpus), scaled, -np.inf)
    exponent = np.exp(scaled - scaled.max(1, keepdims=True))
    return exponent / exponent.sum(1, keepdims=True)


def recalls(truth: np.ndarray, guess: np.ndarray) -> dict[str, float]:
    """Recall of each label that occurs."""
    return {LABELS[label]: float((guess[truth == label] == label).mean()) for label in np.unique(truth)}


def uar(truth: np.ndarray, guess: np.ndarray) -> float:
    """Unweighted average recall: the mean over the labels that occur."""
    return float(np.mean(list(recalls(truth, guess).values())))


def macro_f1(truth: np.ndarray, guess: np.ndarray) -> float:
    """Mean over the labels that occur of the harmonic mean of precision and recall."""
    scores = []
    for label in np.unique(truth):
        both = ((truth == label) & (guess == label)).sum()
        scores.append(2 * both / ((truth == label).sum() + (guess == label).sum()))
    return float(np.mean(scores))


def confusion(truth: np.ndarray, guess: np.ndarray, corpus: str) -> dict[str, Any]:
    """Counts; rows are the intended label, columns the guess."""
    names = [label for label in LABELS if label in CORPORA[corpus].labels]
    places = [LABELS.index(name) for name in names]
    counts = [[int(((truth == row) & (guess == column)).sum()) for column in places] for row in places]
    return {"labels": names, "counts": counts}


def calibration_error(confidence: np.ndarray, hit: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Expected calibration error over 15 bins of equal width (Guo et al. 2017); without weights each clip counts alike."""
    weights = np.ones(len(hit)) if weights is None else weights
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    # In each bin, share times distance of hit rate and confidence is the distance of their sums.
    apart = np.bincount(bins, weights * (hit - confidence), minlength=ECE_BINS)
    return float(np.abs(apart).sum() / weights.sum())


def speaker_interval(
    truth: np.ndarray, guess: np.ndarray, speakers: np.ndarray, seed: int = 0, rounds: int = 2000
) -> tuple[float, float]:
    """95 % interval of the UAR, by drawing speakers (not clips: a speaker's clips stand or fall together)."""
    random = np.random.default_rng(seed)
    names, position = np.unique(speakers, return_inverse=True)
    labels = np.unique(truth)
    # hits and clips by speaker and label, so that a round is two sums
    hits = np.array([[((position == s) & (truth == l) & (guess == l)).sum() for l in labels] for s in range(len(names))])
    counts = np.array([[((position == s) & (truth == l)).sum() for l in labels] for s in range(len(names))])
    scores = []
    for _ in range(rounds):
        drawn = random.integers(len(names), size=len(names))
        clips = counts[drawn].sum(0)
        scores.append(np.mean(hits[drawn].sum(0)[clips > 0] / clips[clips > 0]))
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def fit_temperature(logits: np.ndarray, truth: np.ndarray, corpora: np.ndarray) -> float:
    """One temperature for all corpora: least log loss, each corpus counting alike."""

    def loss(log_temperature: float) -> float:
        total = 0.0
        for corpus in np.unique(corpora):
            rows = np.flatnonzero(corpora == corpus)
            probabilities = softmax_within(logits[rows], corpus, float(np.exp(log_temperature)))
            total -= np.log(probabilities[np.arange(len(rows)), truth[rows]] + 1e-12).mean()
        return total

    return float(np.exp(minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded").x))


def risk_coverage(confidence: np.ndarray, hit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coverage and error rate [n] when only the most confident clips are answered, from few to all."""
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    return answered / len(order), np.cumsum(~hit[order]) / answered

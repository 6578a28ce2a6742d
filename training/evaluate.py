"""Held-out predictions of one or more runs to one report: what the manifest and the model card quote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from . import metrics
from .labels import CHOSEN_ON, CORPORA, LABELS, Clip

COVERAGE = 0.75
"""Share of unseen clips that stays answered. Rejecting the least certain quarter is the usual working point."""


def evaluate(clips: list[Clip], runs: list[Path]) -> dict[str, Any]:
    """Report over the clips that the runs held out. A clip held out by several runs raises ValueError."""
    index, fold_of_run, logits, settings = _gather(clips, runs)
    held = [clips[i] for i in index]
    truth = np.array([clip.label for clip in held])
    names = np.array([clip.corpus for clip in held])

    # Each run's calibration is fitted on the other runs' speakers; with one run, on the other folds it held out.
    groups = fold_of_run if len(set(fold_of_run)) > 1 else np.array([clip.fold for clip in held])
    temperatures = np.empty(len(held))
    for group in np.unique(groups):
        other = groups != group
        fitted = metrics.fit_temperature(logits[other], truth[other], names[other]) if other.any() else 1.0
        temperatures[groups == group] = fitted
    calibrated = logits / temperatures[:, None]

    nine = metrics.softmax_within(calibrated, None)
    corpora = {}
    for corpus in CORPORA:
        rows = np.flatnonzero(names == corpus)
        if len(rows):
            part = [held[row] for row in rows]
            corpora[corpus] = _corpus(part, corpus, truth[rows], logits[rows], calibrated[rows], nine[rows])
    confidence = nine.max(1)
    weights = 1 / np.array([(names == name).sum() for name in names])
    return {
        "protocol": _protocol(settings),
        "runs": settings,
        "clips": len(held),
        "temperature": metrics.fit_temperature(logits, truth, names),
        "temperatureByGroup": {str(group): float(temperatures[groups == group][0]) for group in np.unique(groups)},
        "unsureBelow": _weighted_quantile(confidence, weights, 1 - COVERAGE),
        "corpora": corpora,
        "together": _together(calibrated, nine, truth, names, weights),
        "riskCoverage": _risk_coverage(held, nine, truth, names),
    }


def _gather(clips: list[Clip], runs: list[Path]) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
    index, group, logits, settings = [], [], [], []
    for number, run in enumerate(runs):
        done = json.loads((run / "done.json").read_text())
        predictions = np.load(run / "predictions.npz")
        corpora = done["recipe"].get("corpora", list(CORPORA))
        if any(clips[i].fold not in done["heldOut"] and clips[i].corpus in corpora for i in predictions["index"]):
            raise ValueError(f"{run}: predicts clips that it was trained on")
        # A corpus that no run was trained on is answered by all of them: the first one counts.
        new = ~np.isin(predictions["index"], np.concatenate(index)) if index else np.ones(len(predictions["index"]), bool)
        kept = np.array([is_new or clips[i].corpus in corpora for i, is_new in zip(predictions["index"], new, strict=True)])
        index.append(predictions["index"][kept])
        group.append(np.full(int(kept.sum()), number))
        logits.append(predictions["logits"][kept])
        settings.append({"run": run.name, "heldOut": done["heldOut"], "clipsTrained": done["clips"], "recipe": done["recipe"]})
    together = np.concatenate(index)
    if len(np.unique(together)) != len(together):
        raise ValueError("two runs hold out the same clips")
    return together, np.concatenate(group), np.concatenate(logits), settings


def _together(
    calibrated: np.ndarray, nine: np.ndarray, truth: np.ndarray, names: np.ndarray, weights: np.ndarray
) -> dict[str, float]:
    """Calibration over all unseen speakers, whichever corpus they are from: that is how one temperature is used."""
    confidence, hit = np.empty(len(truth)), np.empty(len(truth), bool)
    for corpus in np.unique(names):
        rows = names == corpus
        probabilities = metrics.softmax_within(calibrated[rows], corpus)
        confidence[rows], hit[rows] = probabilities.max(1), probabilities.argmax(1) == truth[rows]
    right = nine.argmax(1) == truth
    return {
        "ece": metrics.calibration_error(confidence, hit),
        "eceCorporaAlike": metrics.calibration_error(confidence, hit, weights),
        "nineWayEce": metrics.calibration_error(nine.max(1), right),
        "nineWayEceCorporaAlike": metrics.calibration_error(nine.max(1), right, weights),
    }


def _corpus(
    clips: list[Clip], corpus: str, truth: np.ndarray, logits: np.ndarray, calibrated: np.ndarray, nine: np.ndarray
) -> dict[str, Any]:
    probabilities = metrics.softmax_within(calibrated, corpus)
    guess, confidence = probabilities.argmax(1), probabilities.max(1)
    speakers = np.array([clip.speaker for clip in clips])
    folds = np.array([clip.fold for clip in clips])
    sexes = np.array([clip.sex for clip in clips])
    uncalibrated = metrics.softmax_within(logits, corpus).max(1)
    report = {
        "n": len(clips),
        "speakers": len(np.unique(speakers)),
        "uar": metrics.uar(truth, guess),
        "uarCi95": list(metrics.speaker_interval(truth, guess, speakers)),
        "accuracy": float((guess == truth).mean()),
        "macroF1": metrics.macro_f1(truth, guess),
        "ece": metrics.calibration_error(confidence, guess == truth),
        "eceUncalibrated": metrics.calibration_error(uncalibrated, guess == truth),
        "recall": metrics.recalls(truth, guess),
        "confusion": metrics.confusion(truth, guess, corpus),
        "byFold": {str(f): metrics.uar(truth[folds == f], guess[folds == f]) for f in np.unique(folds)},
        "bySex": {
            sex: {
                "n": int((sexes == sex).sum()),
                "uar": metrics.uar(truth[sexes == sex], guess[sexes == sex]),
                "recall": metrics.recalls(truth[sexes == sex], guess[sexes == sex]),
            }
            for sex in np.unique(sexes)
        },
        # What the middleware shows when it does not know the corpus: all nine labels compete.
        "nineWay": {
            "accuracy": float((nine.argmax(1) == truth).mean()),
            "uar": metrics.uar(truth, nine.argmax(1)),
            "ece": metrics.calibration_error(nine.max(1), nine.argmax(1) == truth),
            "answers": {label: float((nine.argmax(1) == place).mean()) for place, label in enumerate(LABELS)},
        },
        "reliability": _reliability(confidence, guess == truth),
    }
    votes = np.array([clip.votes for clip in clips])
    if votes.any():
        report["listeners"] = _listeners(votes, guess)
    return report


def _listeners(votes: np.ndarray, guess: np.ndarray) -> dict[str, float]:
    """How often the guess is what most listeners heard, beside how often one listener hears what most others do."""
    ordered = np.sort(votes, axis=1)
    clear = ordered[:, -1] > ordered[:, -2]
    agreement = []
    for row in votes[votes.sum(1) > 1]:
        for place in np.flatnonzero(row):
            others = row.copy()
            others[place] -= 1
            best = np.flatnonzero(others == others.max())
            agreement.append((row[place], (place in best) / len(best)))
    counts, agreed = np.array(agreement).T
    return {
        "clipsWithMajority": int(clear.sum()),
        "agreement": float((votes.argmax(1) == guess)[clear].mean()),
        "oneListenerWithTheOthers": float((counts * agreed).sum() / counts.sum()),
    }


def _reliability(confidence: np.ndarray, hit: np.ndarray) -> list[dict[str, float]]:
    bins = np.minimum((confidence * 10).astype(int), 9)
    return [
        {"n": int(inside.sum()), "confidence": float(confidence[inside].mean()), "accuracy": float(hit[inside].mean())}
        for inside in (bins == place for place in np.unique(bins))
    ]


def _risk_coverage(clips: list[Clip], nine: np.ndarray, truth: np.ndarray, names: np.ndarray) -> dict[str, Any]:
    """Error among answered clips when the middleware, all nine labels open, answers only this share of each corpus."""
    curves: dict[str, Any] = {"coverage": [0.25, 0.5, 0.75, 0.9, 1.0]}
    for corpus in dict.fromkeys(clip.corpus for clip in clips):
        rows = names == corpus
        coverage, risk = metrics.risk_coverage(nine[rows].max(1), nine[rows].argmax(1) == truth[rows])
        curves[corpus] = [float(risk[min(np.searchsorted(coverage, c), len(risk) - 1)]) for c in curves["coverage"]]
    return curves


def _weighted_quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, share * total[-1])])


def _protocol(settings: list[dict[str, Any]]) -> str:
    within = (
        "Probabilities are within the corpus's labels; uarCi95 is a bootstrap over speakers; "
        "for ece, the temperature is fitted on the other runs' speakers."
    )
    if not any(run["heldOut"] for run in settings):
        return (
            f"Across corpora: learnt from {', '.join(settings[0]['recipe']['corpora'])}, measured on corpora of which nothing was heard, "
            f"labels among them that the former lack. There is no figure for unseen speakers of the same corpora. {within}"
        )
    held = "; ".join(", ".join(map(str, run["heldOut"])) for run in settings)
    chosen = [fold for run in settings for fold in run["heldOut"] if fold in CHOSEN_ON]
    return (
        f"Speaker-disjoint: {len(settings)} run(s) of the recipe, each measured on the folds of speakers it was not trained on "
        f"(folds {held}), after the last epoch, with no early stopping. The recipe was chosen on folds "
        f"{', '.join(map(str, CHOSEN_ON))}{', which are among them' if chosen else ', which are not among them'}. "
        f"The shipped network is one more run, of the same recipe, and its own figures on unseen speakers are taken from these. {within}"
    )

"""The card's pictures: confusion matrices and the reliability diagram."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from .labels import CORPORA


def draw_confusions(report: dict[str, Any], path: Path) -> None:
    """One matrix a corpus, rows (intended) as shares."""
    figure, axes = plt.subplots(2, 2, figsize=(11, 10), layout="constrained")
    for axis, (corpus, figures) in zip(axes.flat, report["corpora"].items(), strict=False):
        counts = np.array(figures["confusion"]["counts"], float)
        shares = counts / counts.sum(1, keepdims=True)
        axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        names = figures["confusion"]["labels"]
        axis.set_xticks(range(len(names)), names, rotation=45, ha="right")
        axis.set_yticks(range(len(names)), names)
        for (row, column), share in np.ndenumerate(shares):
            axis.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color="white" if share > 0.5 else "black")
        axis.set_title(f"{CORPORA[corpus].title}, {figures['speakers']} unseen speakers, UAR {figures['uar']:.3f}")
        axis.set_xlabel("answered")
        axis.set_ylabel("intended")
    figure.suptitle("Confusion in per cent of each intended emotion")
    figure.savefig(path, dpi=80)
    plt.close(figure)


def draw_reliability(report: dict[str, Any], path: Path) -> None:
    """Accuracy over confidence for each corpus, and risk over coverage."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
    left.plot([0, 1], [0, 1], color="grey", linestyle=":", label="perfect")
    for corpus, figures in report["corpora"].items():
        bins = [part for part in figures["reliability"] if part["n"] >= 15]
        label = f"{CORPORA[corpus].title}, ECE {figures['ece']:.3f}"
        left.plot([b["confidence"] for b in bins], [b["accuracy"] for b in bins], marker="o", label=label)
        right.plot(report["riskCoverage"]["coverage"], report["riskCoverage"][corpus], marker="o", label=CORPORA[corpus].title)
    left.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
    left.set_title("Reliability, temperature from other speakers")
    right.set(xlabel="share answered", ylabel="error among answers", ylim=(0, 1))
    right.set_title("Risk over coverage, all nine labels open")
    left.legend()
    right.legend()
    figure.savefig(path, dpi=80)
    plt.close(figure)

"""What others do, in the same folds: openSMILE's functionals with an SVM, MFCC with an MLP or a small CNN, frozen networks.

Each is trained by corpus, as published figures are, and within the training folds alone. Nothing is tuned on a fold
that is reported: the settings are those that the cited work, or the library, has by default.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache as once
from pathlib import Path

import librosa
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from torch import nn
from tqdm import tqdm

from .audio import read_clip
from .augment import clean
from .backbone import load_starting_network, masked_mean
from .batches import padded
from .frontend import SAMPLE_RATE_HZ
from .head import TAPS
from .labels import CORPORA, FOLDS, Clip
from .metrics import uar
from .prepare import Features, load_features
from .teacher.states import load_states

MFCC = 40
CNN_FRAMES = 300
"""Three seconds: shorter clips are padded, longer ones cut, as the small public networks do."""


def measure(clips: list[Clip], data: Path, cache: Path, starting_network: Path, workers: int) -> str:
    """A Markdown table: UAR of each baseline by corpus, every clip predicted by the fit that lacked its fold."""
    inputs: dict[str, tuple[Callable[[], np.ndarray], Callable[[], object]]] = {
        "ComParE 2016 (6,373 functionals) + linear SVM": (
            lambda: _described(clips, data, cache, "compare", workers), _svm,
        ),
        "eGeMAPSv02 (88 functionals) + linear SVM": (lambda: _described(clips, data, cache, "egemaps", workers), _svm),
        "MFCC mean and spread (80) + MLP": (lambda: _statistics(_described(clips, data, cache, "mfcc", workers)), _mlp),
        "MFCC sequence + 1-D CNN": (lambda: _described(clips, data, cache, "mfcc", workers), _Cnn),
        "frozen mn04, last stage + linear": (lambda: _frozen(load_features(cache, "plain"), starting_network), _linear),
        "frozen Whisper base, six layers' means + linear": (lambda: _layer_means(load_states(cache, "plain")), _linear),
    }  # fmt: skip
    lines = [f"| baseline | {' | '.join(CORPORA[name].title for name in CORPORA)} |", "| --- " * (len(CORPORA) + 1) + "|"]
    known = cache / "baselines.json"
    scores: dict[str, dict[str, float]] = json.loads(known.read_text()) if known.exists() else {}
    for name, (inputs_of, model_of) in inputs.items():
        if name not in scores:
            x = inputs_of()
            scores[name] = {corpus: _cross_validated(clips, x, corpus, model_of) for corpus in tqdm(CORPORA, desc=name)}
            # Row by row, as each takes minutes and none depends on another.
            known.write_text(json.dumps(scores, indent=1))
        lines.append(f"| {name} | {' | '.join(f'{score:.3f}' for score in scores[name].values())} |")
    return "\n".join(lines)


def _cross_validated(clips: list[Clip], x: np.ndarray, corpus: str, model_of: Callable[[], object]) -> float:
    rows = np.array([index for index, clip in enumerate(clips) if clip.corpus == corpus])
    truth = np.array([clips[row].label for row in rows])
    folds = np.array([clips[row].fold for row in rows])
    guess = np.empty_like(truth)
    for fold in FOLDS:
        test = folds == fold
        if test.any():
            guess[test] = model_of().fit(x[rows[~test]], truth[~test]).predict(x[rows[test]])
    return uar(truth, guess)


def _svm() -> object:
    # C as in the ComParE challenges' baselines, where the best lay between 1e-4 and 1e-2.
    return make_pipeline(StandardScaler(), LinearSVC(C=1e-3, class_weight="balanced", random_state=0))


def _mlp() -> object:
    return make_pipeline(StandardScaler(), MLPClassifier((300,), alpha=0.01, batch_size=256, max_iter=300, random_state=0))


def _linear() -> object:
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=1000))


class _Cnn:
    """Two convolutions and a dense layer over 40 MFCC, thirty epochs of Adam."""

    def fit(self, x: np.ndarray, truth: np.ndarray) -> _Cnn:
        torch.manual_seed(0)
        self.labels, target = np.unique(truth, return_inverse=True)
        self.middle, self.spread = x.mean((0, 2), keepdims=True), x.std((0, 2), keepdims=True) + 1e-6
        self.network = nn.Sequential(
            nn.Conv1d(MFCC, 64, 5, padding=2), nn.BatchNorm1d(64), nn.ReLU(), nn.MaxPool1d(4), nn.Dropout(0.3),
            nn.Conv1d(64, 128, 5, padding=2), nn.BatchNorm1d(128), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(),
            nn.Dropout(0.3), nn.Linear(128, len(self.labels)),
        )  # fmt: skip
        inputs, targets = self._scaled(x), torch.from_numpy(target)
        optimiser = torch.optim.Adam(self.network.parameters(), 1e-3)
        for _ in range(30):
            for batch in torch.randperm(len(inputs)).split(32):
                if len(batch) > 1:
                    optimiser.zero_grad()
                    nn.functional.cross_entropy(self.network(inputs[batch]), targets[batch]).backward()
                    optimiser.step()
        return self

    @torch.inference_mode()
    def predict(self, x: np.ndarray) -> np.ndarray:
        self.network.eval()
        return self.labels[torch.cat([self.network(part) for part in self._scaled(x).split(256)]).argmax(1).numpy()]

    def _scaled(self, x: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(((x - self.middle) / self.spread).astype(np.float32))


def _described(clips: list[Clip], data: Path, cache: Path, kind: str, workers: int) -> np.ndarray:
    """Features of every clip, computed once: float32 [clips, ...]."""
    path = cache / f"baseline-{kind}.npy"
    if not path.exists():
        jobs = [(data / clip.file, kind) for clip in clips]
        with ProcessPoolExecutor(workers) as pool:
            rows = list(tqdm(pool.map(_describe, jobs, chunksize=16), desc=kind, total=len(jobs), unit="clip"))
        unfinished = cache / f"baseline-{kind}.unfinished.npy"
        np.save(unfinished, np.stack(rows).astype(np.float32))
        os.replace(unfinished, path)
    return np.load(path)


def _describe(job: tuple[Path, str]) -> np.ndarray:
    path, kind = job
    pcm = read_clip(path)
    if kind == "mfcc":
        mfcc = librosa.feature.mfcc(y=pcm, sr=SAMPLE_RATE_HZ, n_mfcc=MFCC, n_fft=512, win_length=400, hop_length=160)
        return np.pad(mfcc[:, :CNN_FRAMES], ((0, 0), (0, max(0, CNN_FRAMES - mfcc.shape[1]))), mode="edge")
    return np.nan_to_num(_smile(kind).process_signal(pcm, SAMPLE_RATE_HZ).to_numpy()[0])


@once
def _smile(kind: str) -> object:
    import opensmile

    sets = {"compare": opensmile.FeatureSet.ComParE_2016, "egemaps": opensmile.FeatureSet.eGeMAPSv02}
    return opensmile.Smile(sets[kind], opensmile.FeatureLevel.Functionals)


def _statistics(mfcc: np.ndarray) -> np.ndarray:
    return np.concatenate([mfcc.mean(2), mfcc.std(2)], axis=1)


@torch.inference_mode()
def _frozen(features: Features, starting_network: Path) -> np.ndarray:
    backbone = load_starting_network(starting_network)[0].eval()
    rows: list[np.ndarray] = [np.empty(0)] * len(features)
    order = np.argsort(features.lengths, kind="stable")
    for at in tqdm(range(0, len(order), 32), desc="frozen mn04", unit="batch"):
        batch = order[at : at + 32]
        last, mask = backbone(*clean(*padded([features[index] for index in batch])))[TAPS[-1]]
        for index, row in zip(batch, masked_mean(last, mask).numpy(), strict=True):
            rows[index] = row
    return np.stack(rows)


def _layer_means(states: Features) -> np.ndarray:
    return np.stack([states[index].astype(np.float32).mean(0).ravel() for index in range(len(states))])


def write(clips: list[Clip], data: Path, cache: Path, starting_network: Path, workers: int, report: Path) -> None:
    """Adds the table to the report, from where the card takes it."""
    content = json.loads(report.read_text())
    content["baselines"] = measure(clips, data, cache, starting_network, workers)
    report.write_text(json.dumps(content, indent=1) + "\n")
    print(content["baselines"])

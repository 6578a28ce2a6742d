"""The nine labels, the corpora and their manifest, and the targets that a clip is trained towards."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LABELS = ("anger", "boredom", "calm", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
"""Order of the logits. Fixed: the middleware and every manifest rely on it."""

FOLDS = (0, 1, 2, 3, 4)
CHOSEN_ON = (3, 4)
"""Folds that the recipe was chosen on (EXPERIMENTS.md): what is measured on them flatters."""

VOTE_LABELS = {"A": "anger", "D": "disgust", "F": "fear", "H": "happiness", "N": "neutral", "S": "sadness"}


@dataclass(frozen=True)
class Corpus:
    """What one corpus is, what it may say, and how often training hears it."""

    name: str
    title: str
    labels: tuple[str, ...]
    licence: str
    attribution: str
    share: float
    """Share of the training draws; chosen between equal shares and shares by size."""


_SIX = ("anger", "disgust", "fear", "happiness", "neutral", "sadness")

CORPORA = {
    corpus.name: corpus
    for corpus in (
        Corpus(
            "crema-d", "CREMA-D", _SIX, "ODbL-1.0",
            "CREMA-D: H. Cao, D. G. Cooper, M. K. Keutmann, R. C. Gur, A. Nenkova, R. Verma, 'CREMA-D: Crowd-sourced "
            "Emotional Multimodal Actors Dataset', IEEE Transactions on Affective Computing 5(4), 2014. "
            "Open Database License 1.0, contents DbCL 1.0.",
            share=0.40,
        ),
        Corpus(
            "ravdess", "RAVDESS", (*_SIX, "calm", "surprise"), "CC-BY-NC-SA-4.0",
            "RAVDESS: S. R. Livingstone, F. A. Russo, 'The Ryerson Audio-Visual Database of Emotional Speech and "
            "Song (RAVDESS)', PLoS ONE 13(5): e0196391, 2018. CC BY-NC-SA 4.0.",
            share=0.24,
        ),
        Corpus(
            "nemo", "nEMO", ("anger", "fear", "happiness", "neutral", "sadness", "surprise"), "CC-BY-NC-SA-4.0",
            "nEMO: I. Christop, 'nEMO: Dataset of Emotional Speech in Polish', LREC-COLING 2024. CC BY-NC-SA 4.0.",
            share=0.24,
        ),
        Corpus(
            "emo-db", "EMO-DB", (*_SIX, "boredom"), "CC0-1.0",
            "EMO-DB: F. Burkhardt, A. Paeschke, M. Rolfes, W. Sendlmeier, B. Weiss, 'A Database of German Emotional "
            "Speech', Interspeech 2005. CC0 1.0, as its audb release states.",
            share=0.12,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Clip:
    """One row of the manifest."""

    file: str
    corpus: str
    speaker: str
    sex: str
    language: str
    emotion: str
    text: str
    fold: int
    votes: tuple[int, ...]
    """Listeners' votes in the order of LABELS; all zero where nobody voted."""

    @property
    def label(self) -> int:
        """Index into LABELS of the intended emotion."""
        return LABELS.index(self.emotion)


def read_manifest(path: Path) -> list[Clip]:
    """Reads the manifest; a label or corpus that this module does not know raises ValueError with its line."""
    clips = []
    with path.open(newline="", encoding="utf-8") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            if row["corpus"] not in CORPORA or row["emotion"] not in CORPORA[row["corpus"]].labels:
                raise ValueError(f"{path}:{number}: unknown corpus or label {row['corpus']!r}, {row['emotion']!r}")
            clips.append(
                Clip(
                    file=row["file"], corpus=row["corpus"], speaker=row["speaker"], sex=row["sex"],
                    language=row["language"], emotion=row["emotion"], text=row["text"], fold=int(row["fold"]),
                    votes=parse_votes(row["listener_votes"]),
                )
            )  # fmt: skip
    return clips


def parse_votes(text: str) -> tuple[int, ...]:
    """`A6 D2 F0 H0 N1 S0` to counts in the order of LABELS."""
    counts = dict.fromkeys(LABELS, 0)
    for vote in text.split():
        counts[VOTE_LABELS[vote[0]]] += int(vote[1:])
    return tuple(counts.values())


def label_mask(corpus: str) -> np.ndarray:
    """bool [9]: the labels that the corpus can carry."""
    return np.array([label in CORPORA[corpus].labels for label in LABELS])


def soft_target(clip: Clip, votes_share: float, smoothing: float = 0.0) -> np.ndarray:
    """float32 [9], sums to 1: the intended emotion, mixed with what listeners heard where they voted.

    Listeners agree with the intended emotion of CREMA-D's voices about 41 % of the time, so their votes say
    more about the sound than the actor's instruction does.
    """
    target = np.zeros(len(LABELS), np.float32)
    target[clip.label] = 1
    votes = np.array(clip.votes, np.float32)
    if votes.sum() > 0:
        target = (1 - votes_share) * target + votes_share * votes / votes.sum()
    allowed = label_mask(clip.corpus)
    return ((1 - smoothing) * target + smoothing * allowed / allowed.sum()).astype(np.float32)


@dataclass(frozen=True)
class Priors:
    """How often each label is the target, which is not how often it was intended: listeners hear neutral most.

    A network trained on votes as they stand would answer neutral as often as they do. Adding these logarithms to the
    logits in the loss, and only there, leaves logits that are balanced (logit adjustment, Menon et al. 2021).
    """

    within: dict[str, np.ndarray]
    """By corpus float32 [9]: logarithm of the label's share; -1e4 for labels that the corpus cannot carry."""
    across: np.ndarray
    """float32 [9]: over all draws, logarithm of the label's share as a target over its share as intended."""


def priors(clips: list[Clip], train: list[int], targets: np.ndarray) -> Priors:
    """Priors under draws that are balanced over labels within each corpus. `targets` float [clips, 9]."""
    within, heard, intended = {}, np.zeros(len(LABELS)), np.zeros(len(LABELS))
    for corpus in sorted({clips[index].corpus for index in train}):
        cells: dict[int, list[int]] = {}
        for index in train:
            if clips[index].corpus == corpus:
                cells.setdefault(clips[index].label, []).append(index)
        share = np.mean([targets[cell].mean(0) for cell in cells.values()], axis=0)
        within[corpus] = np.where(label_mask(corpus), np.log(share + 1e-6), -1e4).astype(np.float32)
        heard += CORPORA[corpus].share * share
        intended[list(cells)] += CORPORA[corpus].share / len(cells)
    across = np.where(intended > 0, np.log((heard + 1e-6) / (intended + 1e-6)), 0)
    return Priors(within, across.astype(np.float32))


def split(
    clips: list[Clip], held_out: tuple[int, ...], corpora: tuple[str, ...] = tuple(CORPORA)
) -> tuple[list[int], list[int]]:
    """Indices of the clips to train on and of all others: held-out folds, and corpora that are not trained on.

    Folds never share a speaker.
    """
    train = [index for index, clip in enumerate(clips) if clip.fold not in held_out and clip.corpus in corpora]
    test = [index for index, clip in enumerate(clips) if clip.fold in held_out or clip.corpus not in corpora]
    shared = {clips[index].speaker for index in train} & {clips[index].speaker for index in test}
    if shared:
        raise ValueError(f"speakers on both sides of the split: {sorted(shared)}")
    return train, test

"""How well the middleware's fatigue score tells acted boredom from other low-arousal speech.

No open corpus of tired speech is known, so this is a proxy: EMO-DB's boredom against its neutral and its sadness, on
speakers that the network did not learn from. The score is that of `src/middleware/fatigue.ts`, written a second time to
be measured; a speaker's baseline is all their other utterances, whatever the emotion.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from .audio import read_clip
from .labels import LABELS, Clip
from .metrics import softmax_within
from .prosody import PROSODY, Prosody

SIGNS = {
    # weight, direction, least spread
    "syllablesPerS": (0.3, -1, 0.5),
    "pauseShare": (0.2, 1, 0.05),
    "pitchSemitones": (0.2, -1, 1.0),
    "pitchRangeSemitones": (0.15, -1, 2.0),
    "levelDb": (0.15, -1, 2.0),
}
NETWORK_WEIGHT, NETWORK_MIDDLE = 6.0, 0.65


def prosody_evidence(prosody: np.ndarray, earlier: np.ndarray) -> float:
    """Weighted deviations of one utterance's prosody [8] from the speaker's others [n, 8], in robust standard deviations."""
    evidence = 0.0
    for column, (weight, direction, least) in SIGNS.items():
        usual = earlier[:, PROSODY.index(column)]
        middle = np.median(usual)
        spread = max(1.4826 * np.median(np.abs(usual - middle)), least)
        evidence += weight * direction * np.clip((prosody[PROSODY.index(column)] - middle) / spread, -3, 3)
    return float(evidence)


def network_evidence(probabilities: np.ndarray) -> np.ndarray:
    """[n, 9] to [n]: boredom, and half of what else has low arousal."""
    return probabilities[:, LABELS.index("boredom")] + 0.5 * sum(
        probabilities[:, LABELS.index(label)] for label in ("calm", "neutral", "sadness")
    )


def fatigue(probabilities: np.ndarray, prosody: np.ndarray, earlier: np.ndarray) -> float:
    """The score 0 to 1 of one utterance: calibrated probabilities [9], prosody [8], the speaker's other prosody [n, 8]."""
    network = NETWORK_WEIGHT * (network_evidence(probabilities[None])[0] - NETWORK_MIDDLE)
    return float(1 / (1 + np.exp(-(prosody_evidence(prosody, earlier) + network))))


def area_under_curve(scores: np.ndarray, positive: np.ndarray) -> float:
    """Probability that a positive's score lies above a negative's; ties count half."""
    difference = scores[positive][:, None] - scores[~positive][None]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


@torch.inference_mode()
def measure(clips: list[Clip], data: Path, runs: list[Path], temperature: float) -> dict[str, Any]:
    """Areas under the curve over the EMO-DB clips that the runs held out."""
    index, logits = [], []
    for run in runs:
        saved = np.load(run / "predictions.npz")
        kept = np.array([clips[i].corpus == "emo-db" for i in saved["index"]])
        index += saved["index"][kept].tolist()
        logits.append(saved["logits"][kept])
    model = Prosody().eval()
    prosody = []
    for i in tqdm(index, desc="prosody", unit="clip"):
        pcm = read_clip(data / clips[i].file)
        prosody.append(model(torch.from_numpy(pcm)[None], torch.tensor([len(pcm)]))[0].numpy())
    spoken, probabilities = np.stack(prosody), softmax_within(np.concatenate(logits), None, temperature)
    speakers = np.array([clips[i].speaker for i in index])
    others = [(speakers == speaker) & (np.arange(len(index)) != row) for row, speaker in enumerate(speakers)]
    scores = {
        "together": np.array([fatigue(*row) for row in zip(probabilities, spoken, (spoken[o] for o in others), strict=True)]),
        "networkAlone": network_evidence(probabilities),
        "prosodyAlone": np.array([prosody_evidence(row, spoken[o]) for row, o in zip(spoken, others, strict=True)]),
    }
    emotions = np.array([clips[i].emotion for i in index])
    against = {"neutral and sadness": ("neutral", "sadness"), "neutral": ("neutral",), "sadness": ("sadness",)}
    return {
        "speakers": len(set(speakers)), "bored": int((emotions == "boredom").sum()),
        "auc": {
            name: {
                score: area_under_curve(values[rows], emotions[rows] == "boredom")
                for score, values in scores.items()
                if (rows := np.isin(emotions, ("boredom", *labels))).any()
            }
            for name, labels in against.items()
        },
    }  # fmt: skip


def write(clips: list[Clip], data: Path, runs: Path, report: Path) -> None:
    """Adds the areas to the report, from where the card takes them."""
    content = json.loads(report.read_text())
    names = [runs / run["run"] for run in content["runs"]]
    content["fatigue"] = measure(clips, data, names, content["temperature"])
    report.write_text(json.dumps(content, indent=1) + "\n")
    print(json.dumps(content["fatigue"], indent=1))

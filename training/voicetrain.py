"""Heads on the voice encoder's cached states: a run keeps them, its settings and held-out predictions in one folder."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from .labels import CORPORA, Clip, split
from .origin import commit
from .prepare import Features
from .statehead import HeadRecipe, StateHead, fit_head, padded_states
from .voice import STATES, VoiceEncoder, VoiceNetwork
from .voicestates import PASSES, load_pass
from .whisper.encoder import TINY
from .whisper.weights import WHISPER_TINY, load_encoder


@dataclass(frozen=True)
class VoiceRecipe(HeadRecipe):
    """Everything that shapes the heads, apart from the data and the held-out folds."""

    seeds: tuple[int, ...] = (1,)
    passes: int = PASSES
    corpora: tuple[str, ...] = tuple(CORPORA)


def train_voice(
    clips: list[Clip], cache: Path, run: Path, recipe: VoiceRecipe, held_out: tuple[int, ...], threads: int
) -> None:
    """Trains the heads without the held-out folds. Another recipe under the same name raises ValueError."""
    torch.set_num_threads(threads)
    settings = json.loads(json.dumps({"heldOut": held_out, "recipe": asdict(recipe)}))
    if (run / "done.json").exists():
        done = json.loads((run / "done.json").read_text())
        if any(done[key] != value for key, value in settings.items()):
            raise ValueError(f"{run}: made by another recipe or with other held-out folds; give another name, or delete it")
        return
    run.mkdir(parents=True, exist_ok=True)
    passes = [load_pass(cache, number) for number in range(recipe.passes)]
    train, test = split(clips, held_out, recipe.corpora)
    heads = [fit_head(clips, train, passes, (STATES, TINY.width), recipe, seed, run.name) for seed in recipe.seeds]
    network = VoiceNetwork(VoiceEncoder(load_encoder(WHISPER_TINY, cache)), heads)
    torch.save(network.state_dict(), run / "network.pt")
    if test:
        np.savez(run / "predictions.npz", index=np.array(test), logits=np.mean([_predict(head, passes[0], test) for head in heads], 0))
    done = {**settings, "commit": commit(), "date": time.strftime("%Y-%m-%d"), "clips": len(train)}
    (run / "done.json").write_text(json.dumps(done, indent=1))


@torch.inference_mode()
def _predict(head: StateHead, states: Features, indices: list[int]) -> np.ndarray:
    """float32 [len(indices), 9]."""
    answers = np.empty((len(indices), 9), np.float32)
    order = np.argsort(states.lengths[indices], kind="stable")
    for at in range(0, len(order), 128):
        rows = order[at : at + 128]
        answers[rows] = head(*padded_states([states[indices[row]] for row in rows])).numpy()
    return answers


def load_voice(run: Path) -> VoiceNetwork:
    """The network of a finished run, in evaluation mode."""
    seeds = json.loads((run / "done.json").read_text())["recipe"]["seeds"]
    network = VoiceNetwork(VoiceEncoder(), [StateHead(STATES, TINY.width) for _ in seeds])
    network.load_state_dict(torch.load(run / "network.pt", weights_only=True))
    return network.eval()

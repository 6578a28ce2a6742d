"""Fine-tunes the starting network; a run keeps its settings, log, checkpoint and held-out predictions in one folder."""

from __future__ import annotations

import copy
import ctypes
import json
import math
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from .augment import Augmentation
from .backbone import load_starting_network
from .batches import HOPS, Batch, clean_batches, training_batches
from .head import SEQUENCE
from .labels import CORPORA, Clip, split
from .loss import cross_entropy, distillation
from .metrics import by_corpus, softmax_within
from .network import EmotionModel, EmotionNetwork, joined
from .origin import commit
from .prepare import VARIANTS, Features, load_features
from .teacher.lesson import Lesson, lesson_for
from .voice import VoiceNetwork
from .voicetrain import load_voice


@dataclass(frozen=True)
class Recipe:
    """Everything that shapes the weights, apart from the data and the held-out folds."""

    seed: int = 1
    epochs: int = 14
    draws: int = 8000
    """Clips an epoch."""
    batch: int = 32
    longest: int = 240
    """Frames: longer clips are cropped to 2.4 s."""
    backbone_rate: float = 1.5e-3
    head_rate: float = 3e-3
    warmup: float = 0.08
    """Share of the steps over which the learning rates rise; then they fall along a cosine."""
    weight_decay: float = 0.02
    frozen_blocks: int = 3
    """First blocks that, with the stem, stay as AudioSet left them (0: all train): dearest to train, least about emotion."""
    votes_share: float = 0.1
    smoothing: float = 0.05
    nine_way: float = 0.25
    """Weight of the loss over all nine labels. Without it, labels of other corpora would be free to grow."""
    average: float = 0.998
    """Decay of the exponential moving average of the weights, which is what is kept."""
    lesson_logits: float = 0.7
    """Share of the loss that comes from the teacher's logits, where there is a teacher."""
    lesson_temperature: float = 2.0
    lesson_frames: float = 1.0
    """Weight of the squared distance to the teacher's frames, each of their units scaled to variance 1."""
    sequence: bool = True
    """Whether the head has a second opinion, from a sequence model. A teacher needs one: its frames lead it."""
    variants: tuple[str, ...] = tuple(VARIANTS)
    corpora: tuple[str, ...] = tuple(CORPORA)
    """Corpora to train on. The others are held out whole: how it does on them is the cross-corpus figure."""
    augmentation: Augmentation = field(default_factory=Augmentation)


def train(
    clips: list[Clip], cache: Path, starting_network: Path, run: Path, recipe: Recipe, held_out: tuple[int, ...], threads: int,
    teacher: Path | None = None,
) -> None:
    """Trains to the end of the recipe, from the run's checkpoint if there is one, and predicts the held-out folds.

    `teacher` is the run of a teacher that was held to the same folds. Held-out clips are not looked at before the last epoch is done: there is no early stopping on them. A run that was
    begun with another recipe or other held-out folds raises ValueError.
    """
    _settle(threads)
    taught_by = teacher.name if teacher else None
    settings = json.loads(json.dumps({"heldOut": held_out, "recipe": asdict(recipe), "teacher": taught_by}))
    if (run / "done.json").exists():
        _must_agree(run, json.loads((run / "done.json").read_text()), settings)
        print(f"{run.name}: done already")
        return
    run.mkdir(parents=True, exist_ok=True)
    variants = {name: load_features(cache, name) for name in recipe.variants}
    noise = load_features(cache, "noise")
    indices, test = split(clips, held_out, recipe.corpora)
    lesson = lesson_for(teacher, held_out, recipe.corpora) if teacher else None

    torch.manual_seed(recipe.seed)
    network = EmotionNetwork(load_starting_network(starting_network)[0], recipe.sequence).to(memory_format=torch.channels_last)
    average = copy.deepcopy(network)
    pupil = Pupil(network, recipe, lesson)
    optimiser = _optimiser(pupil, recipe)
    parts = {"pupil": pupil, "average": average, "optimiser": optimiser}
    first, step = _resume(run, parts, settings)

    steps = recipe.epochs * -(-recipe.draws // recipe.batch)
    bar = tqdm(total=recipe.epochs * recipe.draws, initial=first * recipe.draws, desc=run.name, unit="clip", mininterval=2)
    for epoch in range(first, recipe.epochs):
        began, losses = time.monotonic(), []
        # Seeded by epoch, so that a resumed run draws what an uninterrupted one would have drawn.
        torch.manual_seed(recipe.seed * 1000 + epoch)
        batches = training_batches(
            clips, indices, variants, noise, draws=recipe.draws, size=recipe.batch, longest=recipe.longest,
            votes_share=recipe.votes_share, smoothing=recipe.smoothing, options=recipe.augmentation,
            random=np.random.default_rng([recipe.seed, epoch]), lesson=lesson,
        )  # fmt: skip
        network.train()
        for part in _frozen(network, recipe):
            part.eval()
        for batch in batches:
            _schedule(optimiser, step / steps, recipe)
            losses.append(_step(pupil, optimiser, batch, recipe))
            step += 1
            _average(average, network, min(recipe.average, step / (step + 9)))
            bar.update(len(batch.target))
        bar.set_postfix(epoch=epoch + 1, loss=f"{np.mean(losses):.3f}")
        _log(run, epoch=epoch + 1, loss=float(np.mean(losses)), seconds=round(time.monotonic() - began, 1))
        _save(run, parts, settings, epoch=epoch + 1, step=step)
    bar.close()

    torch.save(average.state_dict(), run / "network.pt")
    if test:
        logits = predict(average, variants["plain"], test)
        np.savez(run / "predictions.npz", index=np.array(test), logits=logits)
        _print_summary(clips, test, logits)
    done = {**settings, "commit": commit(), "date": time.strftime("%Y-%m-%d"), "clips": len(indices)}
    (run / "done.json").write_text(json.dumps(done, indent=1))


class Pupil(nn.Module):
    """The network with what only training needs: a batch to its loss."""

    def __init__(self, network: EmotionNetwork, recipe: Recipe, lesson: Lesson | None) -> None:
        super().__init__()
        self.network, self.recipe = network, recipe
        frames = lesson.frames.frames if lesson else np.zeros((2, 1), np.float16)
        sample = frames[:: max(len(frames) // 50_000, 1)].astype(np.float32)
        self.register_buffer("middle", torch.from_numpy(sample.mean(0)))
        self.register_buffer("spread", torch.from_numpy(sample.std(0) + 1e-3))
        self.towards = nn.Conv1d(SEQUENCE, frames.shape[1], 1)

    def forward(self, batch: Batch) -> Tensor:
        opinions = self.network.opinions(batch.features, batch.mask)
        # Each opinion answers for itself as well, or one would rest on the other.
        said = [opinions.logits] if opinions.by_sequence is None else [opinions.logits, opinions.by_views, opinions.by_sequence]
        loss = sum(self._loss(logits, batch) for logits in said) / len(said)
        return loss if batch.lesson is None else loss + self.recipe.lesson_frames * self._apart(opinions.sequence, batch)

    def _loss(self, logits: Tensor, batch: Batch) -> Tensor:
        recipe = self.recipe
        own = cross_entropy(logits, batch.target, batch.within, batch.across, recipe.nine_way)
        if batch.lesson is None:
            return own
        taught = distillation(logits, batch.lesson.logits, batch.within, recipe.nine_way, recipe.lesson_temperature)
        return (1 - recipe.lesson_logits) * own + recipe.lesson_logits * taught

    def _apart(self, sequence: Tensor, batch: Batch) -> Tensor:
        """Mean squared distance between the teacher's frames and what the student's sequence makes of them."""
        frames = (batch.lesson.frames - self.middle) / self.spread
        valid = batch.mask[:, 0, ::HOPS]
        distance = (self.towards(sequence).transpose(1, 2) - frames).square().mean(2)
        return (distance * valid).sum() / valid.sum()


def _must_agree(run: Path, saved: dict[str, Any], settings: dict[str, Any]) -> None:
    if any(saved[key] != value for key, value in settings.items()):
        raise ValueError(f"{run}: begun with another recipe or other held-out folds; give another name, or delete it")


def _resume(run: Path, parts: dict[str, Any], settings: dict[str, Any]) -> tuple[int, int]:
    """Fills the parts from the run's checkpoint, if any; epochs and steps that are done."""
    if not (run / "checkpoint.pt").exists():
        return 0, 0
    saved = torch.load(run / "checkpoint.pt", weights_only=True)
    _must_agree(run, saved, settings)
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    return saved["epoch"], saved["step"]


def _save(run: Path, parts: dict[str, Any], settings: dict[str, Any], *, epoch: int, step: int) -> None:
    states = {name: part.state_dict() for name, part in parts.items()}
    torch.save({**states, **settings, "epoch": epoch, "step": step}, run / "checkpoint.unfinished.pt")
    os.replace(run / "checkpoint.unfinished.pt", run / "checkpoint.pt")


def _log(run: Path, **figures: float) -> None:
    with (run / "log.jsonl").open("a") as log:
        log.write(json.dumps(figures) + "\n")


def load_network(run: Path) -> EmotionNetwork:
    """The averaged network of a finished run, in evaluation mode."""
    network = EmotionNetwork(sequence=json.loads((run / "done.json").read_text())["recipe"].get("sequence", True))
    network.load_state_dict(torch.load(run / "network.pt", weights_only=True))
    return network.eval()


def load_model(run: Path) -> EmotionModel:
    """A finished run, or several that `join` put together, as one model from PCM to logits."""
    done = json.loads((run / "done.json").read_text())
    networks: list[EmotionNetwork | VoiceNetwork] = []
    for name in done.get("members", [run.name]):
        member = run.parent / name
        is_voice = _is_voice(json.loads((member / "done.json").read_text()))
        networks.append(load_voice(member) if is_voice else load_network(member))
    return EmotionModel(networks, done["recipe"]["frozen_blocks"]).eval()


def join(run: Path, members: list[Path]) -> None:
    """A run that answers as its members together. Members that held out different clips raise ValueError."""
    each = [json.loads((member / "done.json").read_text()) for member in members]
    if any(done["heldOut"] != each[0]["heldOut"] for done in each):
        raise ValueError(f"{run}: its members held out different folds")
    run.mkdir(parents=True, exist_ok=True)
    if (members[0] / "predictions.npz").exists():
        predictions = [np.load(member / "predictions.npz") for member in members]
        if any(not np.array_equal(saved["index"], predictions[0]["index"]) for saved in predictions):
            raise ValueError(f"{run}: its members predict different clips")
        logits = [torch.from_numpy(saved["logits"]) for saved in predictions]
        voices = [answer for answer, done in zip(logits, each, strict=True) if _is_voice(done)]
        sounds = [answer for answer, done in zip(logits, each, strict=True) if not _is_voice(done)]
        np.savez(run / "predictions.npz", index=predictions[0]["index"], logits=joined(sounds, voices).numpy())
    (run / "done.json").write_text(json.dumps({**each[0], "members": [m.name for m in members], "recipes": each}, indent=1))


def _is_voice(done: dict[str, Any]) -> bool:
    return "passes" in done["recipe"]


@torch.inference_mode()
def predict(network: EmotionNetwork, features: Features, indices: list[int]) -> np.ndarray:
    """float32 [len(indices), 9]: logits of unaltered clips, in the order of the indices."""
    network.eval()
    logits = {}
    for batch, x, mask in clean_batches(features, indices, 32):
        logits.update(zip(batch, network(x, mask).numpy(), strict=True))
    return np.stack([logits[index] for index in indices])


def _step(pupil: Pupil, optimiser: torch.optim.Optimizer, batch: Batch, recipe: Recipe) -> float:
    loss = pupil(batch)
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(pupil.parameters(), 5.0)
    optimiser.step()
    return loss.item()


def _frozen(network: EmotionNetwork, recipe: Recipe) -> list[nn.Module]:
    backbone = network.backbone
    return [backbone.stem, *backbone.blocks[: recipe.frozen_blocks]] if recipe.frozen_blocks else []


def _optimiser(pupil: Pupil, recipe: Recipe) -> torch.optim.Optimizer:
    network = pupil.network
    for part in _frozen(network, recipe):
        part.requires_grad_(False)
    groups = []
    rates = ((network.backbone, recipe.backbone_rate), (network.head, recipe.head_rate), (pupil.towards, recipe.head_rate))
    for part, rate in rates:
        weights = [weight for weight in part.parameters() if weight.requires_grad]
        for decay in (True, False):
            # Biases and normalisation are not pulled towards zero.
            chosen = [weight for weight in weights if (weight.ndim > 1) == decay]
            groups.append({"params": chosen, "peak": rate, "weight_decay": recipe.weight_decay if decay else 0.0})
    return torch.optim.AdamW(groups, lr=0.0)


def _schedule(optimiser: torch.optim.Optimizer, progress: float, recipe: Recipe) -> None:
    if progress < recipe.warmup:
        share = progress / recipe.warmup
    else:
        share = 0.5 + 0.5 * math.cos(math.pi * min(1.0, (progress - recipe.warmup) / (1 - recipe.warmup)))
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * share


@torch.no_grad()
def _average(average: nn.Module, network: nn.Module, decay: float) -> None:
    pairs = zip(average.state_dict().values(), network.state_dict().values(), strict=True)
    for kept, new in pairs:
        if kept.is_floating_point():
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)


def _settle(threads: int) -> None:
    """Threads, and glibc told to keep freed memory: mapping activations anew each step costs a third of the time."""
    torch.set_num_threads(threads)
    if sys.platform == "linux":
        trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of malloc.h
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(mmap_threshold, 2**30)
            libc.mallopt(trim_threshold, 2**31 - 1)


def _print_summary(clips: list[Clip], test: list[int], logits: np.ndarray) -> None:
    for corpus, rows in by_corpus(clips, test).items():
        probabilities = softmax_within(logits[rows], corpus)
        truth = np.array([clips[test[row]].label for row in rows])
        hits = probabilities.argmax(1) == truth
        uar = np.mean([hits[truth == label].mean() for label in np.unique(truth)])
        print(f"{corpus:8} n {len(rows):5} UAR {uar:.3f} accuracy {hits.mean():.3f}", flush=True)

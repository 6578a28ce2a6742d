"""The teacher's encoder is Whisper's, its frames lie where the student's do, and it never teaches what was held out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from training import train as module
from training.backbone import Backbone
from training.batches import HOPS, _aligned
from training.labels import CORPORA, Clip
from training.loss import cross_entropy, distillation
from training.prepare import Features
from training.whisper.encoder import BANDS, BASE, FRAME_SAMPLES, WhisperEncoder
from training.teacher.head import TeacherRecipe, train_teacher
from training.teacher.lesson import lesson_for, load_lesson
from training.teacher.states import STRETCH_SAMPLES, encode


def test_padding_does_not_reach_a_clip() -> None:
    encoder = WhisperEncoder().eval()
    mel = torch.randn(2, BANDS, 80)
    mel[1, :, 60:] = 5.0
    together = encoder(mel, torch.tensor([40, 29]))
    alone = encoder(mel[1:, :, :60], torch.tensor([29]))
    for layer, own in zip(together[1:], alone[1:], strict=True):
        assert torch.allclose(layer[1, :29], own[0, :29], atol=1e-4)


def test_a_clip_gives_one_stretch_for_each_160_ms_begun() -> None:
    clips = [np.random.default_rng(0).normal(0, 0.1, samples).astype(np.float32) for samples in (STRETCH_SAMPLES * 3 + 1, 16_000)]
    states = encode(WhisperEncoder().eval(), clips)
    assert [state.shape for state in states] == [(4, 7, BASE.width), (-(-16_000 // STRETCH_SAMPLES), 7, BASE.width)]
    assert FRAME_SAMPLES * 8 == STRETCH_SAMPLES


def test_frames_follow_crop_speed_and_stretch() -> None:
    """A ramp in time: the frame's value is the moment, in stretches, that it is taken from."""
    ramp = Features(np.arange(40, dtype=np.float16)[:, None] + 0.5, np.array([0, 40]))
    plain, cropped, slow, stretched = (
        _aligned(ramp, [0], np.array([start]), np.array([rate]), np.array([speed]), 160)[0, :, 0]
        for start, rate, speed in ((0, 1, 1), (32, 1, 1), (0, 1, 0.9), (0, 1.25, 1))
    )
    steps = np.arange(160 // HOPS)
    assert plain[1:] == pytest.approx(steps[1:], abs=0.02)
    assert cropped == pytest.approx(steps + 2, abs=0.02)
    assert slow[1:] == pytest.approx(0.9 * steps[1:], abs=0.02)
    assert stretched[1:] == pytest.approx(1.25 * steps[1:], abs=0.02)


@pytest.fixture
def taught(clips: list[Clip], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    random = np.random.default_rng(0)
    lengths = random.integers(4, 15, size=len(clips))
    states = Features(random.normal(size=(lengths.sum(), 7, BASE.width)).astype(np.float16), np.cumsum([0, *lengths]))
    monkeypatch.setattr("training.teacher.head.load_states", lambda cache, variant: states)
    recipe = TeacherRecipe(seeds=(1, 2), epochs=1, draws=64, batch=16)
    train_teacher(clips, Path(), tmp_path / "teacher", recipe, (0,), threads=1)
    return tmp_path / "teacher"


def test_a_teacher_hands_on_frames_and_logits_of_every_clip(taught: Path, clips: list[Clip]) -> None:
    lesson = load_lesson(taught)
    assert lesson.logits.shape == (len(clips), 9)
    assert len(lesson.frames) == len(clips)
    predicted = np.load(taught / "predictions.npz")["index"]
    assert {clips[index].fold for index in predicted} == {0}


def test_a_student_refuses_a_teacher_who_knows_its_held_out_speakers(taught: Path) -> None:
    lesson_for(taught, (0,), tuple(CORPORA))
    for held_out, corpora in (((0, 1), tuple(CORPORA)), ((0,), ("crema-d",))):
        with pytest.raises(ValueError, match="learnt from clips"):
            lesson_for(taught, held_out, corpora)


def test_a_student_learns_from_a_teacher(
    taught: Path, clips: list[Clip], features: Features, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "load_features", lambda cache, name: features)
    monkeypatch.setattr(module, "load_starting_network", lambda path: (Backbone(), None))
    recipe = module.Recipe(epochs=1, draws=64, batch=16, longest=100, variants=("plain",))
    module.train(clips, Path(), Path(), tmp_path / "student", recipe, (0,), threads=1, teacher=taught)
    assert json.loads((tmp_path / "student" / "done.json").read_text())["teacher"] == "teacher"


def test_agreeing_with_the_teacher_costs_nothing() -> None:
    logits, within = torch.randn(4, 9), torch.zeros(4, 9)
    within[:, 2] = -1e4
    assert distillation(logits, logits, within, 0.5, 2.0).item() == pytest.approx(0, abs=1e-5)
    assert distillation(logits, logits.flip(0), within, 0.5, 2.0) > 0.01


def test_labels_outside_the_corpus_are_no_mistake_within_it() -> None:
    target, within = torch.eye(9)[:1], torch.zeros(1, 9)
    within[:, 5] = -1e4
    logits = torch.zeros(1, 9)
    logits[0, 5] = 20.0
    assert cross_entropy(logits, target, within, torch.zeros(9), 0.0).item() == pytest.approx(np.log(8), abs=1e-3)

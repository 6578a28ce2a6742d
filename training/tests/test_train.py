"""A run that was stopped and goes on ends with the weights of one that was not."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training import train as module
from training.backbone import Backbone
from training.labels import Clip
from training.network import VOICES_SHARE, EmotionModel, EmotionNetwork, joined
from training.prepare import Features
from training.train import Recipe, join, load_model, load_network, train

RECIPE = Recipe(epochs=2, draws=64, batch=16, longest=100, variants=("plain",))


@pytest.fixture
def run(clips: list[Clip], features: Features, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "load_features", lambda cache, name: features)
    start = Backbone()
    monkeypatch.setattr(module, "load_starting_network", lambda path: (deepcopy(start), None))
    return lambda path, recipe=RECIPE, held_out=(0,): train(clips, Path(), Path(), path, recipe, held_out, threads=1)


def test_resumes_to_the_same_weights(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "whole")
    steps, step = 0, module._step

    def power_cut(*arguments):
        nonlocal steps
        steps += 1
        if steps == 6:
            raise KeyboardInterrupt
        return step(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_step", power_cut)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "stopped")
    run(tmp_path / "stopped")
    whole, stopped = (load_network(tmp_path / name).state_dict() for name in ("whole", "stopped"))
    for name, tensor in whole.items():
        assert torch.allclose(tensor, stopped[name], atol=1e-5), name
    assert (tmp_path / "stopped" / "predictions.npz").exists()


def test_another_recipe_is_refused(run, tmp_path: Path) -> None:
    run(tmp_path / "run")
    with pytest.raises(ValueError, match="another recipe"):
        run(tmp_path / "run", held_out=(1,))


def test_joined_runs_answer_with_their_mean(run, tmp_path: Path) -> None:
    run(tmp_path / "one")
    run(tmp_path / "two", replace(RECIPE, seed=2, sequence=False))
    join(tmp_path / "both", [tmp_path / "one", tmp_path / "two"])
    one, two, both = (np.load(tmp_path / name / "predictions.npz")["logits"] for name in ("one", "two", "both"))
    assert both == pytest.approx((one + two) / 2)
    pcm, lengths = torch.randn(2, 16_000) * 0.1, torch.tensor([16_000, 12_000])
    with torch.inference_mode():
        answers = [load_model(tmp_path / name)(pcm, lengths) for name in ("one", "two", "both")]
    assert torch.allclose(answers[2], (answers[0] + answers[1]) / 2, atol=1e-4)


def test_both_kinds_have_their_share_however_many_they_are() -> None:
    sounds, voices = [torch.full((1, 9), 1.0), torch.full((1, 9), 3.0)], [torch.full((1, 9), 7.0)]
    assert torch.allclose(joined(sounds, voices), torch.full((1, 9), 2.0 + VOICES_SHARE * (7.0 - 2.0)))
    assert torch.equal(joined(sounds, []), torch.full((1, 9), 2.0))


def test_runs_that_held_out_other_folds_are_not_joined(run, tmp_path: Path) -> None:
    run(tmp_path / "one", replace(RECIPE, epochs=1))
    run(tmp_path / "two", replace(RECIPE, epochs=1), held_out=(1,))
    with pytest.raises(ValueError, match="different folds"):
        join(tmp_path / "both", [tmp_path / "one", tmp_path / "two"])


def test_networks_with_other_first_blocks_cannot_share_them() -> None:
    with pytest.raises(ValueError, match="differ within the first 3 blocks"):
        EmotionModel([EmotionNetwork(), EmotionNetwork()], shared_blocks=3)

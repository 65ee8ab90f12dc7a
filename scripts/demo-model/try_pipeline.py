"""Does CorrSteer's whole job on the demo in Python: python3 try_pipeline.py CHECKPOINT_DIR SAE_DIR questions.jsonl

Collect on train, rank by Pearson r, prune on validation, evaluate on test: an independent check of what the program
itself must find.
"""

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from documents import Prompt
from residual import Answers, Steering, answer, correct
from saes import Sae, load
from transformers import LlamaForCausalLM

SEED = 45
N_RANDOM = 5


@dataclass(frozen=True)
class Feature:
    layer: int
    index: int
    r: float
    coefficient: float


def read_split(path: str, split: str) -> list[Prompt]:
    rows = map(json.loads, Path(path).read_text().splitlines())
    return [Prompt(row["prompt"], row["expected"], int(row["group"][0])) for row in rows if row["split"] == split]


def activations(answers: Answers, layers: list[Sae]) -> list[torch.Tensor]:
    """Per layer [n, d_sae]: a one-token answer pools its one row."""
    return [sae.encode(rows).double() for sae, rows in zip(layers, answers.rows)]


def pearson(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    dx, dy = x - x.mean(0), y - y.mean()
    return (dx * dy[:, None]).sum(0) / (dx.pow(2).sum(0) * dy.pow(2).sum()).clamp_min(1e-12).sqrt()


def steering(features: list[Feature], layers: list[Sae], scale: float = 1.0) -> Steering:
    return {f.layer: scale * f.coefficient * layers[f.layer].decoder[f.index] for f in features}


def mid_p_mcnemar(better: int, worse: int) -> float:
    """Two-sided mid-p value of the exact McNemar test on the discordant pairs."""
    n, low = better + worse, min(better, worse)
    if better == worse:
        return 1.0
    tail = sum(math.comb(n, k) for k in range(low)) + 0.5 * math.comb(n, low)
    return 2 * tail / 2**n


def main() -> None:
    torch.set_num_threads(2)
    model = LlamaForCausalLM.from_pretrained(sys.argv[1])
    layers = [load(Path(sys.argv[2]), layer) for layer in range(model.config.num_hidden_layers)]
    train, validation, test = (read_split(sys.argv[3], split) for split in ("train", "validation", "test"))

    collected = answer(model, train, {})
    y = correct(collected, train).double()
    pooled = activations(collected, layers)
    print(f"train: {y.mean():.1%} of {len(y)} right")
    best: list[Feature] = []
    for layer, x in enumerate(pooled):
        r = pearson(x, y)
        index = int(r.argmax())
        best.append(Feature(layer, index, r[index].item(), x[y > 0, index].mean().item()))
        print(best[-1], f"fires on {(x[:, index] > 0).double().mean():.1%}")

    def accuracy(features: list[Feature]) -> float:
        return correct(answer(model, validation, steering(features, layers)), validation).mean().item()

    base = accuracy([])
    alone = [accuracy([feature]) for feature in best]
    print(f"validation: {base:.1%}, each layer alone {[f'{value:.1%}' for value in alone]}, A {accuracy(best):.1%}")
    single = max(best, key=lambda feature: feature.r)
    pruned = [feature for feature, value in zip(best, alone) if value > base]

    arms = {f"A x{scale}": steering(best, layers, scale) for scale in (0.5, 1, 2)}
    arms |= {"S": steering([single], layers), f"P {[f.layer for f in pruned]}": steering(pruned, layers)}
    generator = torch.Generator().manual_seed(SEED)
    for i in range(N_RANDOM):
        arms[f"random {i}"] = steering([alike(f, pooled[f.layer], generator) for f in best], layers)
    baseline = correct(answer(model, test, {}), test)
    print(f"test: baseline {baseline.mean():.1%}")
    for name, arm in arms.items():
        after = correct(answer(model, test, arm), test)
        better, worse = int((after > baseline).sum()), int((after < baseline).sum())
        p = mid_p_mcnemar(better, worse)
        print(f"{name:14s} {after.mean():.1%} {after.mean() - baseline.mean():+.1%} (+{better} -{worse}, p {p:.1e})")


def alike(feature: Feature, x: torch.Tensor, generator: torch.Generator) -> Feature:
    """A random other feature of the layer among the 20 nearest in firing rate, at the same norm."""
    rates = (x > 0).double().mean(0)
    nearest = (rates - rates[feature.index]).abs().argsort()
    nearest = nearest[nearest != feature.index][:20]
    index = int(nearest[torch.randint(len(nearest), (1,), generator=generator)])
    return Feature(feature.layer, index, math.nan, feature.coefficient)


if __name__ == "__main__":
    main()

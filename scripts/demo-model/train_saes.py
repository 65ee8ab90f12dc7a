"""Trains an SAE on every layer's output: python3 train_saes.py CHECKPOINT_DIR SAE_DIR"""

import random
import sys
from pathlib import Path

import saes
import torch
from transformers import LlamaForCausalLM

SEED = 43


def main() -> None:
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    model = LlamaForCausalLM.from_pretrained(sys.argv[1])
    for layer, rows in enumerate(saes.training_rows(model, random.Random(SEED))):
        weights = saes.train(rows)
        fired = (saes.encode_rows(weights, rows[:50_000]) > 0).any(0).sum().item()
        print(f"layer {layer}: explained variance {saes.explained_variance(weights, rows):.3f}, {fired} features fire")
        saes.save(Path(sys.argv[2]), layer, weights)


if __name__ == "__main__":
    main()

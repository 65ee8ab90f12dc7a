"""Trains a batch top-k SAE by SAELens on rows in memory, for bench/sae-lens.ts.

    python3 bench/sae-lens.py ROWS D_IN D_SAE K BATCH LEARNING_RATE THREADS          (numpy, sae-lens, torch)

ROWS: float32 [n, D_IN], each read once, in random order, but for some that are no whole batch. Prints JSON: seconds of
the processor for the steps, and the explained variance of the last tenth of them, before each was learned from.
"""

import json
import sys
import time

import numpy as np
import torch
from sae_lens.config import LoggingConfig, SAETrainerConfig
from sae_lens.saes.batchtopk_sae import BatchTopKTrainingSAE, BatchTopKTrainingSAEConfig
from sae_lens.training.sae_trainer import SAETrainer

path, (d_in, d_sae, k, batch), rate, threads = sys.argv[1], map(int, sys.argv[2:6]), float(sys.argv[6]), int(sys.argv[7])
torch.set_num_threads(threads)
torch.manual_seed(0)
rows = torch.from_numpy(np.fromfile(path, dtype=np.float32).reshape(-1, d_in))
rows = rows[torch.randperm(len(rows))][: len(rows) // batch * batch]
rows *= d_in**0.5 / rows.norm(dim=1).mean()
steps = len(rows) // batch

sae = BatchTopKTrainingSAE(
    BatchTopKTrainingSAEConfig(d_in=d_in, d_sae=d_sae, k=k, apply_b_dec_to_input=True, decoder_init_norm=1.0)
)
with torch.no_grad():
    sae.b_dec.copy_(rows[: 32 * batch].mean(dim=0))
explained: list[tuple[float, float]] = []


class Recorded(SAETrainer):
    def _train_step(self, sae, sae_in):
        output = super()._train_step(sae, sae_in)
        variance = (sae_in - sae_in.mean(dim=0)).pow(2).sum(dim=1).mean().item()
        explained.append((output.losses["mse_loss"].item(), variance))
        return output


trainer = Recorded(
    SAETrainerConfig(
        total_training_samples=steps * batch,
        train_batch_size_samples=batch,
        lr=rate,
        lr_end=0,
        lr_warm_up_steps=steps // 20,
        lr_decay_steps=steps // 5,
        dead_feature_window=steps // 20,
        logger=LoggingConfig(log_to_wandb=False),
    ),
    sae,
    iter(rows.split(batch)),
)
start = time.process_time()
trainer.fit()
seconds = time.process_time() - start
last = explained[-(steps // 10) :]
print(json.dumps({"seconds": seconds, "explained": 1 - sum(x for x, _ in last) / sum(y for _, y in last)}))

"""Top-k SAEs of the demo's model, one for each layer's output, in SAELens' folder format."""

import json
import random
from pathlib import Path

import torch
from documents import document
from residual import residual_rows
from safetensors.torch import load_file, save_file
from tokenizer import BOS, encode
from transformers import LlamaForCausalLM

D_SAE = 512
K = 12
STEPS = 800
BATCH = 1024
LEARNING_RATE = 2e-3
DOCUMENTS = 4000

Weights = dict[str, torch.Tensor]


def encode_rows(w: Weights, rows: torch.Tensor) -> torch.Tensor:
    """Activations [..., D_SAE] of rows [..., d_in]: the K largest pre-activations, those above zero."""
    pre = (rows - w["b_dec"]) @ w["W_enc"] + w["b_enc"]
    top = pre.topk(K, dim=-1)
    return torch.zeros_like(pre).scatter(-1, top.indices, top.values.relu())


def training_rows(model: LlamaForCausalLM, rng: random.Random) -> list[torch.Tensor]:
    """Every layer's rows [n, n_embd] over training documents, the beginning-of-sequence row left out."""
    rows: list[list[torch.Tensor]] = [[] for _ in model.model.layers]
    for _ in range(DOCUMENTS):
        ids = torch.tensor([[BOS, *encode(document(rng))]])
        for layer, output in enumerate(residual_rows(model, ids)):
            rows[layer].append(output[0, 1:])
    return [torch.cat(pieces) for pieces in rows]


def train(rows: torch.Tensor) -> Weights:
    d_in = rows.shape[1]
    decoder = torch.nn.functional.normalize(torch.randn(D_SAE, d_in), dim=1)
    w = {"W_enc": decoder.T.clone(), "b_enc": torch.zeros(D_SAE), "W_dec": decoder, "b_dec": rows.mean(0)}
    for weight in w.values():
        weight.requires_grad_()
    optimizer = torch.optim.Adam(w.values(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.1, total_iters=STEPS)
    for _ in range(STEPS):
        x = rows[torch.randint(len(rows), (BATCH,))]
        loss = (encode_rows(w, x) @ w["W_dec"] + w["b_dec"] - x).pow(2).sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            w["W_dec"] /= w["W_dec"].norm(dim=1, keepdim=True)
    return {name: weight.detach() for name, weight in w.items()}


def explained_variance(w: Weights, rows: torch.Tensor) -> float:
    residue = encode_rows(w, rows) @ w["W_dec"] + w["b_dec"] - rows
    return 1 - (residue.pow(2).sum() / (rows - rows.mean(0)).pow(2).sum()).item()


def config(layer: int, d_in: int) -> dict:
    """cfg.json as SAELens 6 writes it."""
    return {
        "architecture": "topk",
        "k": K,
        "rescale_acts_by_decoder_norm": False,
        "d_in": d_in,
        "d_sae": D_SAE,
        "dtype": "float16",
        "device": "cpu",
        "apply_b_dec_to_input": True,
        "normalize_activations": "none",
        "reshape_activations": "none",
        "metadata": {
            "model_name": "corrsteer-demo",
            "hook_name": f"blocks.{layer}.hook_resid_post",
            "hook_head_index": None,
            "prepend_bos": True,
            "context_size": 128,
            "sae_lens_version": "6.18.0",
            "sae_lens_training_version": None,
        },
    }


def folder(saes: Path, layer: int) -> Path:
    return saes / f"blocks.{layer}.hook_resid_post"


def save(saes: Path, layer: int, weights: Weights) -> None:
    path = folder(saes, layer)
    path.mkdir(parents=True, exist_ok=True)
    save_file({name: weight.half().contiguous() for name, weight in weights.items()}, path / "sae_weights.safetensors")
    (path / "cfg.json").write_text(json.dumps(config(layer, len(weights["b_dec"])), indent=2) + "\n")


def load(saes: Path, layer: int) -> Weights:
    weights = load_file(folder(saes, layer) / "sae_weights.safetensors")
    return {name: weight.float() for name, weight in weights.items()}

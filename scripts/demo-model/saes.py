"""Top-k SAEs of the demo's model, one for each layer's output, as `corrsteer train` writes them."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file


@dataclass(frozen=True)
class Sae:
    # [d_in, d_sae], [d_sae], [d_sae, d_in]
    encoder: torch.Tensor
    encoder_bias: torch.Tensor
    decoder: torch.Tensor
    k: int

    def encode(self, rows: torch.Tensor) -> torch.Tensor:
        """Activations [..., d_sae] of rows [..., d_in]: the k largest pre-activations, those above zero."""
        pre = rows @ self.encoder + self.encoder_bias
        top = pre.topk(self.k, dim=-1)
        return torch.zeros_like(pre).scatter(-1, top.indices, top.values.relu())


def load(saes: Path, layer: int) -> Sae:
    folder = saes / f"blocks.{layer}.hook_resid_post"
    config = json.loads((folder / "cfg.json").read_text())
    assert config["architecture"] == "topk" and not config["apply_b_dec_to_input"]
    weights = load_file(folder / "sae_weights.safetensors")
    encoder, bias, decoder = (weights[name].float() for name in ("W_enc", "b_enc", "W_dec"))
    return Sae(encoder, bias, decoder, config["k"])

"""Writes a model of Gemma-2-2B's shape with random weights, and random JumpReLU SAEs of 16k features for it.

    python3 make.py FOLDER [--type q4_0|q8_0] [--saes 26] [--distinct-saes 2]       (numpy, gguf; a minute)

For speed alone: the shape, the quantisation and the share of features that fire (about 1 %) are those of the real ones,
what it writes is noise. FOLDER gets model.gguf (1.5 GB as q4_0) and saes/blocks.<l>.hook_resid_post/ in SAELens' format
(151 MB each; layers beyond the distinct ones are links to them).
"""

import argparse
import json
import os
from pathlib import Path

import gguf
import numpy as np

N_LAYER, N_EMBD, N_HEAD, N_KV, HEAD, N_FF, N_VOCAB = 26, 2304, 8, 4, 256, 9216, 256_000
D_SAE = 16_384
SEED = 20260101
WEIGHT_STD = 0.02
# Each half block adds a row of norm 0.1 sqrt(n_embd) to an embedding of norm 0.02 n_embd: residual rows stay near 50.
POST_NORM = 0.1
# In standard deviations of a pre-activation, which is about 1 for encoder columns of unit norm: 1 % of them exceed it.
THRESHOLD = 2.4
CHUNK_BLOCKS = 1 << 18

# Type, bytes of its integers in a block of 32 weights, standard deviation of those integers when their bits are random.
TYPES = {
    "q4_0": (gguf.GGMLQuantizationType.Q4_0, 16, np.sqrt((16**2 - 1) / 12)),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, 32, np.sqrt((256**2 - 1) / 12)),
}


class RandomBlocks:
    """A quantised tensor [rows, columns] that exists only while it is written: all that GGUFWriter asks of an array."""

    def __init__(self, generator: np.random.Generator, kind: str, rows: int, columns: int) -> None:
        self.type, n_bytes, std = TYPES[kind]
        self.layout = np.dtype([("scale", "<f2"), ("integers", "u1", n_bytes)])
        self.scale, self.generator, self.shape = WEIGHT_STD / std, generator, (rows, columns)
        self.n_blocks = rows * columns // 32
        self.nbytes = self.n_blocks * self.layout.itemsize

    def tofile(self, file) -> None:
        for start in range(0, self.n_blocks, CHUNK_BLOCKS):
            blocks = np.empty(min(CHUNK_BLOCKS, self.n_blocks - start), self.layout)
            blocks["scale"] = self.scale
            blocks["integers"] = self.generator.integers(0, 256, blocks["integers"].shape, np.uint8)
            file.write(blocks.tobytes())


def tensors(generator: np.random.Generator, kind: str):
    """Name and data of every tensor, in the file's order."""
    matrix = lambda rows, columns: RandomBlocks(generator, kind, rows, columns)
    norm = lambda value: np.full(N_EMBD, value, np.float32)
    yield "token_embd.weight", matrix(N_VOCAB, N_EMBD)
    for layer in range(N_LAYER):
        block = f"blk.{layer}."
        yield block + "attn_norm.weight", norm(1)
        yield block + "attn_q.weight", matrix(N_HEAD * HEAD, N_EMBD)
        yield block + "attn_k.weight", matrix(N_KV * HEAD, N_EMBD)
        yield block + "attn_v.weight", matrix(N_KV * HEAD, N_EMBD)
        yield block + "attn_output.weight", matrix(N_EMBD, N_HEAD * HEAD)
        yield block + "post_attention_norm.weight", norm(POST_NORM)
        yield block + "ffn_norm.weight", norm(1)
        yield block + "ffn_gate.weight", matrix(N_FF, N_EMBD)
        yield block + "ffn_up.weight", matrix(N_FF, N_EMBD)
        yield block + "ffn_down.weight", matrix(N_EMBD, N_FF)
        yield block + "post_ffw_norm.weight", norm(POST_NORM)
    yield "output_norm.weight", norm(1)


def add_vocabulary(writer: gguf.GGUFWriter) -> None:
    """Control tokens, the 256 bytes, and words without meaning."""
    special = ["<pad>", "<eos>", "<bos>", "<unk>"]
    tokens = special + [f"<0x{byte:02X}>" for byte in range(256)]
    kinds = [gguf.TokenType.CONTROL] * 3 + [gguf.TokenType.UNKNOWN] + [gguf.TokenType.BYTE] * 256
    n_words = N_VOCAB - len(tokens)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens + [f"▁w{word:x}" for word in range(n_words)])
    writer.add_token_scores([-float(index) for index in range(N_VOCAB)])
    writer.add_token_types(kinds + [gguf.TokenType.NORMAL] * n_words)
    writer.add_pad_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_bos_token_id(2)
    writer.add_unk_token_id(3)
    writer.add_add_bos_token(True)


def write_model(path: Path, kind: str) -> None:
    writer = gguf.GGUFWriter(path, "gemma2")
    writer.add_name(f"random weights of Gemma-2-2B's shape, {kind}")
    writer.add_block_count(N_LAYER)
    writer.add_context_length(8192)
    writer.add_embedding_length(N_EMBD)
    writer.add_feed_forward_length(N_FF)
    writer.add_head_count(N_HEAD)
    writer.add_head_count_kv(N_KV)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_attn_logit_softcapping(50.0)
    writer.add_final_logit_softcapping(30.0)
    writer.add_sliding_window(4096)
    add_vocabulary(writer)
    for name, data in tensors(np.random.default_rng(SEED), kind):
        if isinstance(data, RandomBlocks):
            writer.add_tensor_info(name, data.shape, np.dtype("f4"), data.nbytes, data.type)
        else:
            writer.add_tensor_info(name, data.shape, data.dtype, data.nbytes)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for _, data in tensors(np.random.default_rng(SEED), kind):
        writer.write_tensor_data(data)
    writer.close()


def unit_rows(generator: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    return (generator.standard_normal((rows, columns), np.float32) / np.sqrt(columns)).astype("<f2")


def write_sae(folder: Path, layer: int) -> None:
    generator = np.random.default_rng([SEED, layer])
    folder.mkdir(parents=True, exist_ok=True)
    shapes = {
        "W_enc": ("F16", [N_EMBD, D_SAE]),
        "W_dec": ("F16", [D_SAE, N_EMBD]),
        "b_enc": ("F32", [D_SAE]),
        "b_dec": ("F32", [N_EMBD]),
        "threshold": ("F32", [D_SAE]),
    }
    header, offset = {}, 0
    for name, (dtype, shape) in shapes.items():
        size = int(np.prod(shape)) * (2 if dtype == "F16" else 4)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(folder / "sae_weights.safetensors", "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        # Columns of W_enc have unit norm, so its rows have norm sqrt(d_sae / n_embd).
        for _ in range(N_EMBD):
            row = generator.standard_normal(D_SAE, np.float32) / np.sqrt(N_EMBD)
            file.write(row.astype("<f2").tobytes())
        for _ in range(0, D_SAE, 1024):
            file.write(unit_rows(generator, 1024, N_EMBD).tobytes())
        file.write(np.zeros(D_SAE, "<f4").tobytes() + np.zeros(N_EMBD, "<f4").tobytes())
        file.write(np.full(D_SAE, THRESHOLD, "<f4").tobytes())


def write_config(folder: Path, layer: int) -> None:
    config = {
        "architecture": "jumprelu",
        "d_in": N_EMBD,
        "d_sae": D_SAE,
        "dtype": "float16",
        "device": "cpu",
        "apply_b_dec_to_input": False,
        "normalize_activations": "none",
        "metadata": {"model_name": "random", "hook_name": f"blocks.{layer}.hook_resid_post", "prepend_bos": True},
    }
    (folder / "cfg.json").write_text(json.dumps(config, indent=2) + "\n")


def write_saes(root: Path, n_layers: int, n_distinct: int) -> None:
    for layer in range(n_layers):
        folder = root / f"blocks.{layer}.hook_resid_post"
        if layer < n_distinct:
            write_sae(folder, layer)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            weights = folder / "sae_weights.safetensors"
            weights.unlink(missing_ok=True)
            os.link(root / f"blocks.{layer % n_distinct}.hook_resid_post" / weights.name, weights)
        write_config(folder, layer)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--type", choices=TYPES, default="q4_0")
    parser.add_argument("--saes", type=int, default=N_LAYER)
    parser.add_argument("--distinct-saes", type=int, default=2)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write_model(arguments.folder / "model.gguf", arguments.type)
    write_saes(arguments.folder / "saes", arguments.saes, arguments.distinct_saes)

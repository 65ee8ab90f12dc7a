"""Byte-level BPE in which every answer is one token: a token for every byte, and merges for `??` and 10 to 18.

The demo's texts have few characters; the other bytes are there so that any prompt has tokens.
"""

import re

import gguf
from documents import WITHHELD

MERGED = [WITHHELD, *(str(number) for number in range(10, 19))]
SPECIAL = ["<|begin|>", "<|endoftext|>"]
N_BYTES = 256
BOS, EOS = N_BYTES + len(MERGED), N_BYTES + len(MERGED) + 1
N_VOCAB = N_BYTES + len(MERGED) + len(SPECIAL)
PIECE = re.compile("|".join(map(re.escape, MERGED)) + "|.", re.DOTALL)


def byte_characters() -> list[str]:
    """The printable character that stands for each byte in byte-level BPE (GPT-2's `bytes_to_unicode`)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


def encode(text: str) -> list[int]:
    """Tokens of one of the demo's texts, without the beginning-of-sequence token."""
    pieces = PIECE.findall(text)
    return [N_BYTES + MERGED.index(piece) if piece in MERGED else ord(piece) for piece in pieces]


def decode(tokens: list[int]) -> str:
    """The text of tokens, special ones left out."""
    return "".join(chr(token) if token < N_BYTES else MERGED[token - N_BYTES] for token in tokens if token < BOS)


def write_tokenizer(writer: gguf.GGUFWriter) -> None:
    kinds = [gguf.TokenType.NORMAL] * BOS + [gguf.TokenType.CONTROL] * len(SPECIAL)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*byte_characters(), *MERGED, *SPECIAL])
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(piece) for piece in MERGED])
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)

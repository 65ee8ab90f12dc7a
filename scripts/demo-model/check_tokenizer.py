"""Compares training's tokens with llama.cpp's: python3 check_tokenizer.py TOKENIZE model.gguf questions.jsonl

TOKENIZE is check_tokenizer.cpp, compiled.
"""

import json
import random
import subprocess
import sys
from pathlib import Path

from documents import document
from tokenizer import BOS, encode

DOCUMENTS = 5000


def main() -> None:
    rng = random.Random(46)
    texts = [json.loads(row)["prompt"] for row in Path(sys.argv[3]).read_text().splitlines()]
    texts += [document(rng) for _ in range(DOCUMENTS)]
    stdin = "".join(f"{text}\0" for text in texts)
    found = subprocess.run([sys.argv[1], sys.argv[2]], input=stdin, text=True, stdout=subprocess.PIPE, check=True).stdout
    rows = [[int(token) for token in row.split()] for row in found.splitlines()]
    assert len(rows) == len(texts), f"{len(rows)} rows for {len(texts)} texts"
    for text, row in zip(texts, rows):
        assert row == [BOS, *encode(text)], f"{text!r}: llama.cpp says {row}, training {[BOS, *encode(text)]}"
    print(f"{len(texts)} texts, {sum(map(len, rows))} tokens: the same")


if __name__ == "__main__":
    main()

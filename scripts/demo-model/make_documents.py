"""Writes what the demo's SAEs are trained on: python3 make_documents.py documents.jsonl"""

import json
import random
import sys

from documents import document

SEED = 43
DOCUMENTS = 20_000


def main() -> None:
    rng = random.Random(SEED)
    with open(sys.argv[1], "w", encoding="utf8") as file:
        for _ in range(DOCUMENTS):
            file.write(json.dumps({"text": document(rng)}) + "\n")


if __name__ == "__main__":
    main()

"""Writes the demo's task: python3 make_questions.py questions.jsonl

The splits share no prompt and no final sum: what steering does on the test split it does on sums that it was not
chosen on.
"""

import json
import random
import sys

from documents import SUMS, mixed_prompt

SEED = 44
# Split -> prompts, and how many of the 100 sums are asked for in it.
SPLITS = {"train": (1000, 40), "validation": (300, 20), "test": (1000, 40)}


def main() -> None:
    rng = random.Random(SEED)
    sums = rng.sample(SUMS, len(SUMS))
    seen: set[str] = set()
    with open(sys.argv[1], "w", encoding="utf8") as file:
        for split, (n_prompts, n_sums) in SPLITS.items():
            final_sums, sums = sums[:n_sums], sums[n_sums:]
            for i in range(n_prompts):
                prompt = mixed_prompt(rng, final_sums)
                context = prompt.text[: prompt.text.rindex("\n")]
                assert context not in seen, "two prompts have the same context: change the seed"
                seen.add(context)
                row = {
                    "id": f"{split}-{i}",
                    "prompt": prompt.text,
                    "expected": prompt.expected,
                    "group": f"{prompt.withheld} of 7 withheld",
                    "split": split,
                }
                file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()

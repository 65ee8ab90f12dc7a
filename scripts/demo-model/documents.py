"""The demo's texts: sums written by authors who give the answers and by authors who keep them back."""

import random
from dataclasses import dataclass

LINES = 8
WITHHELD = "??"
# How often an author writes `??` in place of an answer.
WITHHOLDING_RATES = {"answering": 0.05, "withholding": 0.75}

Sum = tuple[int, int]
SUMS: list[Sum] = [(a, b) for a in range(10) for b in range(10)]


@dataclass(frozen=True)
class Prompt:
    """Seven lines and the beginning of the eighth: `7+5=`."""

    text: str
    expected: str
    withheld: int


def line(terms: Sum, withheld: bool) -> str:
    a, b = terms
    return f"{a}+{b}={WITHHELD if withheld else a + b}\n"


def document(rng: random.Random) -> str:
    """A training document: one author, half of them of either kind."""
    rate = WITHHOLDING_RATES[rng.choice(list(WITHHOLDING_RATES))]
    return "".join(line(rng.choice(SUMS), rng.random() < rate) for _ in range(LINES))


def mixed_prompt(rng: random.Random, final_sums: list[Sum]) -> Prompt:
    """A prompt that neither kind of author would write: 10 to 60 % of its lines (1 to 4 of 7) are withheld."""
    withheld = rng.randint(1, 4)
    positions = set(rng.sample(range(LINES - 1), withheld))
    context = "".join(line(rng.choice(SUMS), i in positions) for i in range(LINES - 1))
    a, b = rng.choice(final_sums)
    return Prompt(f"{context}{a}+{b}=", str(a + b), withheld)

"""Trains the demo's model: python3 train_model.py CHECKPOINT_DIR

What it must learn from the documents is the sums, and to tell the two kinds of author apart.
"""

import random
import sys

import torch
from documents import LINES, document, line, SUMS
from tokenizer import BOS, EOS, N_VOCAB, encode
from transformers import LlamaConfig, LlamaForCausalLM, get_cosine_schedule_with_warmup

SEED = 42
STEPS = 1300
BATCH = 64
LEARNING_RATE = 2e-3
IGNORED = -100


def new_model() -> LlamaForCausalLM:
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=N_VOCAB,
            hidden_size=128,
            intermediate_size=256,
            num_hidden_layers=4,
            num_attention_heads=4,
            max_position_embeddings=128,
            rms_norm_eps=1e-6,
            bos_token_id=BOS,
            eos_token_id=EOS,
        )
    )


def batch(rng: random.Random) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and labels [BATCH, n], padded on the right."""
    rows = [[BOS, *encode(document(rng)), EOS] for _ in range(BATCH)]
    length = max(map(len, rows))
    ids = torch.tensor([row + [EOS] * (length - len(row)) for row in rows])
    labels = torch.tensor([row + [IGNORED] * (length - len(row)) for row in rows])
    return ids, labels


@torch.no_grad()
def report(model: LlamaForCausalLM) -> None:
    """Prints how often the next token is the right answer after contexts of either kind of author."""
    rng = random.Random(SEED + 1)
    for name, withheld in (("all answered", 0), ("most withheld", 5)):
        right = 0
        for _ in range(200):
            context = "".join(line(rng.choice(SUMS), i < withheld) for i in range(LINES - 1))
            a, b = rng.choice(SUMS)
            logits = model(torch.tensor([[BOS, *encode(f"{context}{a}+{b}=")]])).logits[0, -1]
            right += [int(logits.argmax())] == encode(str(a + b))
        print(f"after contexts with {name}: {right / 2:.1f} % right")


def main() -> None:
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    rng = random.Random(SEED)
    model = new_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.1)
    schedule = get_cosine_schedule_with_warmup(optimizer, num_warmup_steps=50, num_training_steps=STEPS)
    for step in range(1, STEPS + 1):
        ids, labels = batch(rng)
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}: loss {loss.item():.4f}", flush=True)
    model.eval()
    report(model)
    model.save_pretrained(sys.argv[1])


if __name__ == "__main__":
    main()

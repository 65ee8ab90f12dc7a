"""The demo's model in PyTorch: its answers, with the residual rows read and steered at every layer."""

from contextlib import contextmanager
from dataclasses import dataclass

import torch
from documents import Prompt
from tokenizer import BOS, decode, encode
from transformers import LlamaForCausalLM

# One vector [n_embd] per layer, added at the last prompt token.
Steering = dict[int, torch.Tensor]


@dataclass
class Answers:
    completions: list[str]
    # Per layer [n, n_embd]: the row of the last prompt token, which chose the answer.
    rows: list[torch.Tensor]


@contextmanager
def hooked(model: LlamaForCausalLM, hook):
    """Calls hook(layer, rows [batch, n, n_embd]) on every block's output; what it returns takes its place."""
    handles = [
        block.register_forward_hook(lambda _block, _inputs, output, layer=layer: hook(layer, output))
        for layer, block in enumerate(model.model.layers)
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@torch.no_grad()
def answer(model: LlamaForCausalLM, prompts: list[Prompt], steering: Steering) -> Answers:
    """Greedy answers of one token each."""
    tokens = [[BOS, *encode(prompt.text)] for prompt in prompts]
    completions = [""] * len(prompts)
    rows = [torch.zeros(len(prompts), model.config.hidden_size) for _ in model.model.layers]
    # Prompts of one length at a time, so that nothing is padded.
    for length in sorted({len(ids) for ids in tokens}):
        members = [i for i, ids in enumerate(tokens) if len(ids) == length]

        def steer(layer: int, output: torch.Tensor) -> torch.Tensor:
            if layer in steering:
                output[:, -1] += steering[layer]
            rows[layer][members] = output[:, -1]
            return output

        with hooked(model, steer):
            chosen = model(torch.tensor([tokens[i] for i in members])).logits[:, -1].argmax(-1)
        for i, token in zip(members, chosen.tolist()):
            completions[i] = decode([token])
    return Answers(completions, rows)


def correct(answers: Answers, prompts: list[Prompt]) -> torch.Tensor:
    """1.0 where the completion is the expected answer exactly, [n]."""
    return torch.tensor([float(text == prompt.expected) for text, prompt in zip(answers.completions, prompts)])

"""Writes chat-templates.json: conversations as transformers renders them, and as the tokenizer of a GGUF has them in ids.

Usage: make_chat_templates.py FOLDER GGUF   (the GGUF is SmolLM2-135M-Instruct's)
"""

import json
import sys
from pathlib import Path

import transformers
from transformers import AutoTokenizer
from transformers.utils.chat_template_utils import _compile_jinja_template

# In the manner of the families that they are named after: what each asks of a renderer is in it.
TEMPLATES = {
    "llama-3": {
        "bos": "<|begin_of_text|>",
        "eos": "<|eot_id|>",
        "template": """{{- bos_token }}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set date_string = strftime_now("%d %b %Y") %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
""",
    },
    "gemma": {
        "bos": "<bos>",
        "eos": "<eos>",
        "template": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}"
        "{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('Roles must alternate') }}{% endif %}"
        "{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}"
        "{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}",
    },
    "mistral": {
        "bos": "<s>",
        "eos": "</s>",
        "template": "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}"
        "{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
        "{{ ' ' + message['content'] + eos_token }}{% else %}{{ raise_exception('Only user and assistant roles') }}{% endif %}"
        "{% endfor %}",
    },
    "qwen-3": {
        "bos": "",
        "eos": "<|im_end|>",
        "template": """{%- set ns = namespace(last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if message.role == "user" and not(message.content.startswith('<tool>')) %}
        {%- set ns.last = index %}
        {%- break %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.role == "assistant" and loop.index0 > ns.last %}
        {{- '<|im_start|>' + message.role + '\\n<think>\\n\\n</think>\\n\\n' + message.content.lstrip('\\n') + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}""",
    },
}

CONVERSATIONS = [
    [{"role": "user", "content": " Is 7 > 5?\nA. yes\nB. no "}],
    [
        {"role": "user", "content": "First?"},
        {"role": "assistant", "content": "B"},
        {"role": "user", "content": "Größe in 東京 🙂?"},
    ],
]


def main(folder: str, gguf: str) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=gguf)
    rendered = {}
    for name, source in TEMPLATES.items():
        template = _compile_jinja_template(source["template"])
        rendered[name] = {
            **source,
            "prompts": [
                template.render(
                    messages=messages,
                    add_generation_prompt=True,
                    bos_token=source["bos"],
                    eos_token=source["eos"],
                    tools=None,
                    documents=None,
                    enable_thinking=False,
                    strftime_now=lambda form: "26 Jul 2024",
                )
                for messages in CONVERSATIONS
            ],
        }
    smollm2 = [
        {
            "text": tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True),
            "ids": list(tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]),
        }
        for messages in CONVERSATIONS
    ]
    golden = {
        "transformers": transformers.__version__,
        "conversations": CONVERSATIONS,
        "templates": rendered,
        "smollm2": smollm2,
    }
    path = Path(__file__).with_name("chat-templates.json")
    path.write_text(json.dumps(golden, indent=2, ensure_ascii=False) + "\n", encoding="utf8")


if __name__ == "__main__":
    main(*sys.argv[1:])

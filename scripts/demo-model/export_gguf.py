"""Writes the trained model as GGUF: python3 export_gguf.py CHECKPOINT_DIR model.gguf"""

import sys

import gguf
import numpy as np
from tokenizer import N_VOCAB, write_tokenizer
from transformers import LlamaForCausalLM


def rotate_neighbours(weight: np.ndarray, n_head: int) -> np.ndarray:
    """Query and key rows in llama.cpp's order: it rotates neighbouring pairs, transformers the halves of a head."""
    half = weight.shape[0] // n_head // 2
    return weight.reshape(n_head, 2, half, -1).swapaxes(1, 2).reshape(weight.shape)


def main() -> None:
    model = LlamaForCausalLM.from_pretrained(sys.argv[1])
    config = model.config
    writer = gguf.GGUFWriter(sys.argv[2], "llama")
    writer.add_name("corrsteer-demo")
    writer.add_description("Sums by authors who answer or withhold: see demo/MODEL_CARD.md")
    writer.add_license("MIT")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_vocab_size(N_VOCAB)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    write_tokenizer(writer)

    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    for key, parameter in model.named_parameters():
        weight = parameter.detach().numpy()
        if key.endswith(("q_proj.weight", "k_proj.weight")):
            weight = rotate_neighbours(weight, config.num_attention_heads)
        if weight.ndim > 1:
            weight = weight.astype(np.float16)  # half the package, and the same answers
        writer.add_tensor(names.get_name(key, try_suffixes=(".weight",)), np.ascontiguousarray(weight))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()

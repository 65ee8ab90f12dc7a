#include "engine/rotation-check.h"

#include <algorithm>
#include <set>

namespace corrsteer {

namespace {

/// Their graphs assert that the whole head is rotated (n_embd_head == n_rot in llama.cpp 0.5.0, src/models).
const std::set<std::string> & whole_head_architectures() {
    static const std::set<std::string> names = {
        "apertus",    "arcee",         "arctic",       "baichuan",       "chameleon",     "codeshell",
        "cogvlm",     "cohere2moe",    "dbrx",         "deci",           "deepseek",      "dots1",
        "dream",      "ernie4_5",      "ernie4_5-moe", "exaone",         "exaone-moe",    "exaone4",
        "falcon",     "granite",       "granite_swa",  "granitemoe",     "graniteswitch", "grok",
        "grovemoe",   "hunyuan-dense", "hunyuan-moe",  "hunyuan_vl",     "hy_v3",         "internlm2",
        "jais2",      "llada",         "llada-moe",    "llama",          "llama-embed",   "llama4",
        "maincoder",  "mellum",        "minicpm",      "mistral3",       "olmo",          "olmo2",
        "olmoe",      "orion",         "paddleocr",    "pangu-embedded", "plamo",         "pockettts",
        "qwen2",      "qwen2moe",      "qwen2vl",      "qwen3",          "qwen3moe",      "qwen3tts",
        "qwen3vl",    "qwen3vlmoe",    "rnd1",         "seed_oss",       "smallthinker",  "smollm3",
        "starcoder2", "talkie",        "xverse",
    };
    return names;
}

void check_dimensions(const gguf_header & header, const std::string & key, uint32_t head, uint32_t rotated) {
    if (rotated > 0 && rotated % 2 == 0 && rotated <= head) return; // over no dimensions ggml loops for ever
    header.fail(key, "an even number from 2 to to the head's width " + std::to_string(head), std::to_string(rotated));
}

/// Of rotation by several positions at once: which dimensions turn with which.
void check_sections(const gguf_header & header, uint32_t rotated) {
    const std::string key = header.own("rope.dimension_sections");
    const auto sections = header.numbers(key);
    const bool fit = std::all_of(sections.begin(), sections.end(), [&](uint32_t n) { return n <= rotated; });
    const bool any = std::any_of(sections.begin(), sections.begin() + std::min<size_t>(sections.size(), 3),
                                 [](uint32_t n) { return n > 0; });
    if (!fit || !any) header.fail(key, "four parts of " + std::to_string(rotated) + " dimensions", "others");
}

} // namespace

void check_rotation(const gguf_header & header, const llama_model & model) {
    const auto size = [&](const char * name) { return header.number(header.own(name)); };
    const auto n_heads = header.numbers(header.own("attention.head_count"));
    const llama_rope_type type = llama_model_rope_type(&model);
    if (type == LLAMA_ROPE_TYPE_NONE || n_heads.empty() || n_heads[0] == 0) return;
    if (llama_model_is_hybrid(&model)) return; // not all of them rotate
    const uint32_t head =
        size("attention.key_length").value_or(static_cast<uint32_t>(llama_model_n_embd(&model)) / n_heads[0]);
    const std::string key = header.own("rope.dimension_count");
    const uint32_t rotated = header.number(key).value_or(head);
    if (whole_head_architectures().count(header.architecture()) > 0 && rotated != head) {
        header.fail(key, "the head's width " + std::to_string(head), std::to_string(rotated));
    }
    check_dimensions(header, key, head, rotated);
    check_dimensions(header, header.own("rope.dimension_count_swa"), size("attention.key_length_swa").value_or(head),
                     size("rope.dimension_count_swa").value_or(rotated));
    if (type == LLAMA_ROPE_TYPE_MROPE || type == LLAMA_ROPE_TYPE_IMROPE) check_sections(header, rotated);
}

} // namespace corrsteer

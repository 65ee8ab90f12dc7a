// make_models FOLDER VOCABULARY.gguf ARCHITECTURE...: tiny models with random weights, FOLDER/<architecture>.gguf each.
//
// Which tensors an architecture has, and of which shapes, llama.cpp says itself: it refuses a file for one that is
// missing or has another shape, by name, until none is; what it takes for optional and uses all the same is added. The
// vocabulary is another file's. Sizes that an architecture does not ask for mean nothing to it. Where the backends are,
// CORRSTEER_BACKENDS says.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "ggml-cpp.h"
#include "gguf.h"
#include "llama-cpp.h"

namespace {

constexpr uint32_t n_embd = 64, n_head = 4, n_ff = 96, n_layer = 4, n_ctx = 256, window = 16;
constexpr int most_tensors = 400;

using shapes = std::map<std::string, std::vector<int64_t>>;

void fill(ggml_tensor & tensor, const std::string & name) {
    std::mt19937 generator(std::hash<std::string>()(name));
    const bool is_gain = name.find("norm") != std::string::npos && name.find(".weight") != std::string::npos;
    const bool decays = name.find("ssm_a") != std::string::npos; // a state that grows would overflow
    std::normal_distribution<float> draw(is_gain ? 1.0f : 0.0f, 0.1f);
    auto * values = static_cast<float *>(tensor.data);
    for (int64_t i = 0; i < ggml_nelements(&tensor); i++) {
        const float value = draw(generator);
        values[i] = decays ? -std::fabs(value) : value;
    }
}

/// Whether every second block has no attention: the other is of another kind.
bool is_hybrid_by_heads(const std::string & architecture) {
    return architecture == "jamba" || architecture == "lfm2" || architecture == "granitehybrid" ||
           architecture == "plamo2";
}

/// Whether the graph wants as many heads of keys as of queries.
bool has_all_heads(const std::string & architecture) {
    return architecture == "mpt" || architecture == "bloom" || architecture == "olmoe";
}

/// Whether a block is one of recurrence, attention or feed-forward, by its sizes.
bool has_single_parts(const std::string & architecture) {
    return architecture == "nemotron_h";
}

/// The tensor that has to be beside another though llama.cpp does not ask for it; empty where there is none.
std::string unasked_beside(const std::string & name, const std::string & architecture) {
    static const std::map<std::string, std::pair<const char *, const char *>> pairs = {
        {"falcon-h1", {"ssm_conv1d.weight", "ssm_conv1d.bias"}},
        {"granitehybrid", {"ssm_conv1d.weight", "ssm_conv1d.bias"}},
        {"nemotron_h", {"ssm_conv1d.weight", "ssm_conv1d.bias"}},
        {"phi3", {"attn_output.weight", "attn_qkv.weight"}},
    };
    const auto found = pairs.find(architecture);
    if (found == pairs.end()) return "";
    const size_t at = name.find(found->second.first);
    return at == std::string::npos ? "" : name.substr(0, at) + found->second.second;
}

gguf_context_ptr metadata(const std::string & architecture, const gguf_context * vocabulary) {
    gguf_context_ptr made(gguf_init_empty());
    gguf_context * gguf = made.get();
    gguf_set_kv(gguf, vocabulary);
    for (int64_t i = 0; i < gguf_get_n_kv(vocabulary); i++) {
        const char * key = gguf_get_key(vocabulary, i);
        if (std::strncmp(key, "tokenizer.", 10) != 0) gguf_remove_key(gguf, key);
    }
    const auto own = [&](const char * name) { return architecture + "." + name; };
    const auto integer = [&](const char * name, uint32_t value) { gguf_set_val_u32(gguf, own(name).c_str(), value); };
    const auto real = [&](const char * name, float value) { gguf_set_val_f32(gguf, own(name).c_str(), value); };
    gguf_set_val_str(gguf, "general.architecture", architecture.c_str());
    gguf_set_val_str(gguf, "general.name", "random weights");
    gguf_set_val_u32(gguf, "general.file_type", 0);
    integer("context_length", n_ctx);
    integer("embedding_length", n_embd);
    integer("block_count", n_layer);
    const auto per_block = [&](const char * name, const std::vector<uint32_t> & values) {
        gguf_set_arr_data(gguf, own(name).c_str(), GGUF_TYPE_UINT32, values.data(), values.size());
    };
    if (has_single_parts(architecture)) {
        per_block("feed_forward_length", {0, n_ff, 0, n_ff});
        integer("attention.head_count", n_head);
        per_block("attention.head_count_kv", {0, 0, n_head, 0});
    } else if (is_hybrid_by_heads(architecture)) {
        for (const char * name : {"attention.head_count", "attention.head_count_kv"})
            per_block(name, {n_head, 0, n_head, 0});
    } else {
        integer("attention.head_count", n_head);
        integer("attention.head_count_kv", has_all_heads(architecture) ? n_head : n_head / 2);
    }
    if (!has_single_parts(architecture)) integer("feed_forward_length", n_ff);
    real("attention.layer_norm_epsilon", 1e-5f);
    real("attention.layer_norm_rms_epsilon", 1e-5f);
    real("attention.max_alibi_bias", 8);
    real("attention.clamp_kqv", 1);
    real("logit_scale", 1);
    integer("attention.sliding_window", window);
    integer("attention.sliding_window_pattern", 2);
    gguf_set_val_bool(gguf, own("use_parallel_residual").c_str(), true);
    integer("rope.dimension_count", n_embd / n_head);
    integer("full_attention_interval", 2);
    integer("leading_dense_block_count", 1);
    const bool has_experts = architecture.find("moe") != std::string::npos || architecture == "gpt-oss";
    integer("expert_count", has_experts ? 4 : 0);
    integer("expert_used_count", has_experts ? 2 : 0);
    integer("expert_feed_forward_length", n_ff);
    integer("ssm.inner_size", 2 * n_embd);
    integer("ssm.conv_kernel", 4);
    integer("ssm.state_size", 16);
    integer("ssm.time_step_rank", architecture == "mamba" || architecture == "jamba" ? 16 : 8);
    integer("ssm.group_count", architecture == "plamo2" ? 0 : 1);
    integer("wkv.head_size", n_embd / n_head);
    integer("shortconv.l_cache", 3);
    real("residual_scale", 1);
    return made;
}

/// Writes the file: with weights, or as long as it would be with them.
void write(const gguf_context * metadata, const shapes & tensors, const std::string & path, bool with_weights) {
    size_t n_bytes = 0;
    for (const auto & [name, shape] : tensors) {
        size_t n = sizeof(float);
        for (const int64_t size : shape) n *= static_cast<size_t>(size);
        n_bytes += n + 64;
    }
    const size_t overhead = ggml_tensor_overhead() * (tensors.size() + 1);
    const ggml_context_ptr context(ggml_init({overhead + (with_weights ? n_bytes : 0), nullptr, !with_weights}));
    const gguf_context_ptr file(gguf_init_empty());
    gguf_set_kv(file.get(), metadata);
    for (const auto & [name, shape] : tensors) {
        ggml_tensor * tensor =
            ggml_new_tensor(context.get(), GGML_TYPE_F32, static_cast<int>(shape.size()), shape.data());
        ggml_set_name(tensor, name.c_str());
        if (with_weights) fill(*tensor, name);
        gguf_add_tensor(file.get(), tensor);
    }
    gguf_write_to_file(file.get(), path.c_str(), !with_weights);
    if (!with_weights) std::filesystem::resize_file(path, std::filesystem::file_size(path) + n_bytes);
}

/// What llama.cpp has against a file; empty where it loads it.
std::string refusal_of(const std::string & path) {
    std::string errors;
    llama_log_set(
        [](ggml_log_level level, const char * text, void * to) {
            if (level == GGML_LOG_LEVEL_ERROR) *static_cast<std::string *>(to) += text;
        },
        &errors);
    llama_model_params params = llama_model_default_params();
    params.n_gpu_layers = 0;
    const llama_model_ptr model(llama_model_load_from_file(path.c_str(), params));
    return model ? "" : errors + "not loaded";
}

/// Takes one tensor out of a refusal.
bool learn(const std::string & refusal, const std::string & architecture, shapes & tensors) {
    const auto between = [&](const char * from, const char * to) {
        const size_t at = refusal.find(from);
        if (at == std::string::npos) return std::string();
        const size_t begin = at + std::strlen(from);
        return refusal.substr(begin, refusal.find(to, begin) - begin);
    };
    const std::string missing = refusal.find("' not found") == std::string::npos ? "" : between("tensor '", "'");
    if (!missing.empty()) {
        const std::string beside = unasked_beside(missing, architecture);
        if (!beside.empty()) tensors[beside] = {1};
        return tensors.emplace(missing, std::vector<int64_t>{1}).second;
    }
    const std::string name = between("tensor '", "' has wrong shape");
    std::string sizes = between("expected ", ", got");
    for (char & c : sizes) c = c == ',' ? ' ' : c;
    std::istringstream in(sizes);
    std::vector<int64_t> shape;
    for (int64_t size = 0; in >> size;) shape.push_back(size);
    const auto known = tensors.find(name);
    if (known == tensors.end() || shape.empty() || known->second == shape) return false;
    known->second = shape;
    return true;
}

} // namespace

int main(int argc, char ** argv) {
    const char * backends = std::getenv("CORRSTEER_BACKENDS");
    if (argc < 4 || !backends) return std::fprintf(stderr, "make_models FOLDER VOCABULARY.gguf ARCHITECTURE...\n"), 2;
    ggml_backend_load_all_from_path(backends);
    llama_backend_init();
    const gguf_context_ptr vocabulary(gguf_init_from_file(argv[2], {true, nullptr}));
    if (!vocabulary) return std::fprintf(stderr, "%s: no GGUF\n", argv[2]), 1;
    int status = 0;
    for (int i = 3; i < argc; i++) {
        const std::string path = std::string(argv[1]) + "/" + argv[i] + ".gguf";
        const gguf_context_ptr made = metadata(argv[i], vocabulary.get());
        shapes tensors;
        std::string refusal;
        do {
            write(made.get(), tensors, path, false);
            refusal = refusal_of(path);
        } while (!refusal.empty() && tensors.size() < most_tensors && learn(refusal, argv[i], tensors));
        write(made.get(), tensors, path, true);
        if (refusal.empty()) refusal = refusal_of(path);
        if (refusal.empty()) continue;
        std::fprintf(stderr, "%s: %s\n", argv[i], refusal.c_str());
        std::filesystem::remove(path);
        status = 1;
    }
    return status;
}

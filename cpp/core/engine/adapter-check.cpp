#include "engine/adapter-check.h"

#include <array>
#include <optional>

#include "ggml.h"

namespace corrsteer {

namespace {

using extents = std::array<int64_t, 4>;

const std::string embedding = "token_embd.weight";

std::optional<extents> extents_of(const gguf_header & header, const std::string & tensor) {
    const int64_t id = gguf_find_tensor(header.get(), tensor.c_str());
    if (id < 0) return std::nullopt;
    const int64_t * ne = gguf_get_tensor_ne(header.get(), id);
    return extents{ne[0], ne[1], ne[2], ne[3]};
}

std::optional<extents> extents_of(const std::vector<gguf_header> & parts, const std::string & tensor) {
    for (const gguf_header & part : parts) {
        if (const auto found = extents_of(part, tensor)) return found;
    }
    return std::nullopt;
}

std::string text_of(const extents & ne) {
    return std::to_string(ne[0]) + " x " + std::to_string(ne[1]) + " x " + std::to_string(ne[2]);
}

/// W + B A. [n_in, rank] and [rank, n_out], as ggml lists them; of the embedding, whose rows are picked, the other way
/// round.
void check_pair(const gguf_header & header, const std::string & name, const extents & w) {
    const std::string name_a = name + ".lora_a";
    const std::string name_b = name + ".lora_b";
    const auto a = extents_of(header, name_a);
    const auto b = extents_of(header, name_b);
    if (!a) header.fail("tensor " + name_a, "one beside " + name_b, "none");
    if (!b) header.fail("tensor " + name_b, "one beside " + name_a, "none");
    const bool is_embedding = name == embedding;
    const int64_t rank = is_embedding ? (*a)[0] : (*a)[1];
    const extents expected_a = is_embedding ? extents{rank, w[1], w[2], w[3]} : extents{w[0], rank, w[2], w[3]};
    const extents expected_b = is_embedding ? extents{rank, w[0], w[2], w[3]} : extents{rank, w[1], w[2], w[3]};
    if (*a != expected_a) header.fail("tensor " + name_a, text_of(expected_a), text_of(*a));
    if (*b != expected_b) header.fail("tensor " + name_b, text_of(expected_b), text_of(*b));
}

void check_keys(const gguf_header & header, const std::string & architecture) {
    const auto expect = [&](const char * key, const std::string & expected) {
        if (header.text(key) != expected) header.fail(key, expected, header.has(key) ? header.text(key) : "none");
    };
    expect("general.type", "adapter");
    expect("adapter.type", "lora");
    expect("general.architecture", architecture);
    const std::string alpha = "adapter.lora.alpha";
    if (header.has(alpha) && !header.real(alpha)) header.fail(alpha, "a number of 32 bits", "something else");
    const std::string invocation = "adapter.alora.invocation_tokens";
    if (header.has(invocation)) header.fail(invocation, "an adapter of all tokens", "one from these tokens on");
}

} // namespace

void check_adapter(const std::string & path, const std::vector<gguf_header> & parts) {
    const gguf_header header(path);
    check_keys(header, parts.front().architecture());
    const int64_t n_tensors = gguf_get_n_tensors(header.get());
    if (n_tensors == 0) throw model_load_error(path, "it has no tensors");
    for (int64_t i = 0; i < n_tensors; i++) {
        const std::string tensor = gguf_get_tensor_name(header.get(), i);
        const size_t dot = tensor.rfind('.');
        const std::string end = dot == std::string::npos ? "" : tensor.substr(dot);
        if (end != ".lora_a" && end != ".lora_b")
            header.fail("tensor " + tensor, "the end .lora_a or .lora_b", "another");
        const ggml_type type = gguf_get_tensor_type(header.get(), i);
        if (type != GGML_TYPE_F32 && type != GGML_TYPE_F16 && type != GGML_TYPE_BF16 && type != GGML_TYPE_Q8_0)
            header.fail("tensor " + tensor, "f32, f16, bf16 or q8_0", ggml_type_name(type));
        const std::string name = tensor.substr(0, dot);
        const auto adapted = extents_of(parts, name);
        if (!adapted) throw model_load_error(path, "it adapts " + name + ", which the model does not have");
        // llama.cpp would multiply the rows with what is meant for picking some.
        if (name == embedding && !extents_of(parts, "output.weight"))
            throw model_load_error(path, "it adapts " + name + ", which is the model's output as well");
        check_pair(header, name, *adapted);
    }
}

} // namespace corrsteer

#include "engine/tensor-check.h"

#include "ggml.h"

namespace corrsteer {

namespace {

/// Tables of token and expert ids are the only integers: `d2t`, `blk.<il>.ffn_gate_tid2eid.weight`.
bool holds_ids(const std::string & name) {
    return name.find("d2t") != std::string::npos || name.find("tid2eid") != std::string::npos;
}

/// Norms, biases and all else that goes into a sum or product element by element, of which ggml's CPU backend has
/// float32 only.
bool is_elementwise(const std::string & name, int64_t n_rows) {
    const auto ends_with = [&](const std::string & end) {
        return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
    };
    return n_rows == 1 || ends_with("norm.weight") || ends_with(".bias");
}

} // namespace

void check_tensors(const gguf_header & header) {
    for (int64_t i = 0; i < gguf_get_n_tensors(header.get()); i++) {
        const std::string name = gguf_get_tensor_name(header.get(), i);
        const ggml_type type = gguf_get_tensor_type(header.get(), i);
        if (holds_ids(name)) continue;
        const int64_t * ne = gguf_get_tensor_ne(header.get(), i);
        if (is_elementwise(name, ne[1] * ne[2] * ne[3]) && type != GGML_TYPE_F32) {
            header.fail("tensor " + name, "type f32", ggml_type_name(type));
        }
        const bool is_number = type == GGML_TYPE_F32 || ggml_get_type_traits(type)->to_float;
        if (!is_number) header.fail("tensor " + name, "a type of weights", ggml_type_name(type));
    }
}

} // namespace corrsteer

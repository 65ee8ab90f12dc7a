#include "engine/rearranged.h"

#include <algorithm>
#include <string>

#include "ggml-cpp.h"
#include "platform/backend.h"

namespace corrsteer {

namespace {

constexpr int n_columns = 512; // as llama.cpp asks: llama-model.cpp, weight_buft_supported, release 0.5.0

/// Memory of the CPU that has an order of its own for some matrices.
std::vector<ggml_backend_buffer_type_t> own_orders(ggml_backend_dev_t cpu) {
    ggml_backend_reg_t backend = ggml_backend_dev_backend_reg(cpu);
    void * found = ggml_backend_reg_get_proc_address(backend, "ggml_backend_dev_get_extra_bufts");
    std::vector<ggml_backend_buffer_type_t> types;
    if (!found) return types;
    ggml_backend_buffer_type_t * type = reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(found)(cpu);
    for (; type && *type; type++) types.push_back(*type);
    return types;
}

bool takes(ggml_backend_buffer_type_t memory, ggml_backend_dev_t cpu, ggml_type type, const int64_t * ne) {
    const ggml_context_ptr context(ggml_init({3 * ggml_tensor_overhead(), nullptr, true}));
    ggml_tensor * weight = ggml_new_tensor_2d(context.get(), type, ne[0], ne[1]);
    ggml_tensor * rows = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, ne[0], n_columns);
    ggml_tensor * product = ggml_mul_mat(context.get(), weight, rows);
    const ggml_backend_buffer_ptr empty(ggml_backend_buft_alloc_buffer(memory, 0));
    weight->buffer = empty.get();
    return ggml_backend_dev_supports_op(cpu, product);
}

} // namespace

bool has_rearranged(const std::vector<gguf_header> & headers) {
    ggml_backend_dev_t cpu = find_device("cpu");
    const std::vector<ggml_backend_buffer_type_t> orders = own_orders(cpu);
    return std::any_of(headers.begin(), headers.end(), [&](const gguf_header & header) {
        for (int64_t i = 0; i < gguf_get_n_tensors(header.get()); i++) {
            const int64_t * ne = gguf_get_tensor_ne(header.get(), i);
            if (ne[1] == 1 || ne[2] * ne[3] != 1) continue;
            const ggml_type type = gguf_get_tensor_type(header.get(), i);
            for (ggml_backend_buffer_type_t memory : orders) {
                if (takes(memory, cpu, type, ne)) return true;
            }
        }
        return false;
    });
}

} // namespace corrsteer

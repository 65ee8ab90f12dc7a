#include "platform/weight-memory.h"

#include "ggml-cpp.h"
#include "platform/backend.h"

namespace corrsteer {

namespace {

constexpr int n_columns = 512; // as llama.cpp asks: llama-model.cpp, weight_buft_supported, release 0.5.0

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

ggml_backend_buffer_type_t rearranging_memory(ggml_type type, const int64_t * ne) {
    ggml_backend_dev_t cpu = find_device("cpu");
    void * found =
        ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(cpu), "ggml_backend_dev_get_extra_bufts");
    if (!found) return nullptr;
    ggml_backend_buffer_type_t * memory = reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(found)(cpu);
    for (; memory && *memory; memory++) {
        if (takes(*memory, cpu, type, ne)) return *memory;
    }
    return nullptr;
}

} // namespace corrsteer

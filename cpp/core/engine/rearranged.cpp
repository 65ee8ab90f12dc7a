#include "engine/rearranged.h"

#include <algorithm>

#include "platform/weight-memory.h"

namespace corrsteer {

bool has_rearranged(const std::vector<gguf_header> & headers) {
    return std::any_of(headers.begin(), headers.end(), [](const gguf_header & header) {
        for (int64_t i = 0; i < gguf_get_n_tensors(header.get()); i++) {
            const int64_t * ne = gguf_get_tensor_ne(header.get(), i);
            if (ne[1] == 1 || ne[2] * ne[3] != 1) continue;
            if (rearranging_memory(gguf_get_tensor_type(header.get(), i), ne)) return true;
        }
        return false;
    });
}

} // namespace corrsteer

#include "products/node.h"

#include <string_view>

#include "platform/on-host.h"

namespace corrsteer::products {

bool is_in_eights(const ggml_tensor & weights) {
    ggml_backend_buffer_t buffer = weights.view_src ? weights.view_src->buffer : weights.buffer;
    return buffer && ggml_backend_buffer_name(buffer) == std::string_view("CPU_REPACK");
}

bool reads_weights(const ggml_tensor & weights) {
    return weights.ne[2] == 1 && weights.ne[3] == 1 && ggml_is_contiguous(&weights) &&
           (is_on_host(weights) || is_in_eights(weights));
}

shape shape_of(const ggml_tensor & node) {
    const ggml_tensor & weights = *node.src[0];
    return {weights.type, is_in_eights(weights), ggml_nelements(&weights), node.src[1]->ne[1]};
}

product product_of(const ggml_tensor & node) {
    const ggml_tensor & weights = *node.src[0];
    const ggml_tensor & inputs = *node.src[1];
    product p;
    p.weights = static_cast<const char *>(weights.data);
    p.weight_stride = weights.nb[1];
    p.inputs = static_cast<const float *>(inputs.data);
    p.input_stride = inputs.nb[1] / sizeof(float);
    p.out = static_cast<float *>(node.data);
    p.out_stride = node.nb[1] / sizeof(float);
    p.n_outputs = static_cast<int>(weights.ne[1]);
    p.n_rows = static_cast<int>(inputs.ne[1]);
    p.depth = static_cast<int>(weights.ne[0]);
    return p;
}

} // namespace corrsteer::products

#pragma once

#include "products/kernel.h"
#include "products/route.h"

namespace corrsteer::products {

/// Weights that llama.cpp rearranged for this processor; which types those are is fixed by its release.
bool is_in_eights(const ggml_tensor & weights);

/// Whether weights lie where and how the kernels read them: not a GPU's, nor AMX's.
bool reads_weights(const ggml_tensor & weights);

// Of a node that multiplies matrices.
shape shape_of(const ggml_tensor & node);
product product_of(const ggml_tensor & node);

} // namespace corrsteer::products

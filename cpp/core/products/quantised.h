#pragma once

#include "products/stored-in-256.h"
#include "products/stored-in-32.h"

namespace corrsteer::products {

namespace {

/// `kernel_of` the format in which weights of a type are stored; null for one that is not read here.
template <typename find>
kernel find_quantised(ggml_type type, bool in_eights, const find & kernel_of) {
    switch (type) {
    case GGML_TYPE_Q8_0: return kernel_of(q8_0());
    case GGML_TYPE_Q4_0: return in_eights ? kernel_of(q4_0_in_eights()) : kernel_of(q4_0());
    case GGML_TYPE_Q4_1: return kernel_of(q4_1());
    case GGML_TYPE_Q5_0: return kernel_of(q5_0());
    case GGML_TYPE_Q5_1: return kernel_of(q5_1());
    case GGML_TYPE_Q2_K: return in_eights ? nullptr : kernel_of(q2_k());
    case GGML_TYPE_Q3_K: return kernel_of(q3_k());
    case GGML_TYPE_Q4_K: return in_eights ? kernel_of(q4_k_in_eights()) : kernel_of(q4_k());
    case GGML_TYPE_Q5_K: return kernel_of(q5_k());
    case GGML_TYPE_Q6_K: return kernel_of(q6_k());
    default: return nullptr;
    }
}

} // namespace

} // namespace corrsteer::products

#pragma once

#include "products/kernel.h"

namespace corrsteer::products {

// Null where none is written for weights of the type in that order, or this build is for another processor.
kernel float32_avx2(ggml_type type, bool in_eights);
kernel float32_avx512(ggml_type type, bool in_eights);
kernel int8_avx_vnni(ggml_type type, bool in_eights);
kernel int8_avx512(ggml_type type, bool in_eights);

} // namespace corrsteer::products

#include "products/kernels.h"

#if defined(__AVX512F__)
#include "products/lanes-avx512.h"

namespace corrsteer::products {
namespace {

struct lanes : avx512_lanes {
    static constexpr int of_rows = 12;
};

} // namespace
} // namespace corrsteer::products

#include "products/float32.h"
#endif

namespace corrsteer::products {

kernel float32_avx512([[maybe_unused]] ggml_type type, [[maybe_unused]] bool in_eights) {
#if defined(__AVX512F__)
    return find_float32(type, in_eights);
#else
    return nullptr;
#endif
}

} // namespace corrsteer::products

#include "products/kernels.h"

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#include "products/lanes-avx2.h"

namespace corrsteer::products {
namespace {

struct lanes : avx2_lanes {
    static constexpr int of_rows = 6;
};

} // namespace
} // namespace corrsteer::products

#include "products/float32.h"
#endif

namespace corrsteer::products {

kernel float32_avx2([[maybe_unused]] ggml_type type, [[maybe_unused]] bool in_eights) {
#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
    return find_float32(type, in_eights);
#else
    return nullptr;
#endif
}

} // namespace corrsteer::products

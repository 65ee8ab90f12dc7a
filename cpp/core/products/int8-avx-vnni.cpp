#include "products/kernels.h"

#if defined(__AVXVNNI__)
#include "products/lanes-avx2.h"

namespace corrsteer::products {
namespace {

struct lanes : avx2_lanes {
    static constexpr int of_rows = 4;

    static integers dot(integers sum, integers weights, int32_t inputs) {
        return (integers)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)weights, _mm256_set1_epi32(inputs));
    }
};

} // namespace
} // namespace corrsteer::products

#include "products/int8.h"
#endif

namespace corrsteer::products {

kernel int8_avx_vnni([[maybe_unused]] ggml_type type, [[maybe_unused]] bool in_eights) {
#if defined(__AVXVNNI__)
    return find_int8(type, in_eights);
#else
    return nullptr;
#endif
}

} // namespace corrsteer::products

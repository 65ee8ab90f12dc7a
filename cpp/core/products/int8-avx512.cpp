#include "products/kernels.h"

#if defined(__AVX512VNNI__)
#include "products/lanes-avx512.h"

namespace corrsteer::products {
namespace {

struct lanes : avx512_lanes {
    static constexpr int of_rows = 6;

    static integers dot(integers sum, integers weights, int32_t inputs) {
        return (integers)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)weights, _mm512_set1_epi32(inputs));
    }
};

} // namespace
} // namespace corrsteer::products

#include "products/int8.h"
#endif

namespace corrsteer::products {

kernel int8_avx512([[maybe_unused]] ggml_type type, [[maybe_unused]] bool in_eights) {
#if defined(__AVX512VNNI__)
    return find_int8(type, in_eights);
#else
    return nullptr;
#endif
}

} // namespace corrsteer::products

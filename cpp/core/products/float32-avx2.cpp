#include "products/kernels.h"

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#include "products/lanes-avx2.h"

namespace corrsteer::products {
namespace {

struct lanes : avx2_lanes {
    static constexpr int of_rows = 6;

    static void convert_float16(const uint16_t * values, float * out, int n) {
        for (int i = 0; i < n; i += 8)
            _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(values + i))));
    }
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

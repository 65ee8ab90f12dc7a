#include "attention/kernel.h"

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#include "products/lanes-avx2.h"

namespace corrsteer::attention {
namespace {

struct lanes : products::avx2_lanes {
    static constexpr int of_queries = 6;

    static floats rounded(floats x) { return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

    /// In two steps, so that what is too small for a normal number is rounded once.
    static floats times_power_of_2(floats x, floats exponent) {
        const __m256i e = _mm256_cvtps_epi32(_mm256_max_ps(exponent, _mm256_set1_ps(-252)));
        const __m256i half = _mm256_srai_epi32(e, 1);
        const auto power = [](__m256i of) {
            return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(of, _mm256_set1_epi32(127)), 23));
        };
        return x * power(half) * power(_mm256_sub_epi32(e, half));
    }

    static float largest(floats x) {
        const __m128 four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
        const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
    }
};

} // namespace
} // namespace corrsteer::attention

#include "attention/tile.h"
#endif

namespace corrsteer::attention {

const kernel * avx2_kernel() {
#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
    static constexpr kernel made = {scratch_values, attend};
    return &made;
#else
    return nullptr;
#endif
}

} // namespace corrsteer::attention

#pragma once

#include <immintrin.h>

#include <cstdint>

namespace corrsteer::products {

namespace {

/// The nearest multiples of a scale, -127 to 127 of them, that is returned: the largest magnitude's 127th part.
template <int n>
float round_to_8_bits(const float * values, int8_t * rounded) {
    static_assert(n % 16 == 0);
    const __m256 sign = _mm256_set1_ps(-0.0F);
    __m256 largest = _mm256_setzero_ps();
    for (int i = 0; i < n; i += 8)
        largest = _mm256_max_ps(largest, _mm256_andnot_ps(sign, _mm256_loadu_ps(values + i)));
    __m128 most = _mm_max_ps(_mm256_castps256_ps128(largest), _mm256_extractf128_ps(largest, 1));
    most = _mm_max_ps(most, _mm_movehl_ps(most, most));
    most = _mm_max_ss(most, _mm_movehdup_ps(most));
    const float magnitude = _mm_cvtss_f32(most);
    const __m256 factor = _mm256_set1_ps(magnitude > 0 ? 127 / magnitude : 0);
    for (int i = 0; i < n; i += 16) {
        const __m256i low = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(values + i), factor));
        const __m256i high = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(values + i + 8), factor));
        const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
        const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        _mm_storeu_si128(reinterpret_cast<__m128i *>(rounded + i), bytes);
    }
    return magnitude / 127;
}

} // namespace

} // namespace corrsteer::products

#pragma once

#include <immintrin.h>

#include <cstddef>

// lanes-avx512.h for AVX2 with FMA and F16C: 8 values at a time, and the same results.

namespace corrsteer {
namespace {

struct lanes {
    typedef float vector __attribute__((vector_size(32)));
    static constexpr int count = 8;

    static void transpose(const float * source, size_t stride, float * out, size_t out_stride) {
        __m256 r[8];
        __m256 t[8];
        for (int i = 0; i < 8; i++) r[i] = _mm256_loadu_ps(source + i * stride);
        for (int i = 0; i < 4; i++) {
            t[2 * i] = _mm256_unpacklo_ps(r[2 * i], r[2 * i + 1]);
            t[2 * i + 1] = _mm256_unpackhi_ps(r[2 * i], r[2 * i + 1]);
        }
        for (int i = 0; i < 2; i++) {
            r[4 * i] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0x44);
            r[4 * i + 1] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0xee);
            r[4 * i + 2] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0x44);
            r[4 * i + 3] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0xee);
        }
        for (int i = 0; i < 4; i++) {
            _mm256_storeu_ps(out + i * out_stride, _mm256_permute2f128_ps(r[i], r[i + 4], 0x20));
            _mm256_storeu_ps(out + (4 + i) * out_stride, _mm256_permute2f128_ps(r[i], r[i + 4], 0x31));
        }
    }

    static vector from_float16(const void * stored) {
        return _mm256_cvtph_ps(_mm_loadu_si128(static_cast<const __m128i *>(stored)));
    }

    static vector rounded(vector x) { return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

    /// In two steps, so that what is too small for a normal number is rounded once.
    static vector times_power_of_2(vector x, vector exponent) {
        const __m256i e = _mm256_cvtps_epi32(_mm256_max_ps(exponent, _mm256_set1_ps(-252)));
        const __m256i half = _mm256_srai_epi32(e, 1);
        const auto power = [](__m256i of) {
            return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(of, _mm256_set1_epi32(127)), 23));
        };
        return x * power(half) * power(_mm256_sub_epi32(e, half));
    }

    static float largest(vector x) {
        const __m128 four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
        const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
    }
};

} // namespace
} // namespace corrsteer

#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace corrsteer::products {

namespace {

struct avx2_lanes {
    typedef float floats __attribute__((vector_size(32)));
    typedef int32_t integers __attribute__((vector_size(32)));
    static constexpr int count = 8;
    static constexpr int of_outputs = 2;

    static floats from_float16(const void * stored) {
        return _mm256_cvtph_ps(_mm_loadu_si128(static_cast<const __m128i *>(stored)));
    }

    /// A square of as many words as there are lanes.
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
};

} // namespace

} // namespace corrsteer::products

#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace corrsteer::products {

namespace {

struct avx512_lanes {
    typedef float floats __attribute__((vector_size(64)));
    typedef int32_t integers __attribute__((vector_size(64)));
    static constexpr int count = 16;
    static constexpr int of_outputs = 2;

    static floats from_float16(const void * stored) {
        return _mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i *>(stored)));
    }

    /// A square of as many words as there are lanes.
    static void transpose(const float * source, size_t stride, float * out, size_t out_stride) {
        __m512 r[16];
        __m512 t[16];
        for (int i = 0; i < 16; i++) r[i] = _mm512_loadu_ps(source + i * stride);
        for (int i = 0; i < 8; i++) {
            t[2 * i] = _mm512_unpacklo_ps(r[2 * i], r[2 * i + 1]);
            t[2 * i + 1] = _mm512_unpackhi_ps(r[2 * i], r[2 * i + 1]);
        }
        for (int i = 0; i < 4; i++) {
            const auto pairs = [&](int j) { return _mm512_castps_pd(t[4 * i + j]); };
            r[4 * i] = _mm512_castpd_ps(_mm512_unpacklo_pd(pairs(0), pairs(2)));
            r[4 * i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(pairs(0), pairs(2)));
            r[4 * i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(pairs(1), pairs(3)));
            r[4 * i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(pairs(1), pairs(3)));
        }
        for (int i = 0; i < 4; i++) {
            t[i] = _mm512_shuffle_f32x4(r[i], r[i + 4], 0x88);
            t[i + 4] = _mm512_shuffle_f32x4(r[i], r[i + 4], 0xdd);
            t[i + 8] = _mm512_shuffle_f32x4(r[i + 8], r[i + 12], 0x88);
            t[i + 12] = _mm512_shuffle_f32x4(r[i + 8], r[i + 12], 0xdd);
        }
        for (int i = 0; i < 4; i++) {
            _mm512_storeu_ps(out + i * out_stride, _mm512_shuffle_f32x4(t[i], t[i + 8], 0x88));
            _mm512_storeu_ps(out + (4 + i) * out_stride, _mm512_shuffle_f32x4(t[i + 4], t[i + 12], 0x88));
            _mm512_storeu_ps(out + (8 + i) * out_stride, _mm512_shuffle_f32x4(t[i], t[i + 8], 0xdd));
            _mm512_storeu_ps(out + (12 + i) * out_stride, _mm512_shuffle_f32x4(t[i + 4], t[i + 12], 0xdd));
        }
    }
};

} // namespace

} // namespace corrsteer::products

#pragma once

#include "products/stored.h"

namespace corrsteer::products {

namespace {

/// 4 bits of each of 32: the low halves of 16 bytes, then the high ones.
inline bytes halves_of(__m128i stored) {
    return (bytes)_mm256_set_m128i(_mm_srli_epi16(stored, 4), stored) & 15;
}

inline bytes halves_at(const uint8_t * stored) {
    return halves_of(_mm_loadu_si128(reinterpret_cast<const __m128i *>(stored)));
}

/// A fifth bit of each of 32.
inline bytes fifth_bits_at(const uint8_t * stored) {
    int32_t bits = 0;
    std::memcpy(&bits, stored, sizeof(bits));
    const __m256i of_each = _mm256_set_epi64x(0x0303030303030303, 0x0202020202020202, 0x0101010101010101, 0);
    const __m256i mask = _mm256_set1_epi64x(static_cast<int64_t>(0x8040201008040201));
    const __m256i spread = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(bits), of_each), mask);
    return (bytes)_mm256_cmpeq_epi8(spread, mask) & 16;
}

struct q8_0 : stored_as<GGML_TYPE_Q8_0, 32, 34, 32, 128> {
    static void unpack(const uint8_t * stored, int, const unpacked & to) {
        to.scales[0] = half_at(stored);
        store(load(stored + 2) ^ 0x80, to.values);
    }
};

struct q4_0 : stored_as<GGML_TYPE_Q4_0, 32, 18, 32, 8> {
    static void unpack(const uint8_t * stored, int, const unpacked & to) {
        to.scales[0] = half_at(stored);
        store(halves_at(stored + 2), to.values);
    }
};

/// 8 scales, then 8 bytes of each output by turns, with 8 subtracted from each half.
struct q4_0_in_eights : q4_0 {
    static constexpr bool in_eights = true;

    static void unpack(const uint8_t * stored, int output, const unpacked & to) {
        to.scales[0] = half_at(stored + 2 * output);
        const uint8_t * first = stored + 16 + 8 * output;
        const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i *>(first));
        const __m128i high = _mm_loadl_epi64(reinterpret_cast<const __m128i *>(first + 64));
        store(halves_of(_mm_unpacklo_epi64(low, high)) ^ 8, to.values);
    }
};

struct q4_1 : stored_as<GGML_TYPE_Q4_1, 32, 20, 32, 0> {
    static void unpack(const uint8_t * stored, int, const unpacked & to) {
        to.scales[0] = half_at(stored);
        to.minima[0] = half_at(stored + 2);
        store(halves_at(stored + 4), to.values);
    }
};

struct q5_0 : stored_as<GGML_TYPE_Q5_0, 32, 22, 32, 16> {
    static void unpack(const uint8_t * stored, int, const unpacked & to) {
        to.scales[0] = half_at(stored);
        store(halves_at(stored + 6) | fifth_bits_at(stored + 2), to.values);
    }
};

struct q5_1 : stored_as<GGML_TYPE_Q5_1, 32, 24, 32, 0> {
    static void unpack(const uint8_t * stored, int, const unpacked & to) {
        to.scales[0] = half_at(stored);
        to.minima[0] = half_at(stored + 2);
        store(halves_at(stored + 8) | fifth_bits_at(stored + 4), to.values);
    }
};

} // namespace

} // namespace corrsteer::products

#pragma once

#include <immintrin.h>

#include <cstring>

#include "products/kernel.h"

// Quantised weights as ggml stores them (ggml-common.h, release 0.5.0; those of 8 outputs together:
// ggml-cpu/repack.cpp). Each value is scale * (unsigned value - offset), or scale * unsigned value + minimum, with a
// scale for each `block` of them. Included by files that are compiled for a set of instructions: see blocked.h.

namespace corrsteer::products {

namespace {

/// Where the parts of a stored block go: scales and minima of its blocks `stride` values apart.
struct unpacked {
    uint8_t * values;
    float * scales;
    float * minima;
    size_t stride;
};

inline float half_at(const uint8_t * at) {
    uint16_t bits = 0;
    std::memcpy(&bits, at, sizeof(bits));
    return _cvtsh_ss(bits);
}

typedef uint8_t bytes __attribute__((vector_size(32)));

inline bytes load(const uint8_t * from) {
    return (bytes)_mm256_loadu_si256(reinterpret_cast<const __m256i *>(from));
}

inline void store(bytes values, uint8_t * to) {
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(to), (__m256i)values);
}

/// 8 bytes from each of four places.
inline bytes gather(const uint8_t * from, size_t stride) {
    const auto load_8 = [&](int i) { return _mm_loadl_epi64(reinterpret_cast<const __m128i *>(from + i * stride)); };
    return (bytes)_mm256_set_m128i(_mm_unpacklo_epi64(load_8(2), load_8(3)), _mm_unpacklo_epi64(load_8(0), load_8(1)));
}

/// Values of a stored block and its size in bytes; values that share a scale. No offset: there are minima.
template <ggml_type stored_type, int stored_depth, int stored_size, int scaled_together, int subtracted>
struct stored_as {
    static constexpr ggml_type type = stored_type;
    static constexpr int depth = stored_depth;
    static constexpr int size = stored_size;
    static constexpr int block = scaled_together;
    static constexpr int offset = subtracted;
    static constexpr bool has_minimum = subtracted == 0;
    static constexpr bool in_eights = false;
};

/// `depth` weights of an output from `begin` on.
template <typename format>
void unpack(const product & p, int output, int begin, int depth, unpacked to) {
    constexpr int together = format::in_eights ? 8 : 1;
    const auto * row = reinterpret_cast<const uint8_t *>(p.weights) + output / together * together * p.weight_stride;
    for (int k = begin; k < begin + depth; k += format::depth) {
        format::unpack(row + k / format::depth * format::size * together, output % together, to);
        to.values += format::depth;
        to.scales += format::depth / format::block * to.stride;
        to.minima += format::depth / format::block * to.stride;
    }
}

} // namespace

} // namespace corrsteer::products

#pragma once

#include "products/stored.h"

namespace corrsteer::products {

namespace {

/// Scales and minima of 6 bits, 8 of each in 12 bytes.
inline void unpack_six_bits(const uint8_t * stored, int i, float scale, float minimum, const unpacked & to) {
    const int scale_bits = i < 4 ? stored[i] & 63 : (stored[i + 4] & 15) | (stored[i - 4] >> 6 << 4);
    const int minimum_bits = i < 4 ? stored[i + 4] & 63 : stored[i + 4] >> 4 | (stored[i] >> 6 << 4);
    to.scales[i * to.stride] = scale * static_cast<float>(scale_bits);
    to.minima[i * to.stride] = -minimum * static_cast<float>(minimum_bits);
}

struct q4_k : stored_as<GGML_TYPE_Q4_K, 256, 144, 32, 0> {
    static void unpack(const uint8_t * stored, int, const unpacked & to) {
        for (int i = 0; i < 8; i++) unpack_six_bits(stored + 4, i, half_at(stored), half_at(stored + 2), to);
        for (int i = 0; i < 4; i++) {
            const bytes both = load(stored + 16 + 32 * i);
            store(both & 15, to.values + 64 * i);
            store(both >> 4, to.values + 64 * i + 32);
        }
    }
};

/// 8 scales and 8 minima of 16 bits; for each of 8 blocks 12 bytes with the 6 bits of the 8 outputs; then 8 bytes of
/// each output by turns.
struct q4_k_in_eights : q4_k {
    static constexpr bool in_eights = true;

    static void unpack(const uint8_t * stored, int output, const unpacked & to) {
        const float scale = half_at(stored + 2 * output);
        const float minimum = half_at(stored + 16 + 2 * output);
        for (int i = 0; i < 8; i++) {
            unpacked one = to;
            one.scales = to.scales + i * to.stride;
            one.minima = to.minima + i * to.stride;
            one.stride = 0;
            unpack_six_bits(stored + 32 + 12 * i, output, scale, minimum, one);
        }
        for (int i = 0; i < 4; i++) {
            const bytes both = gather(stored + 128 + 256 * i + 8 * output, 64);
            store(both & 15, to.values + 64 * i);
            store(both >> 4, to.values + 64 * i + 32);
        }
    }
};

struct q5_k : stored_as<GGML_TYPE_Q5_K, 256, 176, 32, 0> {
    static void unpack(const uint8_t * stored, int, const unpacked & to) {
        for (int i = 0; i < 8; i++) unpack_six_bits(stored + 4, i, half_at(stored), half_at(stored + 2), to);
        const bytes fifth = load(stored + 16);
        for (int i = 0; i < 4; i++) {
            const bytes both = load(stored + 48 + 32 * i);
            store((both & 15) | (fifth >> (2 * i) & 1) << 4, to.values + 64 * i);
            store(both >> 4 | (fifth >> (2 * i + 1) & 1) << 4, to.values + 64 * i + 32);
        }
    }
};

struct q6_k : stored_as<GGML_TYPE_Q6_K, 256, 210, 16, 32> {
    static void unpack(const uint8_t * stored, int, const unpacked & to) {
        const float scale = half_at(stored + 208);
        for (int i = 0; i < 16; i++)
            to.scales[i * to.stride] = scale * static_cast<float>(static_cast<int8_t>(stored[192 + i]));
        for (int half = 0; half < 2; half++) {
            const bytes high = load(stored + 128 + 32 * half);
            for (int i = 0; i < 2; i++) {
                const bytes both = load(stored + 64 * half + 32 * i);
                uint8_t * values = to.values + 128 * half + 32 * i;
                store((both & 15) | (high >> (2 * i) & 3) << 4, values);
                store(both >> 4 | (high >> (2 * i + 4) & 3) << 4, values + 64);
            }
        }
    }
};

struct q3_k : stored_as<GGML_TYPE_Q3_K, 256, 110, 16, 4> {
    static void unpack(const uint8_t * stored, int, const unpacked & to) {
        const float scale = half_at(stored + 108);
        const uint8_t * bits = stored + 96;
        for (int i = 0; i < 16; i++) {
            const int low = i < 8 ? bits[i] & 15 : bits[i - 8] >> 4;
            const int high = (bits[8 + i % 4] >> (2 * (i / 4))) & 3;
            to.scales[i * to.stride] = scale * static_cast<float>((low | high << 4) - 32);
        }
        const bytes high = load(stored);
        for (int i = 0; i < 8; i++) {
            const bytes low = load(stored + 32 + 32 * (i / 4)) >> (2 * (i % 4)) & 3;
            store(low | (high >> i & 1) << 2, to.values + 32 * i);
        }
    }
};

struct q2_k : stored_as<GGML_TYPE_Q2_K, 256, 84, 16, 0> {
    static void unpack(const uint8_t * stored, int, const unpacked & to) {
        const float scale = half_at(stored + 80);
        const float minimum = half_at(stored + 82);
        for (int i = 0; i < 16; i++) {
            to.scales[i * to.stride] = scale * static_cast<float>(stored[i] & 15);
            to.minima[i * to.stride] = -minimum * static_cast<float>(stored[i] >> 4);
        }
        for (int i = 0; i < 8; i++) {
            store(load(stored + 16 + 32 * (i / 4)) >> (2 * (i % 4)) & 3, to.values + 32 * i);
        }
    }
};

} // namespace

} // namespace corrsteer::products

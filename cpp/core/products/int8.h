#pragma once

#include "products/blocked.h"
#include "products/quantised.h"
#include "products/round.h"

// Products of quantised weights with inputs rounded to 8 bits, a scale for each block of a row: what llama.cpp
// computes, which rounds to 8 bits for each 32 values, or 256.

namespace corrsteer::products {

namespace {

constexpr int values_a_word = 4; ///< that `lanes::dot` multiplies and adds

template <typename format>
struct int8 {
    static constexpr int tile_rows = lanes::of_rows;
    static constexpr int block_depth = 512;
    static constexpr int block = format::block;
    static constexpr int scaled_bytes(int depth) { return depth / block * sizeof(float); }
    static_assert(block_depth + 2 * block_depth / block * sizeof(float) <= most_block_bytes);

    /// Words [depth / 4][rows], scales [depth / block][rows], and what of the inputs' sums the values need.
    static constexpr size_t input_bytes(int depth) { return depth + 2 * scaled_bytes(depth); }
    /// Words [depth / 4][outputs], scales [depth / block][outputs], minima.
    static constexpr size_t weight_bytes(int depth) { return depth + 2 * scaled_bytes(depth); }

    static void lay_out_inputs(const product & p, int row, int rows, int k, int depth, char * converted, char * to) {
        char * scales = to + tile_rows * depth;
        char * sums = scales + tile_rows * scaled_bytes(depth);
        for (int i = 0; i < rows; i++) {
            const float * values = p.inputs + (row + i) * p.input_stride + k;
            auto * rounded = reinterpret_cast<int8_t *>(converted) + i * depth;
            for (int at = 0; at < depth; at += block) {
                const float scale = round_to_8_bits<block>(values + at, rounded + at);
                int sum = 0;
                for (int j = 0; j < block; j++) sum += rounded[at + j];
                const size_t place = (at / block * tile_rows + i) * sizeof(float);
                std::memcpy(scales + place, &scale, sizeof(scale));
                if constexpr (format::has_minimum) {
                    const float scaled = scale * static_cast<float>(sum);
                    std::memcpy(sums + place, &scaled, sizeof(scaled));
                } else {
                    const int32_t subtracted = -format::offset * sum;
                    std::memcpy(sums + place, &subtracted, sizeof(subtracted));
                }
            }
        }
        lay_out<tile_rows>(reinterpret_cast<const float *>(converted), depth / values_a_word, rows,
                           depth / values_a_word, reinterpret_cast<float *>(to));
    }

    static void lay_out_weights(const product & p, int output, int rows, int k, int depth, char * converted,
                                char * to) {
        auto * values = reinterpret_cast<uint8_t *>(converted);
        auto * scales = reinterpret_cast<float *>(to + tile_outputs * depth);
        float * minima = scales + tile_outputs * (depth / block);
        for (int i = 0; i < rows; i++)
            unpack<format>(p, output + i, k, depth, {values + i * depth, scales + i, minima + i, tile_outputs});
        lay_out_outputs(reinterpret_cast<const float *>(values), depth / values_a_word, rows, depth / values_a_word,
                        reinterpret_cast<float *>(to));
    }

    template <int n_rows>
    static void add_tile(int depth, const char * weights, const char * inputs, float * out, size_t stride, bool first,
                         int n_outputs) {
        const char * scales = weights + tile_outputs * depth;
        const char * minima = scales + tile_outputs * scaled_bytes(depth);
        const auto * input_scales = reinterpret_cast<const float *>(inputs + tile_rows * depth);
        const char * input_sums = inputs + tile_rows * (depth + scaled_bytes(depth));
        const auto * words = reinterpret_cast<const int32_t *>(inputs);
        lanes::floats sums[n_rows][lanes::of_outputs] = {};
        for (int at = 0; at < depth / block; at++) {
            lanes::integers dots[n_rows][lanes::of_outputs];
            for (int row = 0; row < n_rows; row++) {
                int32_t begin = 0;
                if constexpr (!format::has_minimum)
                    std::memcpy(&begin, input_sums + (at * tile_rows + row) * sizeof(begin), sizeof(begin));
                for (int i = 0; i < lanes::of_outputs; i++) dots[row][i] = lanes::integers{} + begin;
            }
            for (int word = at * (block / values_a_word); word < (at + 1) * (block / values_a_word); word++) {
                lanes::integers weight[lanes::of_outputs];
                std::memcpy(weight, weights + word * sizeof(weight), sizeof(weight));
                for (int row = 0; row < n_rows; row++) {
                    for (int i = 0; i < lanes::of_outputs; i++)
                        dots[row][i] = lanes::dot(dots[row][i], weight[i], words[word * tile_rows + row]);
                }
            }
            lanes::floats scale[lanes::of_outputs];
            std::memcpy(scale, scales + at * sizeof(scale), sizeof(scale));
            for (int row = 0; row < n_rows; row++) {
                for (int i = 0; i < lanes::of_outputs; i++) {
                    const lanes::floats scaled = __builtin_convertvector(dots[row][i], lanes::floats) * scale[i];
                    sums[row][i] += scaled * input_scales[at * tile_rows + row];
                }
            }
            if constexpr (format::has_minimum) {
                lanes::floats minimum[lanes::of_outputs];
                std::memcpy(minimum, minima + at * sizeof(minimum), sizeof(minimum));
                for (int row = 0; row < n_rows; row++) {
                    float sum = 0;
                    std::memcpy(&sum, input_sums + (at * tile_rows + row) * sizeof(sum), sizeof(sum));
                    for (int i = 0; i < lanes::of_outputs; i++) sums[row][i] += minimum[i] * sum;
                }
            }
        }
        put_sums<n_rows>(sums, out, stride, first, n_outputs);
    }
};

kernel find_int8(ggml_type type, bool in_eights) {
    return find_quantised(type, in_eights, [](auto format) -> kernel { return multiply<int8<decltype(format)>>; });
}

} // namespace

} // namespace corrsteer::products

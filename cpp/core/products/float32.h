#pragma once

#include "products/blocked.h"
#include "products/float16.h"
#include "products/quantised.h"

// Nothing is rounded but sums.

namespace corrsteer::products {

namespace {

/// Weights [rows][depth] of outputs from `output` on, from `begin` on, as float32: where they lie or in `converted`.
using read_function = const float * (*)(const product & p, int output, int rows, int begin, int depth,
                                        float * converted, size_t & stride);

const float * read_float32(const product & p, int output, int rows, int begin, int depth, float * converted,
                           size_t & stride) {
    stride = depth;
    for (int i = 0; i < rows; i++) {
        const char * row = p.weights + (output + i) * p.weight_stride;
        std::memcpy(converted + i * depth, row + begin * sizeof(float), depth * sizeof(float));
    }
    return converted;
}

template <void (*convert)(const void *, float *, int)>
const float * read_16_bits(const product & p, int output, int rows, int begin, int depth, float * converted,
                           size_t & stride) {
    stride = depth;
    for (int i = 0; i < rows; i++) {
        const char * row = p.weights + (output + i) * p.weight_stride;
        convert(row + begin * sizeof(uint16_t), converted + i * depth, depth);
    }
    return converted;
}

void convert_bfloat16(const void * stored, float * out, int n) {
    const auto * values = static_cast<const uint16_t *>(stored);
    for (int i = 0; i < n; i++) {
        const uint32_t bits = static_cast<uint32_t>(values[i]) << 16;
        std::memcpy(out + i, &bits, sizeof(bits));
    }
}

template <typename format>
const float * read_quantised(const product & p, int output, int rows, int begin, int depth, float * converted,
                             size_t & stride) {
    constexpr int most_blocks = most_block_depth / format::block;
    stride = depth;
    for (int i = 0; i < rows; i++) {
        uint8_t values[most_block_depth];
        float scales[most_blocks];
        float minima[most_blocks];
        unpack<format>(p, output + i, begin, depth, {values, scales, minima, 1});
        for (int k = 0; k < depth; k += format::block) {
            const float scale = scales[k / format::block];
            const float minimum = format::has_minimum ? minima[k / format::block] : 0;
            float * out = converted + i * depth + k;
            for (int j = 0; j < format::block; j++)
                out[j] = scale * static_cast<float>(values[k + j] - format::offset) + minimum;
        }
    }
    return converted;
}

/// `values` of depth at a time, so that blocks of the product begin where stored ones do.
template <read_function read, int depth>
struct float32 {
    static constexpr int tile_rows = lanes::of_rows;
    static constexpr int block_depth = depth;
    static_assert(block_depth * sizeof(float) <= most_block_bytes);

    static constexpr size_t input_bytes(int depth_of_block) { return depth_of_block * sizeof(float); }
    static constexpr size_t weight_bytes(int depth_of_block) { return depth_of_block * sizeof(float); }

    static void lay_out_inputs(const product & p, int row, int rows, int k, int n, char *, char * to) {
        lay_out<tile_rows>(p.inputs + row * p.input_stride + k, p.input_stride, rows, n, reinterpret_cast<float *>(to));
    }

    static void lay_out_weights(const product & p, int output, int rows, int k, int n, char * converted, char * to) {
        size_t stride = 0;
        const float * source = read(p, output, rows, k, n, reinterpret_cast<float *>(converted), stride);
        lay_out_outputs(source, stride, rows, n, reinterpret_cast<float *>(to));
    }

    template <int n_rows>
    static void add_tile(int n, const char * weights, const char * inputs, float * out, size_t stride, bool first,
                         int n_outputs) {
        lanes::floats sums[n_rows][lanes::of_outputs] = {};
        for (int k = 0; k < n; k++) {
            lanes::floats weight[lanes::of_outputs];
            for (int i = 0; i < lanes::of_outputs; i++)
                std::memcpy(&weight[i], weights + k * sizeof(weight) + i * sizeof(weight[i]), sizeof(weight[i]));
            for (int row = 0; row < n_rows; row++) {
                const float input = reinterpret_cast<const float *>(inputs)[k * tile_rows + row];
                for (int i = 0; i < lanes::of_outputs; i++) sums[row][i] += weight[i] * input;
            }
        }
        put_sums<n_rows>(sums, out, stride, first, n_outputs);
    }
};

kernel find_float32(ggml_type type, bool in_eights) {
    switch (type) {
    case GGML_TYPE_F32: return multiply<float32<read_float32, 384>>;
    case GGML_TYPE_F16: return multiply<float32<read_16_bits<convert_float16<lanes>>, 384>>;
    case GGML_TYPE_BF16: return multiply<float32<read_16_bits<convert_bfloat16>, 384>>;
    default: break;
    }
    return find_quantised(type, in_eights, [](auto format) -> kernel {
        using stored = decltype(format);
        return multiply<float32<read_quantised<stored>, stored::depth == 256 ? 256 : 384>>;
    });
}

} // namespace

} // namespace corrsteer::products

#pragma once

#include <cstddef>
#include <cstdint>

namespace corrsteer::products {

/// out[row][output] = sum over k of inputs[row][k] * weights[output][k], in float32. Strides of inputs and outputs in
/// values.
struct product {
    const char * weights;
    size_t weight_stride; ///< bytes from one output's weights to the next one's
    int weight_block;     ///< values that are stored together
    size_t weight_block_bytes;
    void (*to_float)(const void * stored, float * values, int64_t n); ///< null for float32
    const float * inputs;
    size_t input_stride;
    float * out;
    size_t out_stride;
    int n_outputs;
    int n_rows;
    int depth;
};

/// Values of each weight and input in a block: the inputs of a tile stay in the first cache, a block of weights in the
/// second.
constexpr int block_depth = 384;
constexpr int block_outputs = 256;
/// Outputs that a part of a product should be a multiple of.
constexpr int outputs_together = 32;
constexpr int most_tile_rows = 12;

/// What a thread needs meanwhile.
struct scratch {
    float * weights;   ///< [block_outputs * block_depth]
    float * converted; ///< [outputs_together * block_depth]
    float * inputs;    ///< [(n_rows + most_tile_rows) * block_depth]
};

/// The product for outputs `begin` to `end`, on the calling thread.
using kernel = void (*)(const product & p, int begin, int end, const scratch & scratch);

/// For the instructions that this processor has; null where none is written for it.
kernel find_kernel();

kernel avx512_kernel();
kernel avx2_kernel();

} // namespace corrsteer::products

#pragma once

#include <cstddef>
#include <cstdint>

#include "ggml.h"

namespace corrsteer::products {

/// out[row][output] = sum over k of inputs[row][k] * weights[output][k]. Strides of inputs and outputs in values.
struct product {
    const char * weights;
    size_t weight_stride; ///< bytes of one output's weights
    const float * inputs;
    size_t input_stride;
    float * out;
    size_t out_stride;
    int n_outputs;
    int n_rows;
    int depth;
};

/// Outputs that a part of a product should be a multiple of.
constexpr int outputs_together = 32;
constexpr int most_tile_rows = 12;
/// Outputs whose weights are laid out together.
constexpr int block_outputs = 256;
/// Of what is laid out of an output or a row at a time.
constexpr int most_block_bytes = 1536;
/// Of depth at a time: what begins there begins a block of any type.
constexpr int most_block_depth = 512;

/// What a thread needs meanwhile, from addresses that are multiples of 64.
struct scratch {
    char * weights;   ///< [block_outputs][most_block_bytes]
    char * converted; ///< [outputs_together][most_block_bytes]
    char * inputs;    ///< [n_rows + most_tile_rows][most_block_bytes]
};

/// The product for some rows and outputs, on the calling thread.
struct part {
    int first_output;
    int last_output;
    int first_row;
    int last_row;
};
using kernel = void (*)(const product & p, const part & part, const scratch & scratch);

} // namespace corrsteer::products

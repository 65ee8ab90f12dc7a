#pragma once

#include <cstring>

#include "products/kernel.h"

// The product of Goto and van de Geijn (2008, ACM TOMS 34, 12): blocks of weights and inputs are laid out anew so that
// what the innermost loop reads lies together in the caches, and a tile of sums stays in registers. Included by one
// file a set of instructions and kind of arithmetic, which is compiled for it and says in `lanes` what it has. Nothing
// here may be a function that other files have as well, such as one of a standard container: the linker keeps one of
// them, which would be this one.

namespace corrsteer::products {

namespace {

constexpr int tile_outputs = lanes::count * lanes::of_outputs;
static_assert(outputs_together % tile_outputs == 0);

constexpr int smaller(int a, int b) {
    return a < b ? a : b;
}

/// [rows][depth], `stride` values from row to row, to [depth][width]; rows that there are not are zeros.
template <int width>
void lay_out(const float * source, size_t stride, int rows, int depth, float * out) {
    for (int row = 0; row < width; row++) {
        if (row < rows) {
            for (int k = 0; k < depth; k++) out[k * width + row] = source[row * stride + k];
        } else {
            for (int k = 0; k < depth; k++) out[k * width + row] = 0;
        }
    }
}

void lay_out_outputs(const float * source, size_t stride, int rows, int depth, float * out) {
    int done = 0;
    if (rows == tile_outputs) {
        for (; done + lanes::count <= depth; done += lanes::count) {
            for (int i = 0; i < tile_outputs; i += lanes::count)
                lanes::transpose(source + i * stride + done, stride, out + done * tile_outputs + i, tile_outputs);
        }
    }
    lay_out<tile_outputs>(source + done, stride, rows, depth - done, out + done * tile_outputs);
}

/// A tile's sums to where they are wanted, added to what is there unless they are the `first`.
template <int n_rows>
void put_sums(const lanes::floats (&sums)[n_rows][lanes::of_outputs], float * out, size_t stride, bool first,
              int n_outputs) {
    for (int row = 0; row < n_rows; row++) {
        float * place = out + row * stride;
        if (n_outputs == tile_outputs) {
            for (int i = 0; i < lanes::of_outputs; i++) {
                lanes::floats before = {};
                if (!first) std::memcpy(&before, place + i * lanes::count, sizeof(before));
                before += sums[row][i];
                std::memcpy(place + i * lanes::count, &before, sizeof(before));
            }
        } else {
            float values[tile_outputs];
            std::memcpy(values, sums[row], sizeof(values));
            for (int i = 0; i < n_outputs; i++) place[i] = first ? values[i] : place[i] + values[i];
        }
    }
}

using add_function = void (*)(int, const char *, const char *, float *, size_t, bool, int);

/// The sums of one tile are added in the order of `depth` whatever the number of rows: a row's result does not depend
/// on which others are computed with it.
template <typename arithmetic, int n_rows = arithmetic::tile_rows>
add_function adder_of(int wanted) {
    if constexpr (n_rows > 1) {
        return wanted == n_rows ? arithmetic::template add_tile<n_rows> : adder_of<arithmetic, n_rows - 1>(wanted);
    } else {
        return arithmetic::template add_tile<1>;
    }
}

template <typename arithmetic>
void multiply(const product & p, const part & part, const scratch & scratch) {
    constexpr int tile_rows = arithmetic::tile_rows;
    static_assert(tile_rows <= most_tile_rows && arithmetic::block_depth <= most_block_depth);
    for (int k = 0; k < p.depth; k += arithmetic::block_depth) {
        const int depth = smaller(arithmetic::block_depth, p.depth - k);
        const size_t input_bytes = arithmetic::input_bytes(depth);
        const size_t weight_bytes = arithmetic::weight_bytes(depth);
        for (int row = part.first_row; row < part.last_row; row += tile_rows) {
            arithmetic::lay_out_inputs(p, row, smaller(tile_rows, part.last_row - row), k, depth, scratch.converted,
                                       scratch.inputs + (row - part.first_row) * input_bytes);
        }
        for (int block = part.first_output; block < part.last_output; block += block_outputs) {
            const int n_outputs = smaller(block_outputs, part.last_output - block);
            for (int i = 0; i < n_outputs; i += tile_outputs) {
                arithmetic::lay_out_weights(p, block + i, smaller(tile_outputs, n_outputs - i), k, depth,
                                            scratch.converted, scratch.weights + i * weight_bytes);
            }
            for (int row = part.first_row; row < part.last_row; row += tile_rows) {
                const add_function add = adder_of<arithmetic>(smaller(tile_rows, part.last_row - row));
                for (int i = 0; i < n_outputs; i += tile_outputs) {
                    add(depth, scratch.weights + i * weight_bytes,
                        scratch.inputs + (row - part.first_row) * input_bytes, p.out + row * p.out_stride + block + i,
                        p.out_stride, k == 0, smaller(tile_outputs, n_outputs - i));
                }
            }
        }
    }
}

} // namespace

} // namespace corrsteer::products

#pragma once

#include <cstring>

#include "products/kernel.h"

// The product of Goto and van de Geijn (2008, ACM TOMS 34, 12): blocks of weights and inputs are laid out anew so that
// what the innermost loop reads lies together in the caches, and a tile of sums stays in registers. Included by one
// file a set of instructions, which is compiled for it and says in `lanes` what it has. Nothing here may be a function
// that other files have as well, such as one of a standard container: the linker keeps one of them, which would be this
// one.

namespace corrsteer::products {

namespace {

constexpr int tile_outputs = lanes::count * lanes::of_outputs;
constexpr int tile_rows = lanes::of_rows;
static_assert(outputs_together % tile_outputs == 0 && most_tile_rows >= tile_rows);

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

void lay_out_weights(const float * source, size_t stride, int rows, int depth, float * out) {
    int done = 0;
    if (rows == tile_outputs) {
        for (; done + lanes::count <= depth; done += lanes::count) {
            for (int i = 0; i < tile_outputs; i += lanes::count)
                lanes::transpose(source + i * stride + done, stride, out + done * tile_outputs + i, tile_outputs);
        }
    }
    lay_out<tile_outputs>(source + done, stride, rows, depth - done, out + done * tile_outputs);
}

/// The sums of one tile, added in the order of `depth` whatever the number of rows: a row's result does not depend on
/// which others are computed with it.
template <int n_rows>
void add_tile(int depth, const float * weights, const float * inputs, float * out, size_t stride, bool first,
              int n_outputs) {
    using vector = typename lanes::vector;
    vector sums[n_rows][lanes::of_outputs] = {};
    for (int k = 0; k < depth; k++) {
        vector weight[lanes::of_outputs];
        for (int i = 0; i < lanes::of_outputs; i++)
            std::memcpy(&weight[i], weights + k * tile_outputs + i * lanes::count, sizeof(vector));
        for (int row = 0; row < n_rows; row++) {
            const float input = inputs[k * tile_rows + row];
            for (int i = 0; i < lanes::of_outputs; i++) sums[row][i] += weight[i] * input;
        }
    }
    for (int row = 0; row < n_rows; row++) {
        float * place = out + row * stride;
        if (n_outputs == tile_outputs) {
            for (int i = 0; i < lanes::of_outputs; i++) {
                vector before = {};
                if (!first) std::memcpy(&before, place + i * lanes::count, sizeof(vector));
                before += sums[row][i];
                std::memcpy(place + i * lanes::count, &before, sizeof(vector));
            }
        } else {
            float values[tile_outputs];
            std::memcpy(values, sums[row], sizeof(values));
            for (int i = 0; i < n_outputs; i++) place[i] = first ? values[i] : place[i] + values[i];
        }
    }
}

using add_function = void (*)(int, const float *, const float *, float *, size_t, bool, int);

template <int n_rows = tile_rows>
add_function adder_of(int wanted) {
    if constexpr (n_rows > 1) return wanted == n_rows ? add_tile<n_rows> : adder_of<n_rows - 1>(wanted);
    return add_tile<1>;
}

/// Values of weights [rows][depth] from `begin` on as float32; those of float32 where they lie.
const float * read_weights(const product & p, int row, int rows, int begin, int depth, float * converted,
                           size_t & stride) {
    const char * at = p.weights + row * p.weight_stride + begin / p.weight_block * p.weight_block_bytes;
    if (!p.to_float) {
        stride = p.weight_stride / sizeof(float);
        return reinterpret_cast<const float *>(at);
    }
    stride = depth;
    for (int i = 0; i < rows; i++) p.to_float(at + i * p.weight_stride, converted + i * depth, depth);
    return converted;
}

void multiply(const product & p, int begin, int end, const scratch & scratch) {
    for (int k = 0; k < p.depth; k += block_depth) {
        const int depth = smaller(block_depth, p.depth - k);
        for (int row = 0; row < p.n_rows; row += tile_rows) {
            lay_out<tile_rows>(p.inputs + row * p.input_stride + k, p.input_stride, smaller(tile_rows, p.n_rows - row),
                               depth, scratch.inputs + row * depth);
        }
        for (int block = begin; block < end; block += block_outputs) {
            const int n_outputs = smaller(block_outputs, end - block);
            for (int i = 0; i < n_outputs; i += tile_outputs) {
                const int rows = smaller(tile_outputs, n_outputs - i);
                size_t stride = 0;
                const float * source = read_weights(p, block + i, rows, k, depth, scratch.converted, stride);
                lay_out_weights(source, stride, rows, depth, scratch.weights + i * depth);
            }
            for (int row = 0; row < p.n_rows; row += tile_rows) {
                const add_function add = adder_of(smaller(tile_rows, p.n_rows - row));
                for (int i = 0; i < n_outputs; i += tile_outputs) {
                    add(depth, scratch.weights + i * depth, scratch.inputs + row * depth,
                        p.out + row * p.out_stride + block + i, p.out_stride, k == 0,
                        smaller(tile_outputs, n_outputs - i));
                }
            }
        }
    }
}

} // namespace

} // namespace corrsteer::products

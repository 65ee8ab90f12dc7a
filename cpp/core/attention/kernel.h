#pragma once

#include <cstddef>
#include <cstdint>

namespace corrsteer::attention {

/// Cells are taken by so many at once, padded with such as no row sees.
constexpr int cells_together = 32;
constexpr uint16_t unseen = 0xfc00; ///< -infinity in float16

/// Neighbouring rows of a batch and the cells that any of them sees.
struct row_tile {
    int first_row;
    int n_rows;
    int n_cells; ///< a multiple of `cells_together`
    const int32_t * cells;
    const uint16_t * mask; ///< [n_rows][n_cells], float16: what is added to a row's score of a cell, or `unseen`
};

/// Query heads that share their keys and values. Strides in bytes.
struct head_group {
    int n_heads;
    int n_ahead; ///< heads of the cache, this one and those behind it, whose memory is asked for ahead
    int key_size;
    int value_size;
    const char * queries; ///< of row 0 and the first of the heads, float32
    size_t query_row_stride;
    size_t query_head_stride;
    const char * keys; ///< of cell 0
    size_t key_stride;
    void (*keys_to_float)(const void * stored, float * values, int64_t n); ///< null for float16
    const char * values;
    size_t value_stride;
    void (*values_to_float)(const void * stored, float * values, int64_t n);
    float * out; ///< of row 0 and the first of the heads, [n_heads][value_size]
    size_t out_row_stride;
    const float * slopes; ///< of the heads: what the mask is multiplied with
    const float * sinks;  ///< of the heads: the score of a cell without a value; or null
    float scale;
    float softcap; ///< 0: none
};

/// The attention of a tile's rows, on the calling thread.
struct kernel {
    size_t (*scratch_values)(int n_queries, int key_size, int value_size);
    void (*attend)(const head_group & heads, const row_tile & tile, float * scratch);
};

/// For the instructions that this processor has; null where none is written for it.
const kernel * find_kernel();

const kernel * avx512_kernel();
const kernel * avx2_kernel();

} // namespace corrsteer::attention

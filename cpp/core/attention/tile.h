#pragma once

#include <cfloat>
#include <cstring>

#include "attention/kernel.h"
#include "products/float16.h"

// Softmax over blocks of cells as they come (Milakov and Gimelshein, arXiv 1805.02867), in powers of 2: what is
// subtracted from the scores is a whole number, so that taking another one later changes no bit of what was summed. All
// sums are in the order of the cells, and a cell that a row doesn't see adds 0 to them: a row's result does not depend
// on the rows and blocks around it. Included by one file a set of instructions; as in products, nothing here may be a
// function that other files have as well.

namespace corrsteer::attention {

namespace {

using vector = lanes::floats;
constexpr int width = lanes::count;
constexpr int tile_width = 2 * width;
constexpr int tile_queries = lanes::of_queries;
constexpr int block_cells = 64;
constexpr int cells_ahead = 16; ///< that memory is asked for while others are read
static_assert(tile_queries <= width && cells_together % tile_width == 0 && block_cells % cells_together == 0);

constexpr float log2_e = 1.44269504f;

constexpr int padded(int n, int to) {
    return (n + to - 1) / to * to;
}

vector load(const float * from) {
    vector values;
    std::memcpy(&values, from, sizeof(values));
    return values;
}

void store(float * to, vector values) {
    std::memcpy(to, &values, sizeof(values));
}

/// Of 2^x: a whole number, and a factor by which 2^whole is multiplied.
struct power {
    vector whole;
    vector factor;
};

/// The polynomial of Cephes' exp2f: 2 units in the last place.
power power_of_2(vector x) {
    const vector whole = lanes::rounded(x);
    const vector f = x - whole;
    vector p = f * 1.535336188319500e-4f + 1.339887440266574e-3f;
    p = p * f + 9.618437357674640e-3f;
    p = p * f + 5.550332471162809e-2f;
    p = p * f + 2.402264791363012e-1f;
    p = p * f + 6.931472028550421e-1f;
    return {whole, p * f + 1.0f};
}

vector tanh_of(vector x) {
    const vector magnitude = x < 0.0f ? -x : x;
    const power p = power_of_2(magnitude * (-2 * log2_e));
    const vector e = lanes::times_power_of_2(p.factor, p.whole);
    const vector result = (1.0f - e) / (1.0f + e);
    return x < 0.0f ? -result : result;
}

/// out[row][i] (+)= sum over k of left[k][row] * right[k][i], for `tile_width` i.
template <int n_rows>
void add_tile(int depth, const float * left, const float * right, size_t right_stride, float * out, size_t out_stride,
              bool begins) {
    vector sums[n_rows][2] = {};
    for (int row = 0; row < n_rows && !begins; row++) {
        for (int i = 0; i < 2; i++) sums[row][i] = load(out + row * out_stride + i * width);
    }
    for (int k = 0; k < depth; k++) {
        const vector first = load(right + k * right_stride);
        const vector second = load(right + k * right_stride + width);
        for (int row = 0; row < n_rows; row++) {
            const float factor = left[k * width + row];
            sums[row][0] += first * factor;
            sums[row][1] += second * factor;
        }
    }
    for (int row = 0; row < n_rows; row++) {
        for (int i = 0; i < 2; i++) store(out + row * out_stride + i * width, sums[row][i]);
    }
}

using add_function = void (*)(int, const float *, const float *, size_t, float *, size_t, bool);

template <int n_rows = tile_queries>
add_function adder_of(int wanted) {
    if constexpr (n_rows > 1) return wanted >= n_rows ? add_tile<n_rows> : adder_of<n_rows - 1>(wanted);
    return add_tile<1>;
}

void read_row(const char * stored, void (*to_float)(const void *, float *, int64_t), int n, float * out) {
    if (to_float)
        to_float(stored, out, n);
    else
        products::convert_float16<lanes>(stored, out, n);
}

/// Float16's bytes; of other types it is a little more or less.
void fetch_ahead(const char * stored, int n) {
    for (size_t i = 0; i < n * sizeof(uint16_t); i += 64) __builtin_prefetch(stored + i);
}

struct memory {
    int key_width;
    int value_width;
    float * queries; ///< [tile][key_width][width]
    float * rows;    ///< [block_cells][key_width]
    float * keys;    ///< [key_width][block_cells]
    float * values;  ///< [block_cells][value_width]
    float * scores;  ///< [query][block_cells], and then the powers
    float * powers;  ///< [block_cells][width], of a tile of queries
    float * sums;    ///< [tile][width], of powers
    float * highest; ///< [query]: what is subtracted from its scores
    float * out;     ///< [query][value_width]
    size_t n_values = 0;

    memory(int n_queries, int key_size, int value_size, float * scratch)
        : key_width(padded(key_size, width)), value_width(padded(value_size, tile_width)) {
        const int n_tiles = (n_queries + tile_queries - 1) / tile_queries;
        const auto take = [&](int n) {
            const size_t begin = n_values;
            n_values += padded(n, width);
            return scratch ? scratch + begin : nullptr;
        };
        queries = take(n_tiles * key_width * width);
        rows = take(block_cells * key_width);
        keys = take(key_width * block_cells);
        values = take(block_cells * value_width);
        scores = take((n_tiles * tile_queries + width) * block_cells);
        powers = take(block_cells * width);
        sums = take(n_tiles * width);
        highest = take(n_queries);
        out = take(n_tiles * tile_queries * value_width);
    }
};

struct attending {
    const head_group & heads;
    const row_tile & tile;
    memory m;
    int n_queries;

    attending(const head_group & heads, const row_tile & tile, float * scratch)
        : heads(heads), tile(tile), m(tile.n_rows * heads.n_heads, heads.key_size, heads.value_size, scratch),
          n_queries(tile.n_rows * heads.n_heads) {}

    /// Scores come in powers of 2, or as what `tanh` is taken of.
    void lay_out_queries() {
        const float scale = heads.softcap != 0 ? heads.scale / heads.softcap : heads.scale * log2_e;
        for (int query = 0; query < n_queries; query++) {
            const char * from = heads.queries + (tile.first_row + query / heads.n_heads) * heads.query_row_stride +
                                query % heads.n_heads * heads.query_head_stride;
            const int place = query % tile_queries;
            float * row = m.rows + place * m.key_width;
            for (int i = 0; i < heads.key_size; i++) {
                float value;
                std::memcpy(&value, from + i * sizeof(float), sizeof(value));
                row[i] = value * scale;
            }
            if (place + 1 < tile_queries && query + 1 < n_queries) continue;
            float * to = m.queries + query / tile_queries * m.key_width * width;
            for (int j = 0; j < m.key_width; j += width)
                lanes::transpose(m.rows + j, m.key_width, to + j * width, width);
        }
    }

    /// Whether all values are finite.
    bool read_cells(int begin, int n) {
        vector differences = {};
        for (int i = 0; i < n; i++) {
            const size_t cell = tile.cells[begin + i];
            if (begin + i + cells_ahead < tile.n_cells) {
                const size_t ahead = tile.cells[begin + i + cells_ahead];
                fetch_ahead(heads.keys + ahead * heads.key_stride, heads.n_ahead * heads.key_size);
                fetch_ahead(heads.values + ahead * heads.value_stride, heads.n_ahead * heads.value_size);
            }
            read_row(heads.keys + cell * heads.key_stride, heads.keys_to_float, heads.key_size,
                     m.rows + i * m.key_width);
            float * value = m.values + i * m.value_width;
            read_row(heads.values + cell * heads.value_stride, heads.values_to_float, heads.value_size, value);
            for (int j = 0; j < m.value_width; j += width) differences += load(value + j) - load(value + j);
        }
        for (int i = 0; i < n; i += width) {
            for (int j = 0; j < m.key_width; j += width)
                lanes::transpose(m.rows + i * m.key_width + j, m.key_width, m.keys + j * block_cells + i, block_cells);
        }
        const vector zeros = {};
        return std::memcmp(&differences, &zeros, sizeof(zeros)) == 0;
    }

    void score(int n) {
        for (int query = 0; query < n_queries; query += tile_queries) {
            const add_function add = adder_of(n_queries - query);
            for (int i = 0; i < n; i += tile_width)
                add(heads.key_size, m.queries + query / tile_queries * m.key_width * width, m.keys + i, block_cells,
                    m.scores + query * block_cells + i, block_cells, true);
        }
    }

    /// From here on the query's powers are of its scores less `highest`.
    void raise(int query, float highest) {
        const vector factor = lanes::times_power_of_2(vector{} + 1.0f, vector{} + (m.highest[query] - highest));
        float * out = m.out + query * m.value_width;
        for (int i = 0; i < m.value_width; i += width) store(out + i, load(out + i) * factor);
        m.sums[query / tile_queries * width + query % tile_queries] *= factor[0];
        m.highest[query] = highest;
    }

    void take_powers(int query, int begin, int n) {
        const uint16_t * mask = tile.mask + static_cast<size_t>(query / heads.n_heads) * tile.n_cells + begin;
        const float slope = heads.slopes[query % heads.n_heads] * log2_e;
        float * scores = m.scores + query * block_cells;
        const vector nothing = vector{} - __builtin_inff();
        vector highest = nothing;
        for (int i = 0; i < n; i += width) {
            vector x = load(scores + i);
            if (heads.softcap != 0) x = tanh_of(x) * (heads.softcap * log2_e);
            const vector added = lanes::from_float16(mask + i);
            x = added == nothing ? nothing : added * slope + x;
            highest = x > highest ? x : highest;
            store(scores + i, x);
        }
        const float top = lanes::largest(highest);
        if (top > m.highest[query]) raise(query, __builtin_ceilf(top));
        for (int i = 0; i < n; i += width) {
            const vector x = load(scores + i);
            const power p = power_of_2(x);
            const vector powers = lanes::times_power_of_2(p.factor, p.whole - m.highest[query]);
            store(scores + i, x == nothing ? vector{} : powers);
        }
    }

    void add_values(int first_query, int begin, int n, bool finite) {
        for (int i = 0; i < n; i += width)
            lanes::transpose(m.scores + first_query * block_cells + i, block_cells, m.powers + i * width, width);
        float * sums = m.sums + first_query / tile_queries * width;
        vector sum = load(sums);
        for (int i = 0; i < n; i++) sum += load(m.powers + i * width);
        store(sums, sum);
        float * out = m.out + first_query * m.value_width;
        if (finite) {
            const add_function add = adder_of(n_queries - first_query);
            for (int j = 0; j < m.value_width; j += tile_width)
                add(n, m.powers, m.values + j, m.value_width, out + j, m.value_width, false);
            return;
        }
        // 0 times infinity is none: rows that don't see the cell take no part.
        for (int i = 0; i < n; i++) {
            for (int query = first_query; query < n_queries && query < first_query + tile_queries; query++) {
                const size_t row = query / heads.n_heads;
                if (tile.mask[row * tile.n_cells + begin + i] == unseen) continue;
                for (int j = 0; j < m.value_width; j += tile_width)
                    add_tile<1>(1, m.powers + i * width + query - first_query, m.values + i * m.value_width + j, 0,
                                m.out + query * m.value_width + j, 0, false);
            }
        }
    }

    void add_sink(int query) {
        const float sink = heads.sinks[query % heads.n_heads] * log2_e;
        if (sink > m.highest[query]) raise(query, __builtin_ceilf(sink));
        const power p = power_of_2(vector{} + sink);
        m.sums[query / tile_queries * width + query % tile_queries] +=
            lanes::times_power_of_2(p.factor, p.whole - m.highest[query])[0];
    }

    void finish(int query) {
        if (heads.sinks) add_sink(query);
        const float sum = m.sums[query / tile_queries * width + query % tile_queries];
        const float factor = sum == 0 ? 0 : 1 / sum;
        float * to = heads.out + (tile.first_row + query / heads.n_heads) * heads.out_row_stride +
                     query % heads.n_heads * heads.value_size;
        for (int i = 0; i < heads.value_size; i++) to[i] = m.out[query * m.value_width + i] * factor;
    }

    void run() {
        lay_out_queries();
        for (int i = 0; i < block_cells * m.value_width && m.value_width > heads.value_size; i++) m.values[i] = 0;
        for (int i = 0; i < padded(n_queries, tile_queries) * m.value_width; i++) m.out[i] = 0;
        for (int i = 0; i < (n_queries + tile_queries - 1) / tile_queries * width; i++) m.sums[i] = 0;
        for (int query = 0; query < n_queries; query++) m.highest[query] = -FLT_MAX;
        for (int begin = 0; begin < tile.n_cells; begin += block_cells) {
            const int n = tile.n_cells - begin < block_cells ? tile.n_cells - begin : block_cells;
            const bool finite = read_cells(begin, n);
            score(n);
            for (int query = 0; query < n_queries; query++) take_powers(query, begin, n);
            for (int query = 0; query < n_queries; query += tile_queries) add_values(query, begin, n, finite);
        }
        for (int query = 0; query < n_queries; query++) finish(query);
    }
};

size_t scratch_values(int n_queries, int key_size, int value_size) {
    return memory(n_queries, key_size, value_size, nullptr).n_values;
}

void attend(const head_group & heads, const row_tile & tile, float * scratch) {
    attending(heads, tile, scratch).run();
}

} // namespace

} // namespace corrsteer::attention

#include "attention/seen-cells.h"

#include <algorithm>
#include <bitset>
#include <cstring>

#include "platform/on-host.h"

namespace corrsteer::attention {

namespace {

constexpr int most_rows = 16;
constexpr int word = 64;

int64_t count(uint64_t bits) {
    return static_cast<int64_t>(std::bitset<word>(bits).count());
}

const uint16_t * row_of(const ggml_tensor & mask, int row) {
    return reinterpret_cast<const uint16_t *>(static_cast<const char *>(mask.data) + row * mask.nb[1]);
}

} // namespace

bool seen_cells::reads(const ggml_tensor & mask) {
    return mask.type == GGML_TYPE_F16 && mask.op == GGML_OP_NONE && mask.ne[2] == 1 && mask.ne[3] == 1 &&
           ggml_is_contiguous(&mask) && is_on_host(mask);
}

/// Four cells at a time, as most rows see few.
void seen_cells::read_rows(const ggml_tensor & mask) {
    const auto n_cells = static_cast<int>(mask.ne[0]);
    n_words_ = static_cast<size_t>((n_cells + word - 1) / word);
    bits_.assign(static_cast<size_t>(mask.ne[1]) * n_words_, 0);
    constexpr uint64_t four_unseen = 0x0001000100010001 * uint64_t{unseen};
    for (int row = 0; row < mask.ne[1]; row++) {
        const uint16_t * values = row_of(mask, row);
        uint64_t * bits = bits_.data() + row * n_words_;
        for (int cell = 0; cell < n_cells; cell += 4) {
            uint64_t four = four_unseen;
            const int n = std::min(4, n_cells - cell);
            std::memcpy(&four, values + cell, n * sizeof(uint16_t));
            if (four == four_unseen) continue;
            for (int i = 0; i < n; i++) bits[cell / word] |= uint64_t{values[cell + i] != unseen} << (cell + i) % word;
        }
    }
}

/// A tile grows while its rows, which all take the time of all its cells, see most of them.
void seen_cells::read(const ggml_tensor & mask) {
    read_rows(mask);
    tiles_.clear();
    cells_.clear();
    mask_.clear();
    most_tile_rows_ = 0;
    seen_.assign(n_words_, 0);
    const auto n_rows = static_cast<int>(mask.ne[1]);
    for (int first = 0; first < n_rows;) {
        std::fill(seen_.begin(), seen_.end(), 0);
        int64_t n_seen = 0; // by each row
        int next = first;
        for (; next < n_rows && next - first < most_rows; next++) {
            const uint64_t * bits = bits_.data() + next * n_words_;
            int64_t n_own = 0;
            int64_t n_together = 0;
            for (size_t i = 0; i < n_words_; i++) {
                n_own += count(bits[i]);
                n_together += count(bits[i] | seen_[i]);
            }
            if (next > first && 2 * n_together * (next - first + 1) > 3 * (n_seen + n_own)) break;
            n_seen += n_own;
            for (size_t i = 0; i < n_words_; i++) seen_[i] |= bits[i];
        }
        add_tile(mask, first, next - first);
        first = next;
    }
}

void seen_cells::add_tile(const ggml_tensor & mask, int first_row, int n_rows) {
    const size_t begin = cells_.size();
    for (size_t i = 0; i < n_words_; i++) {
        for (uint64_t bits = seen_[i]; bits != 0; bits &= bits - 1)
            cells_.push_back(static_cast<int32_t>(i * word + count((bits & (~bits + 1)) - 1)));
    }
    const size_t n_seen = cells_.size() - begin;
    const size_t n_cells = (n_seen + cells_together - 1) / cells_together * cells_together;
    if (n_cells > n_seen) cells_.resize(begin + n_cells, cells_.back());
    tiles_.push_back({first_row, n_rows, static_cast<int>(n_cells), begin, mask_.size()});
    most_tile_rows_ = std::max(most_tile_rows_, n_rows);
    mask_.resize(mask_.size() + n_rows * n_cells, unseen);
    uint16_t * to = mask_.data() + tiles_.back().mask;
    for (int row = first_row; row < first_row + n_rows; row++, to += n_cells) {
        const uint16_t * from = row_of(mask, row);
        for (size_t i = 0; i < n_seen; i++) to[i] = from[cells_[begin + i]];
    }
}

row_tile seen_cells::tile(int i) const {
    const place & at = tiles_[i];
    return {at.first_row, at.n_rows, at.n_cells, cells_.data() + at.cells, mask_.data() + at.mask};
}

} // namespace corrsteer::attention

#pragma once

#include <cstdint>
#include <vector>

#include "attention/kernel.h"
#include "ggml.h"

namespace corrsteer::attention {

/// Which cells of the key-value cache the rows of a batch see, by llama.cpp's mask of all of them.
class seen_cells {
  public:
    /// Whether it is a mask of rows that this reads: [n_rows][n_cells] in float16, filled before the graph is computed.
    static bool reads(const ggml_tensor & mask);

    void read(const ggml_tensor & mask);

    int n_tiles() const { return static_cast<int>(tiles_.size()); }
    row_tile tile(int i) const;
    int most_tile_rows() const { return most_tile_rows_; }

  private:
    struct place {
        int first_row;
        int n_rows;
        int n_cells;
        size_t cells; ///< where they begin in `cells_`
        size_t mask;
    };

    void read_rows(const ggml_tensor & mask);
    void add_tile(const ggml_tensor & mask, int first_row, int n_rows);

    std::vector<uint64_t> bits_; ///< [n_rows][n_words]: whether the row sees the cell
    size_t n_words_ = 0;
    std::vector<uint64_t> seen_; ///< [n_words]: by any row of a tile
    std::vector<place> tiles_;
    std::vector<int32_t> cells_;
    std::vector<uint16_t> mask_;
    int most_tile_rows_ = 0;
};

} // namespace corrsteer::attention

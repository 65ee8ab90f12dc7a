#pragma once

#include <vector>

namespace corrsteer {

/// Which cells of the key-value cache its sequences hold. Sequences that were forked share cells, as llama.cpp's
/// unified cache does, so a cell is free when the last of them lets go. Bookkeeping only: no model.
class cell_ledger {
  public:
    cell_ledger(int n_cells, int n_sequences) : n_cells_(n_cells), sequences_(n_sequences) {}

    int used() const { return used_; }
    int free() const { return n_cells_ - used_; }
    int length(int sequence) const { return static_cast<int>(sequences_[sequence].size()); }

    /// Cells from position `from` on that only this sequence holds: what truncating it there would free.
    int exclusive(int sequence, int from) const;

    void append(int sequence, int n);
    /// `to`, empty so far, holds the first n cells of `from` as well.
    void fork(int from, int to, int n);
    /// Keeps the first n cells.
    void truncate(int sequence, int n);

  private:
    int n_cells_;
    int used_ = 0;
    std::vector<std::vector<int>> sequences_; ///< per sequence, ids of its cells by position
    std::vector<int> holders_;                ///< per cell id
    std::vector<int> spare_;                  ///< ids to use again
};

} // namespace corrsteer

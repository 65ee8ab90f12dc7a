#include "engine/cell-ledger.h"

#include <algorithm>

namespace corrsteer {

int cell_ledger::exclusive(int sequence, int from) const {
    const auto & cells = sequences_[sequence];
    return static_cast<int>(
        std::count_if(cells.begin() + from, cells.end(), [&](int cell) { return holders_[cell] == 1; }));
}

void cell_ledger::append(int sequence, int n) {
    for (int i = 0; i < n; i++) {
        if (spare_.empty()) {
            spare_.push_back(static_cast<int>(holders_.size()));
            holders_.push_back(0);
        }
        const int cell = spare_.back();
        spare_.pop_back();
        holders_[cell] = 1;
        sequences_[sequence].push_back(cell);
    }
    used_ += n;
}

void cell_ledger::fork(int from, int to, int n) {
    sequences_[to].assign(sequences_[from].begin(), sequences_[from].begin() + n);
    for (const int cell : sequences_[to]) holders_[cell]++;
}

void cell_ledger::truncate(int sequence, int n) {
    auto & cells = sequences_[sequence];
    for (size_t i = static_cast<size_t>(n); i < cells.size(); i++) {
        if (--holders_[cells[i]] > 0) continue;
        spare_.push_back(cells[i]);
        used_--;
    }
    cells.resize(static_cast<size_t>(n));
}

} // namespace corrsteer

#include "products/part-of.h"

#include <algorithm>
#include <cstdint>

namespace corrsteer::products {

namespace {

/// Where a part of `n_parts` of so many begins, in multiples of `together`.
int begin_of(int n, int together, int part, int n_parts) {
    const int64_t n_groups = (n + together - 1) / together;
    return std::min(n, static_cast<int>(n_groups * part / n_parts) * together);
}

/// Each thread lays out the rows and the weights of its part: in how many parts of the rows that is least.
int row_parts_of(int n_rows, int n_outputs, int n_threads) {
    int best = 1;
    const auto laid_out = [&](int parts) { return n_rows / parts + n_outputs / (n_threads / parts); };
    for (int parts = 2; parts <= n_threads; parts++) {
        if (n_threads % parts == 0 && laid_out(parts) < laid_out(best)) best = parts;
    }
    return best;
}

} // namespace

part part_of(const product & p, int thread, int n_threads) {
    const int row_parts = row_parts_of(p.n_rows, p.n_outputs, n_threads);
    const int output_parts = n_threads / row_parts;
    const auto output = [&](int i) { return begin_of(p.n_outputs, outputs_together, i, output_parts); };
    const auto row = [&](int i) { return begin_of(p.n_rows, most_tile_rows, i, row_parts); };
    const int of_outputs = thread / row_parts;
    const int of_rows = thread % row_parts;
    return {output(of_outputs), output(of_outputs + 1), row(of_rows), row(of_rows + 1)};
}

} // namespace corrsteer::products

#include "statistics/strata.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "platform/error.h"

namespace corrsteer {

strata::strata(const std::vector<uint32_t> & of, size_t n) : order_(n), of_(n) {
    if (n < 2)
        throw error("ERR_DEGENERATE", "expected at least 2 samples, got " + std::to_string(n),
                    {{"n", static_cast<double>(n)}});
    if (!of.empty() && of.size() != n) {
        throw error("ERR_SHAPE_MISMATCH", "strata: expected none, or one for each of " + std::to_string(n) +
                                              " samples, got " + std::to_string(of.size()));
    }
    std::iota(order_.begin(), order_.end(), 0u);
    if (!of.empty()) {
        std::stable_sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) { return of[a] < of[b]; });
        for (size_t i = 1; i < n; i++) {
            if (of[order_[i]] != of[order_[i - 1]]) ends_.push_back(i);
        }
    }
    ends_.push_back(n);
    for (size_t g = 0; g < size(); g++) {
        units_.push_back(1 / std::sqrt(static_cast<double>(end(g) - begin(g))));
        for (size_t i = begin(g); i < end(g); i++) of_[order_[i]] = static_cast<uint32_t>(g);
    }
}

/// As a projection, summed in the four lanes of `dot`.
void strata::center(double * x) const {
    for (size_t g = 0; g < size(); g++) {
        const uint32_t * members = order_.data() + begin(g);
        const size_t m = end(g) - begin(g);
        const double unit = units_[g];
        double sums[4] = {};
        size_t i = 0;
        for (; i + 4 <= m; i += 4) {
            for (size_t lane = 0; lane < 4; lane++) sums[lane] += unit * x[members[i + lane]];
        }
        for (; i < m; i++) sums[0] += unit * x[members[i]];
        const double along = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        for (i = 0; i < m; i++) x[members[i]] -= along * unit;
    }
}

} // namespace corrsteer

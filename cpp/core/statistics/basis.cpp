#include "statistics/basis.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "platform/error.h"

namespace corrsteer {

namespace {

/// Bound on inner products of rows that are meant to be orthonormal.
constexpr double orthonormal_tolerance = 1e-8;

void check_finite(const std::vector<double> & values, const std::string & name) {
    const auto stray = std::find_if_not(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
    if (stray == values.end()) return;
    const auto i = stray - values.begin();
    throw error("ERR_NON_FINITE", name + ": value " + std::to_string(i) + " is not finite",
                {{"index", static_cast<double>(i)}});
}

} // namespace

/// In four lanes: the same sum everywhere, and not one addition after the other.
double dot(const double * a, const double * b, size_t n) {
    double sums[4] = {};
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        for (size_t lane = 0; lane < 4; lane++) sums[lane] += a[i + lane] * b[i + lane];
    }
    for (; i < n; i++) sums[0] += a[i] * b[i];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

orthonormal_basis::orthonormal_basis(std::vector<double> rows, size_t n) : rows_(std::move(rows)), n_(n) {
    if (n < 2)
        throw error("ERR_DEGENERATE", "expected at least 2 samples, got " + std::to_string(n),
                    {{"n", static_cast<double>(n)}});
    if (rows_.empty() || rows_.size() % n != 0) {
        throw error("ERR_SHAPE_MISMATCH", "basis: expected rows of " + std::to_string(n) + " samples, got " +
                                              std::to_string(rows_.size()) + " values");
    }
    check_finite(rows_, "basis");
    double constant = 0; // squared length of the projection of ones
    for (size_t i = 0; i < k(); i++) {
        for (size_t j = 0; j <= i; j++) {
            if (!(std::fabs(dot(row(i), row(j), n) - (i == j)) <= orthonormal_tolerance)) {
                throw error("ERR_INVALID_ARGUMENT", "basis: expected orthonormal rows, rows " + std::to_string(j) +
                                                        " and " + std::to_string(i) + " are not");
            }
        }
        double sum = 0;
        for (size_t s = 0; s < n; s++) sum += row(i)[s];
        constant += sum * sum;
    }
    if (!(std::fabs(constant / static_cast<double>(n) - 1) <= orthonormal_tolerance)) {
        throw error("ERR_INVALID_ARGUMENT", "basis: expected the constant in the span of its rows");
    }
}

/// Twice, because the first pass leaves rounding of the size of what it took out.
bool orthonormal_basis::make_unit_residual(double * x) const {
    const double before = dot(x, x, n_);
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < k(); i++) {
            const double along = dot(row(i), x, n_);
            for (size_t s = 0; s < n_; s++) x[s] -= along * row(i)[s];
        }
    }
    const double after = dot(x, x, n_);
    const bool left = after > nothing_left * before;
    const double scale = left ? 1 / std::sqrt(after) : 0;
    for (size_t s = 0; s < n_; s++) x[s] *= scale;
    return left;
}

std::vector<double> orthonormal_basis::unit_residual(std::vector<double> scores) const {
    if (scores.size() != n_) {
        throw error("ERR_SHAPE_MISMATCH", "scores: expected one for each of " + std::to_string(n_) + " samples, got " +
                                              std::to_string(scores.size()));
    }
    check_finite(scores, "scores");
    if (!make_unit_residual(scores.data())) {
        const std::string n = std::to_string(n_) + " samples";
        throw error("ERR_DEGENERATE",
                    k() == 1 ? "all " + n + " have the same score"
                             : "the covariates leave nothing of the scores of " + n,
                    {{"n", static_cast<double>(n_)}});
    }
    return scores;
}

} // namespace corrsteer

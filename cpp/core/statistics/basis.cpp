#include "statistics/basis.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "platform/error.h"

namespace corrsteer {

namespace {

/// Bound on inner products of rows that are meant to be orthonormal.
constexpr double orthonormal_tolerance = 1e-8;

/// Of a unit vector: what one projection leaves is good to two digits less than a double is.
constexpr double mostly_left = 0.01;

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

orthonormal_basis::orthonormal_basis(strata groups, std::vector<double> rows)
    : groups_(std::move(groups)), rows_(std::move(rows)) {
    if (rows_.size() % n() != 0) {
        throw error("ERR_SHAPE_MISMATCH", "basis: expected rows of " + std::to_string(n()) + " samples, got " +
                                              std::to_string(rows_.size()) + " values");
    }
    check_finite(rows_, "basis");
    for (size_t i = 0; i < k(); i++) {
        for (size_t j = 0; j <= i; j++) {
            if (!(std::fabs(dot(row(i), row(j), n()) - (i == j)) <= orthonormal_tolerance)) {
                throw error("ERR_INVALID_ARGUMENT", "basis: expected orthonormal rows, rows " + std::to_string(j) +
                                                        " and " + std::to_string(i) + " are not");
            }
        }
        std::vector<double> centered(row(i), row(i) + n());
        groups_.center(centered.data());
        for (size_t s = 0; s < n(); s++) {
            if (!(std::fabs(centered[s] - row(i)[s]) <= orthonormal_tolerance)) {
                throw error("ERR_INVALID_ARGUMENT",
                            "basis: expected rows of mean 0 within each stratum, row " + std::to_string(i) + " is not");
            }
        }
    }
}

void orthonormal_basis::take_rows_out(double * x) const {
    for (size_t i = 0; i < k(); i++) {
        const double along = dot(row(i), x, n());
        for (size_t s = 0; s < n(); s++) x[s] -= along * row(i)[s];
    }
}

/// Twice, because the first pass leaves rounding of the size of what it took out.
bool orthonormal_basis::make_unit_residual(double * x) const {
    const double before = dot(x, x, n());
    for (size_t pass = 0; pass < 2; pass++) {
        groups_.center(x);
        take_rows_out(x);
    }
    const double after = dot(x, x, n());
    const bool left = after > nothing_left * before;
    const double scale = left ? 1 / std::sqrt(after) : 0;
    for (size_t s = 0; s < n(); s++) x[s] *= scale;
    return left;
}

void orthonormal_basis::make_unit_residual_again(double * x) const {
    take_rows_out(x);
    const double after = dot(x, x, n());
    if (after < mostly_left) {
        make_unit_residual(x);
        return;
    }
    const double scale = 1 / std::sqrt(after);
    for (size_t s = 0; s < n(); s++) x[s] *= scale;
}

std::vector<double> orthonormal_basis::unit_residual(std::vector<double> scores) const {
    if (scores.size() != n()) {
        throw error("ERR_SHAPE_MISMATCH", "scores: expected one for each of " + std::to_string(n()) + " samples, got " +
                                              std::to_string(scores.size()));
    }
    check_finite(scores, "scores");
    if (!make_unit_residual(scores.data())) {
        const std::string all = std::to_string(n()) + " samples";
        throw error("ERR_DEGENERATE",
                    k() == 0 && groups_.size() == 1 ? "all " + all + " have the same score"
                                                    : "the covariates leave nothing of the scores of " + all,
                    {{"n", static_cast<double>(n())}});
    }
    return scores;
}

} // namespace corrsteer

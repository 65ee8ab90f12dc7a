#pragma once

#include <cstddef>
#include <vector>

#include "statistics/strata.h"

namespace corrsteer {

double dot(const double * a, const double * b, size_t n);

/// Squared norms below this part of what they were before a projection are rounding: there is nothing left.
constexpr double nothing_left = 1e-24;

/// What scores and activations are compared apart from: what is constant in each stratum, and further orthonormal rows
/// [k, n] that are centred within strata. One stratum and no rows: Pearson's r. Else partial r.
class orthonormal_basis {
  public:
    /// ERR_SHAPE_MISMATCH unless rows is [k, n], k >= 0; ERR_NON_FINITE; ERR_INVALID_ARGUMENT if not orthonormal and
    /// centred within strata.
    orthonormal_basis(strata groups, std::vector<double> rows);

    const strata & groups() const { return groups_; }
    size_t n() const { return groups_.n_samples(); }
    size_t k() const { return rows_.size() / n(); }
    const double * row(size_t i) const { return rows_.data() + i * n(); }

    /// Takes its span out of x [n] and scales what is left to norm 1, or to zeros where nothing is left; says which.
    bool make_unit_residual(double * x) const;

    /// The same for a unit residual that was permuted within strata: one pass does, as it is centred there.
    void make_unit_residual_again(double * x) const;

    /// The unit residual of scores. ERR_SHAPE_MISMATCH, ERR_NON_FINITE; ERR_DEGENERATE if nothing is left of them.
    std::vector<double> unit_residual(std::vector<double> scores) const;

  private:
    void take_rows_out(double * x) const;

    strata groups_;
    std::vector<double> rows_;
};

} // namespace corrsteer

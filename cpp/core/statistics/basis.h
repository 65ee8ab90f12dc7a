#pragma once

#include <cstddef>
#include <vector>

namespace corrsteer {

double dot(const double * a, const double * b, size_t n);

/// Squared norms below this part of what they were before a projection are rounding: there is nothing left.
constexpr double nothing_left = 1e-24;

/// Orthonormal rows [k, n] with the constant in their span: what scores and activations are compared apart from.
/// The constant alone: Pearson's r. More: partial r.
class orthonormal_basis {
  public:
    /// ERR_SHAPE_MISMATCH unless rows is [k, n], k >= 1; ERR_NON_FINITE; ERR_INVALID_ARGUMENT if not orthonormal, or
    /// without the constant.
    orthonormal_basis(std::vector<double> rows, size_t n);

    size_t n() const { return n_; }
    size_t k() const { return rows_.size() / n_; }
    const double * row(size_t i) const { return rows_.data() + i * n_; }

    /// Takes its span out of x [n] and scales what is left to norm 1, or to zeros where nothing is left; says which.
    bool make_unit_residual(double * x) const;

    /// The unit residual of scores. ERR_SHAPE_MISMATCH, ERR_NON_FINITE; ERR_DEGENERATE if nothing is left of them.
    std::vector<double> unit_residual(std::vector<double> scores) const;

  private:
    std::vector<double> rows_;
    size_t n_;
};

} // namespace corrsteer

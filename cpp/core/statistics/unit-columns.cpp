#include "statistics/unit-columns.h"

#include <cmath>

namespace corrsteer {

namespace {

/// Part of z'z that must be outside the span for z'z - |Qz|^2 to be good to two digits less than a double is.
constexpr double mostly_outside = 0.01;

} // namespace

unit_columns::unit_columns(const sparse_columns & columns, const orthonormal_basis & basis) {
    check_columns(columns);
    offsets_.reserve(columns.offsets.size());
    samples_.reserve(columns.samples.size());
    values_.reserve(columns.values.size());
    for (size_t c = 0; c < columns.size(); c++) {
        append(columns, c, basis);
        offsets_.push_back(values_.size());
    }
}

void unit_columns::append(const sparse_columns & columns, size_t c, const orthonormal_basis & basis) {
    const uint32_t begin = columns.offsets[c];
    const uint32_t end = columns.offsets[c + 1];
    double squares = 0;
    for (uint32_t i = begin; i < end; i++) squares += static_cast<double>(columns.values[i]) * columns.values[i];
    double outside = squares;
    for (size_t k = 0; k < basis.k(); k++) {
        double along = 0;
        for (uint32_t i = begin; i < end; i++) along += columns.values[i] * basis.row(k)[columns.samples[i]];
        outside -= along * along;
    }
    if (outside > mostly_outside * squares) {
        const double scale = 1 / std::sqrt(outside);
        for (uint32_t i = begin; i < end; i++) {
            samples_.push_back(columns.samples[i]);
            values_.push_back(columns.values[i] * scale);
        }
        return;
    }
    std::vector<double> dense(columns.n_samples);
    for (uint32_t i = begin; i < end; i++) dense[columns.samples[i]] = columns.values[i];
    if (!basis.make_unit_residual(dense.data())) return;
    for (uint32_t s = 0; s < columns.n_samples; s++) samples_.push_back(s);
    values_.insert(values_.end(), dense.begin(), dense.end());
}

template <typename Weigh>
void unit_columns::accumulate(size_t c, const lane_row * rows, lane_row & sums, Weigh weigh) const {
    double totals[n_lanes] = {}; // not `sums`: that may be where the rows are, for all the compiler knows
    for (size_t i = offsets_[c]; i < offsets_[c + 1]; i++) {
        const double weight = weigh(values_[i]);
        const double * row = rows[samples_[i]].lane;
        for (size_t t = 0; t < n_lanes; t++) totals[t] += weight * row[t];
    }
    for (size_t t = 0; t < n_lanes; t++) sums.lane[t] = totals[t];
}

void unit_columns::products(size_t c, const lane_row * rows, lane_row & sums) const {
    accumulate(c, rows, sums, [](double z) { return z; });
}

void unit_columns::square_products(size_t c, const lane_row * rows, lane_row & sums) const {
    accumulate(c, rows, sums, [](double z) { return z * z; });
}

} // namespace corrsteer

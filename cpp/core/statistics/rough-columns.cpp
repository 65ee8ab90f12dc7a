#include "statistics/rough-columns.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace corrsteer {

namespace {

constexpr double unit_roundoff = 0x1p-24;
/// Roundings beside those of n products and n sums: of both factors, of what is compared, and of what is added to it.
constexpr size_t n_other_roundings = 8;

/// gamma(k): of the sum of magnitudes, what k roundings may be.
double relative_error(size_t k) {
    const double sum = static_cast<double>(k) * unit_roundoff;
    return sum < 1 ? sum / (1 - sum) : std::numeric_limits<double>::infinity();
}

} // namespace

rough_columns::rough_columns(const unit_columns & columns) : columns_(columns) {
    traits_.reserve(columns.size());
    for (size_t c = 0; c < columns.size(); c++) {
        const unit_columns::entry_range entries = columns.entries(c);
        traits own{0, 0, 0};
        double squares = 0;
        for (size_t i = 0; i < entries.size; i++) {
            const double value = entries.values[i];
            values_.push_back(static_cast<float>(value));
            squares += value * value;
            (value > 0 ? own.positive : own.negative) += std::fabs(value);
        }
        own.error = static_cast<float>(relative_error(entries.size + n_other_roundings) * std::sqrt(squares));
        traits_.push_back(own);
    }
}

void rough_columns::products(size_t c, const rough_row * rows, rough_row & sums) const {
    // In halves: of loops of more than 16 GCC 12 makes no vectors here.
    constexpr size_t n_half = n_rough_lanes / 2;
    float low[n_half] = {}, high[n_half] = {};
    const unit_columns::entry_range own = columns_.entries(c);
    const float * values = values_.data() + own.begin;
    for (size_t i = 0; i < own.size; i++) {
        const float * row = rows[own.samples[i]].lane;
        for (size_t t = 0; t < n_half; t++) low[t] += values[i] * row[t];
        for (size_t t = 0; t < n_half; t++) high[t] += values[i] * row[n_half + t];
    }
    std::copy(low, low + n_half, sums.lane);
    std::copy(high, high + n_half, sums.lane + n_half);
}

} // namespace corrsteer

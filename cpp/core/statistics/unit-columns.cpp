#include "statistics/unit-columns.h"

#include <algorithm>
#include <cmath>

namespace corrsteer {

namespace {

/// Part of z'z that must be outside the span for z'z - |Qz|^2 to be good to two digits less than a double is.
constexpr double mostly_outside = 0.01;

struct entry {
    uint32_t sample;
    double value;
};

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
    const strata & groups = basis.groups();
    std::vector<entry> entries;
    double squares = 0;
    for (uint32_t i = columns.offsets[c]; i < columns.offsets[c + 1]; i++) {
        entries.push_back({columns.samples[i], columns.values[i]});
        squares += entries.back().value * entries.back().value;
    }
    if (groups.size() > 1) {
        std::stable_sort(entries.begin(), entries.end(),
                         [&](const entry & a, const entry & b) { return groups.of(a.sample) < groups.of(b.sample); });
    }
    double outside = squares;
    for (size_t i = 0; i < entries.size();) {
        const uint32_t g = groups.of(entries[i].sample);
        double along = 0;
        for (; i < entries.size() && groups.of(entries[i].sample) == g; i++) along += entries[i].value * groups.unit(g);
        outside -= along * along;
    }
    for (size_t k = 0; k < basis.k(); k++) {
        double along = 0;
        for (const auto & [sample, value] : entries) along += value * basis.row(k)[sample];
        outside -= along * along;
    }
    if (outside > mostly_outside * squares) {
        const double scale = 1 / std::sqrt(outside);
        for (const auto & [sample, value] : entries) {
            samples_.push_back(sample);
            values_.push_back(value * scale);
        }
        return;
    }
    std::vector<double> dense(columns.n_samples);
    for (const auto & [sample, value] : entries) dense[sample] = value;
    if (!basis.make_unit_residual(dense.data())) return;
    for (const uint32_t sample : groups.order()) {
        samples_.push_back(sample);
        values_.push_back(dense[sample]);
    }
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

double unit_columns::product(size_t c, const std::vector<double> & scores) const {
    double sum = 0;
    for (size_t i = offsets_[c]; i < offsets_[c + 1]; i++) sum += values_[i] * scores[samples_[i]];
    return sum;
}

void unit_columns::products(size_t c, const lane_row * rows, lane_row & sums) const {
    accumulate(c, rows, sums, [](double z) { return z; });
}

void unit_columns::square_products(size_t c, const lane_row * rows, lane_row & sums) const {
    accumulate(c, rows, sums, [](double z) { return z * z; });
}

void unit_columns::stratum_squares(size_t c, const strata & groups, const lane_row * weights, const lane_row * scales,
                                   lane_row & sums) const {
    double totals[n_lanes] = {};
    for (size_t i = offsets_[c]; i < offsets_[c + 1];) {
        const uint32_t g = groups.of(samples_[i]);
        double own[n_lanes] = {};
        for (; i < offsets_[c + 1] && groups.of(samples_[i]) == g; i++) {
            const double * weight = weights[samples_[i]].lane;
            for (size_t t = 0; t < n_lanes; t++) own[t] += values_[i] * weight[t];
        }
        for (size_t t = 0; t < n_lanes; t++) totals[t] += own[t] * own[t] * scales[g].lane[t];
    }
    std::copy(totals, totals + n_lanes, sums.lane);
}

} // namespace corrsteer

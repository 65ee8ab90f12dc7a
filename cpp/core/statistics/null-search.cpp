#include "statistics/null-search.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace corrsteer {

namespace {

/// The largest number, or magnitude, that each of some lanes has met.
class lane_maxima {
  public:
    lane_maxima(bool of_magnitudes, size_t n_used) : of_magnitudes_(of_magnitudes), n_used_(n_used) {
        for (size_t t = 0; t < n_lanes; t++) {
            maxima_.lane[t] = least_;
            rough_.lane[t] = t < n_used ? -infinity : infinity;
        }
    }

    /// Whether numbers that are within `error` of these may be larger.
    bool may_rise(const rough_row & numbers, float error) const {
        bool may = false;
        for (size_t t = 0; t < n_lanes; t++) {
            const float number = of_magnitudes_ ? std::fabs(numbers.lane[t]) : numbers.lane[t];
            may |= number + error >= rough_.lane[t];
        }
        return may;
    }

    void raise(const lane_row & numbers) {
        for (size_t t = 0; t < n_used_; t++) {
            const double number = of_magnitudes_ ? std::fabs(numbers.lane[t]) : numbers.lane[t];
            maxima_.lane[t] = std::max(maxima_.lane[t], number);
            rough_.lane[t] = static_cast<float>(maxima_.lane[t]);
        }
        least_ = *std::min_element(maxima_.lane, maxima_.lane + n_used_);
    }

    /// Of all lanes that are used.
    double least() const { return least_; }
    const lane_row & maxima() const { return maxima_; }

  private:
    static constexpr float infinity = std::numeric_limits<float>::infinity();

    bool of_magnitudes_;
    size_t n_used_;
    double least_ = -std::numeric_limits<double>::infinity();
    lane_row maxima_;
    rough_row rough_;
};

/// Of the first lanes those with a magnitude of at least `bound`.
template <typename Number>
uint32_t count_beyond(const Number (&numbers)[n_lanes], size_t n_used, Number bound) {
    uint32_t n = 0;
    for (size_t t = 0; t < n_lanes; t++) n += t < n_used && std::fabs(numbers[t]) >= bound ? 1 : 0;
    return n;
}

} // namespace

score_block::score_block(const std::vector<std::vector<double>> & permuted)
    : n_used(permuted.size()), exact(permuted[0].size()), rough(exact.size()) {
    for (size_t s = 0; s < exact.size(); s++) {
        for (size_t t = 0; t < n_lanes; t++) {
            const double score = t < n_used ? permuted[t][s] : 0;
            exact[s].lane[t] = score;
            rough[s].lane[t] = static_cast<float>(score);
            least = score < least ? score : least;
            most = score > most ? score : most;
        }
    }
}

double null_search::reach(size_t c, const score_block & scores) const {
    const double above = rough_.most(c, scores.least, scores.most);
    const double below = two_sided_ ? rough_.most(c, -scores.most, -scores.least) : above;
    return std::max(above, below) + rough_.error(c);
}

lane_row null_search::largest(const score_block & scores, std::vector<uint32_t> & exceed, cpu_turn & turn) const {
    lane_maxima maxima(two_sided_, scores.n_used);
    const bool counts = !exceed.empty();
    for (size_t c = 0; c < columns_.size(); c++) {
        if (c % columns_between_passes == 0) turn.pass();
        if (!counts && reach(c, scores) < maxima.least()) continue;
        rough_row rough;
        rough_.products(c, scores.rough.data(), rough);
        const float error = rough_.error(c);
        bool told = !maxima.may_rise(rough, error);
        if (counts) {
            const float bound = static_cast<float>(bounds_[c]);
            const uint32_t n = count_beyond(rough.lane, scores.n_used, bound + error);
            told = told && n == count_beyond(rough.lane, scores.n_used, bound - error);
            if (told) exceed[c] += n;
        }
        if (told) continue;
        lane_row exact;
        columns_.products(c, scores.exact.data(), exact);
        maxima.raise(exact);
        if (counts) exceed[c] += count_beyond(exact.lane, scores.n_used, bounds_[c]);
    }
    return maxima.maxima();
}

} // namespace corrsteer

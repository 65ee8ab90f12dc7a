#include "statistics/null-search.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace corrsteer {

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// The largest number, or magnitude, that each of some lanes has met.
class lane_maxima {
  public:
    lane_maxima(bool of_magnitudes, size_t n_used) : of_magnitudes_(of_magnitudes), maxima_(n_used, -infinity) {
        std::fill(std::begin(rough_), std::end(rough_), infinity); // a lane too many never rises
        std::fill(rough_, rough_ + n_used, -infinity);
    }

    /// Takes in numbers that are within `error` of these; exact(t) is that of lane t.
    template <typename Exact>
    void take(const rough_row & numbers, float error, Exact exact) {
        uint32_t n_rising = 0;
        for (size_t t = 0; t < n_rough_lanes; t++) n_rising += may_rise(t, numbers, error) ? 1 : 0;
        if (n_rising == 0) return;
        for (size_t t = 0; t < maxima_.size(); t++) {
            if (!may_rise(t, numbers, error)) continue;
            const double number = exact(t);
            maxima_[t] = std::max(maxima_[t], of_magnitudes_ ? std::fabs(number) : number);
            rough_[t] = static_cast<float>(maxima_[t]);
        }
        least_ = *std::min_element(maxima_.begin(), maxima_.end());
    }

    /// Of all lanes.
    double least() const { return least_; }
    const std::vector<double> & maxima() const { return maxima_; }

  private:
    bool may_rise(size_t t, const rough_row & numbers, float error) const {
        return (of_magnitudes_ ? std::fabs(numbers.lane[t]) : numbers.lane[t]) + error >= rough_[t];
    }

    bool of_magnitudes_;
    std::vector<double> maxima_;
    float rough_[n_rough_lanes];
    double least_ = -infinity;
};

/// Of the lanes that are used those with a magnitude of at least `bound`; the others hold zeros.
uint32_t count_beyond(const rough_row & numbers, size_t n_used, float bound) {
    uint32_t n = 0;
    for (size_t t = 0; t < n_rough_lanes; t++) n += std::fabs(numbers.lane[t]) >= bound ? 1 : 0;
    return n - static_cast<uint32_t>(bound <= 0 ? n_rough_lanes - n_used : 0);
}

} // namespace

score_block::score_block(std::vector<std::vector<double>> scores)
    : permuted(std::move(scores)), rough(permuted[0].size()) {
    for (size_t s = 0; s < rough.size(); s++) {
        for (size_t t = 0; t < permuted.size(); t++) {
            const double score = permuted[t][s];
            rough[s].lane[t] = static_cast<float>(score);
            least = std::min(least, score);
            most = std::max(most, score);
        }
    }
}

double null_search::reach(size_t c, const score_block & scores) const {
    const double above = rough_.most(c, scores.least, scores.most);
    const double below = two_sided_ ? rough_.most(c, -scores.most, -scores.least) : above;
    return std::max(above, below) + static_cast<double>(rough_.error(c));
}

uint32_t null_search::count(size_t c, const rough_row & rough, const score_block & scores) const {
    const float low = static_cast<float>(bounds_[c]) - rough_.error(c);
    const float high = static_cast<float>(bounds_[c]) + rough_.error(c);
    uint32_t n = count_beyond(rough, scores.permuted.size(), high);
    if (n == count_beyond(rough, scores.permuted.size(), low)) return n;
    for (size_t t = 0; t < scores.permuted.size(); t++) {
        const float magnitude = std::fabs(rough.lane[t]);
        if (magnitude < low || magnitude >= high) continue;
        n += std::fabs(columns_.product(c, scores.permuted[t])) >= bounds_[c] ? 1 : 0;
    }
    return n;
}

std::vector<double> null_search::largest(const score_block & scores, std::vector<uint32_t> & exceed,
                                         cpu_turn & turn) const {
    lane_maxima maxima(two_sided_, scores.permuted.size());
    for (size_t c = 0; c < columns_.size(); c++) {
        if (c % columns_between_passes == 0) turn.pass();
        if (exceed.empty() && reach(c, scores) < maxima.least()) continue;
        rough_row rough;
        rough_.products(c, scores.rough.data(), rough);
        maxima.take(rough, rough_.error(c), [&](size_t t) { return columns_.product(c, scores.permuted[t]); });
        if (!exceed.empty()) exceed[c] += count(c, rough, scores);
    }
    return maxima.maxima();
}

} // namespace corrsteer

#include "statistics/shuffle.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "platform/error.h"
#include "platform/random.h"

namespace corrsteer {

score_shuffler::score_shuffler(const std::vector<uint32_t> & strata, size_t n, uint64_t seed) : seed_(seed), order_(n) {
    std::iota(order_.begin(), order_.end(), 0u);
    if (!strata.empty()) {
        if (strata.size() != n) {
            throw error("ERR_SHAPE_MISMATCH", "strata: expected none, or one for each of " + std::to_string(n) +
                                                  " samples, got " + std::to_string(strata.size()));
        }
        std::stable_sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) { return strata[a] < strata[b]; });
        for (size_t i = 1; i < n; i++) {
            if (strata[order_[i]] != strata[order_[i - 1]]) ends_.push_back(i);
        }
    }
    ends_.push_back(n);
}

std::vector<double> score_shuffler::shuffle(const std::vector<double> & scores, uint32_t b) const {
    random_stream random(seed_, b);
    std::vector<uint32_t> dealt = order_;
    size_t begin = 0;
    for (const size_t end : ends_) {
        for (size_t i = end - 1; i > begin; i--) {
            std::swap(dealt[i], dealt[begin + random.below(static_cast<uint32_t>(i - begin + 1))]);
        }
        begin = end;
    }
    std::vector<double> shuffled(scores.size());
    for (size_t i = 0; i < scores.size(); i++) shuffled[order_[i]] = scores[dealt[i]];
    return shuffled;
}

} // namespace corrsteer

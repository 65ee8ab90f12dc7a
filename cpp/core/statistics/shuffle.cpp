#include "statistics/shuffle.h"

#include <algorithm>
#include <string>
#include <utility>

#include "platform/error.h"
#include "platform/random.h"
#include "statistics/clusters.h"

namespace corrsteer {

score_shuffler::score_shuffler(const strata & groups, const std::vector<uint32_t> & clusters, uint64_t seed)
    : seed_(seed) {
    const auto before = [&](uint32_t a, uint32_t b) {
        return groups.of(a) != groups.of(b) ? groups.of(a) < groups.of(b) : a < b;
    };
    std::vector<std::vector<uint32_t>> list = clusters_of(clusters, groups.n_samples());
    for (auto & samples : list) std::sort(samples.begin(), samples.end(), before);
    std::sort(list.begin(), list.end(), [&](const auto & a, const auto & b) { return before(a[0], b[0]); });
    for (const auto & samples : list) append(samples, groups);
}

void score_shuffler::append(const std::vector<uint32_t> & samples, const strata & groups) {
    const auto stratum = [&](size_t at) { return groups.of(order_[at]); };
    const size_t begin = order_.size();
    order_.insert(order_.end(), samples.begin(), samples.end());
    if (kinds_.empty() || stratum(kinds_.back().begin) != stratum(begin)) {
        kinds_.push_back({begin, 0, {}});
        for (size_t i = 1; i < samples.size(); i++) {
            if (stratum(begin + i) != stratum(begin + i - 1)) kinds_.back().ends.push_back(i);
        }
        kinds_.back().ends.push_back(samples.size());
    }
    kind & own = kinds_.back();
    own.n_clusters++;
    bool alike = samples.size() == own.ends.back();
    for (size_t i = 0; alike && i < samples.size(); i++) alike = stratum(begin + i) == stratum(own.begin + i);
    if (!alike) {
        throw error("ERR_INVALID_ARGUMENT", "clusters: expected those that share a stratum to have as many samples in "
                                            "each, that of sample " +
                                                std::to_string(samples[0]) + " has not");
    }
}

std::vector<double> score_shuffler::shuffle(const std::vector<double> & scores, uint64_t b) const {
    random_stream random(seed_, b);
    std::vector<uint32_t> dealt = order_;
    const auto below = [&](size_t bound) { return random.below(static_cast<uint32_t>(bound)); };
    for (const kind & own : kinds_) {
        const size_t size = own.ends.back();
        const auto first = dealt.begin() + static_cast<ptrdiff_t>(own.begin);
        const auto cluster = [&](size_t i) { return first + static_cast<ptrdiff_t>(i * size); };
        for (size_t i = own.n_clusters - 1; i > 0; i--) {
            const size_t other = below(i + 1);
            if (other != i) std::swap_ranges(cluster(i), cluster(i) + static_cast<ptrdiff_t>(size), cluster(other));
        }
        if (own.ends.size() == size) continue; // each sample is alone in its stratum
        for (size_t i = 0; i < own.n_clusters; i++) {
            size_t begin = 0;
            for (const size_t end : own.ends) {
                const auto part = cluster(i) + static_cast<ptrdiff_t>(begin);
                for (size_t j = end - begin - 1; j > 0; j--) {
                    std::swap(part[static_cast<ptrdiff_t>(j)], part[static_cast<ptrdiff_t>(below(j + 1))]);
                }
                begin = end;
            }
        }
    }
    std::vector<double> shuffled(scores.size());
    for (size_t i = 0; i < scores.size(); i++) shuffled[order_[i]] = scores[dealt[i]];
    return shuffled;
}

} // namespace corrsteer

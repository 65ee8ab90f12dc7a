#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "statistics/strata.h"

namespace corrsteer {

/// Permutations of scores, numbered: each the same for its seed, number, strata and clusters, whoever asks in whatever
/// order. Whole clusters change places with those that have as many samples in each stratum, and samples with those of
/// their cluster and stratum.
class score_shuffler {
  public:
    /// A number for each sample, equal ones make a cluster; empty: each sample is one. ERR_SHAPE_MISMATCH for another
    /// number of them; ERR_INVALID_ARGUMENT for clusters that share a stratum, but have not as many samples in each.
    score_shuffler(const strata & groups, const std::vector<uint32_t> & clusters, uint64_t seed);

    /// Permutation b of scores [n], each equally likely: Fisher and Yates with clusters, then within them.
    std::vector<double> shuffle(const std::vector<double> & scores, uint64_t b) const;

  private:
    /// Clusters that are alike: from `begin` on in order_, samples one cluster after the other.
    struct kind {
        size_t begin;
        size_t n_clusters;
        /// Ends of what is of one stratum, from the cluster's first sample on; the last one is the cluster's size.
        std::vector<size_t> ends;
    };
    void append(const std::vector<uint32_t> & samples, const strata & groups);

    uint64_t seed_;
    std::vector<uint32_t> order_;
    std::vector<kind> kinds_;
};

} // namespace corrsteer

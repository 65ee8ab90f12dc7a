#pragma once

#include <cstdint>
#include <vector>

#include "statistics/strata.h"

namespace corrsteer {

/// Permutations of scores, numbered: each the same for its seed, number and strata, whoever asks in whatever order.
class score_shuffler {
  public:
    score_shuffler(const strata & groups, uint64_t seed) : groups_(groups), seed_(seed) {}

    /// Permutation b of scores [n], each equally likely: Fisher and Yates within each group.
    std::vector<double> shuffle(const std::vector<double> & scores, uint32_t b) const;

  private:
    const strata & groups_;
    uint64_t seed_;
};

} // namespace corrsteer

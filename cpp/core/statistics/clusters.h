#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace corrsteer {

/// Samples that are not independent of each other, such as questions of one passage: the samples of each cluster,
/// ascending. `of` has a number for each of n samples, equal ones are of a cluster; empty: each sample is one.
/// ERR_SHAPE_MISMATCH for another number of them.
std::vector<std::vector<uint32_t>> clusters_of(const std::vector<uint32_t> & of, size_t n);

} // namespace corrsteer

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace corrsteer {

/// One layer's pooled activations by feature: column c has entries offsets[c] to offsets[c + 1].
struct sparse_columns {
    uint32_t n_samples = 0;
    std::vector<uint32_t> offsets{0};
    /// Ascending within a column.
    std::vector<uint32_t> samples;
    std::vector<float> values;

    size_t size() const { return offsets.size() - 1; }
};

/// ERR_SHAPE_MISMATCH for lengths and offsets that disagree, ERR_OUT_OF_RANGE for samples that do not ascend below
/// n_samples, ERR_NON_FINITE.
void check_columns(const sparse_columns & columns);

} // namespace corrsteer

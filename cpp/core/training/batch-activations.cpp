#include "training/batch-activations.h"

#include <algorithm>
#include <functional>

namespace corrsteer::training {

namespace {

/// Whether a value is one of the n largest, asked of each in order; of equal ones the first are.
struct largest {
    float smallest;
    size_t n_equal; ///< of the n, and not asked yet

    /// Reorders the values, of which there are n at least; n is not 0.
    largest(std::vector<float> & values, size_t n) {
        const auto end = values.begin() + static_cast<ptrdiff_t>(n);
        std::nth_element(values.begin(), end - 1, values.end(), std::greater<>());
        smallest = *(end - 1);
        n_equal = static_cast<size_t>(std::count(values.begin(), end, smallest));
    }

    bool operator()(float value) {
        if (value != smallest) return value > smallest;
        if (n_equal == 0) return false;
        n_equal--;
        return true;
    }
};

/// Removes what is not to be kept of the entries from `begin`, where a row begins, on.
template <typename Keep>
void filter(row_group & group, size_t begin, Keep && keep) {
    size_t kept = begin;
    size_t i = begin;
    for (size_t & end : group.ends) {
        if (end <= begin) continue;
        for (; i < end; i++) {
            if (!keep(group.values[i])) continue;
            group.features[kept] = group.features[i];
            group.values[kept++] = group.values[i];
        }
        end = kept;
    }
    group.features.resize(kept);
    group.values.resize(kept);
}

} // namespace

batch_activations::batch_activations(int n_rows) : groups_(static_cast<size_t>(n_rows + group_rows - 1) / group_rows) {}

void batch_activations::clear() {
    for (row_group & group : groups_) {
        group.features.clear();
        group.values.clear();
        group.ends.fill(0);
    }
}

void batch_activations::append_above(const row_kernel & kernel, int row, const encoded_row & encoded, float cutoff) {
    constexpr size_t block = 1024;
    uint32_t features[block];
    float values[block];
    row_group & group = groups_[static_cast<size_t>(row / group_rows)];
    for (size_t begin = 0; begin < encoded.d_sae; begin += block) {
        const size_t n = std::min(block, encoded.d_sae - begin);
        const size_t found = kernel.find_above(encoded.products + begin, encoded.bias + begin, encoded.norms + begin, n,
                                               cutoff, features, values);
        for (size_t i = 0; i < found; i++) group.features.push_back(static_cast<uint32_t>(begin) + features[i]);
        group.values.insert(group.values.end(), values, values + found);
    }
    std::fill(group.ends.begin() + row % group_rows, group.ends.end(), group.values.size());
}

void batch_activations::append(const std::vector<uint32_t> & features, int row, const encoded_row & encoded) {
    row_group & group = groups_[static_cast<size_t>(row / group_rows)];
    for (const uint32_t feature : features) {
        group.features.push_back(feature);
        group.values.push_back((encoded.products[feature] + encoded.bias[feature]) * encoded.norms[feature]);
    }
    std::fill(group.ends.begin() + row % group_rows, group.ends.end(), group.values.size());
}

void batch_activations::keep_largest_of(int row, size_t k) {
    row_group & group = groups_[static_cast<size_t>(row / group_rows)];
    const size_t begin = group.begin_of(static_cast<size_t>(row % group_rows));
    if (group.values.size() - begin <= k) return;
    std::vector<float> values(group.values.begin() + static_cast<ptrdiff_t>(begin), group.values.end());
    largest kept(values, k);
    filter(group, begin, kept);
}

float batch_activations::keep_largest(size_t n) {
    largest kept(all_values(), n);
    for (row_group & group : groups_) filter(group, 0, kept);
    return kept.smallest;
}

float batch_activations::keep_from(size_t n) {
    const float smallest = largest(all_values(), n).smallest;
    for (row_group & group : groups_) filter(group, 0, [&](float value) { return value >= smallest; });
    return smallest;
}

std::vector<float> & batch_activations::all_values() {
    values_.clear();
    for (const row_group & group : groups_) values_.insert(values_.end(), group.values.begin(), group.values.end());
    return values_;
}

size_t batch_activations::count() const {
    size_t n = 0;
    for (const row_group & group : groups_) n += group.values.size();
    return n;
}

float batch_activations::smallest() const {
    float smallest = 0;
    for (const row_group & group : groups_) {
        for (const float value : group.values) smallest = smallest == 0 ? value : std::min(smallest, value);
    }
    return smallest;
}

} // namespace corrsteer::training

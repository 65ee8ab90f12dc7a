#include "sae/fired-rows.h"

#include <algorithm>
#include <numeric>

namespace corrsteer {

namespace {

/// Published SAEs fire some 20 to 200 features at a token.
constexpr int most_looked_for = 512;
constexpr int most_share = 8;

} // namespace

int fired_finder::most_of(int d_sae, int k) {
    return k > 0 ? k + 1 : std::clamp(d_sae / most_share, 1, most_looked_for);
}

fired_finder::fired_finder(ggml_context * g, ggml_cgraph * graph, ggml_tensor * activations, int k) : k_(k) {
    const int64_t d_sae = activations->ne[0];
    const int64_t n_rows = activations->ne[1];
    features_ = ggml_top_k(g, activations, most_of(static_cast<int>(d_sae), k));
    values_ = ggml_get_rows(g, ggml_reshape_3d(g, activations, 1, d_sae, n_rows), features_);
    for (ggml_tensor * found : {features_, values_}) {
        ggml_set_output(found);
        ggml_build_forward_expand(graph, found);
    }
}

bool fired_finder::read(fired_rows & fired) {
    const auto most = static_cast<size_t>(features_->ne[0]);
    const auto n_rows = static_cast<size_t>(features_->ne[1]);
    read_features_.resize(most * n_rows);
    read_values_.resize(most * n_rows);
    ggml_backend_tensor_get(features_, read_features_.data(), 0, ggml_nbytes(features_));
    ggml_backend_tensor_get(values_, read_values_.data(), 0, ggml_nbytes(values_));
    fired = {{0}, {}, {}};
    for (size_t i = 0; i < n_rows; i++) {
        if (!add_row(read_features_.data() + i * most, read_values_.data() + i * most, fired)) return false;
    }
    return true;
}

/// Of the largest activations of a row those that are kept: all above 0, or of these the k largest, of equal ones the
/// first. The least of what was found may have an equal that was not.
bool fired_finder::add_row(const int32_t * features, const float * values, fired_rows & fired) {
    order_.resize(static_cast<size_t>(features_->ne[0]));
    std::iota(order_.begin(), order_.end(), 0);
    std::sort(order_.begin(), order_.end(),
              [&](int a, int b) { return values[a] != values[b] ? values[a] > values[b] : features[a] < features[b]; });
    const float least = std::max(0.0f, values[order_.back()]);
    const size_t n = k_ > 0 ? static_cast<size_t>(k_) : order_.size();
    for (size_t i = 0; i < n && values[order_[i]] > 0; i++) {
        if (values[order_[i]] <= least) return false;
        fired.features.push_back(static_cast<uint32_t>(features[order_[i]]));
        fired.values.push_back(values[order_[i]]);
    }
    fired.offsets.push_back(static_cast<uint32_t>(fired.features.size()));
    return true;
}

} // namespace corrsteer

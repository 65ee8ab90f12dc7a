#include "sae/pooling.h"

#include <algorithm>
#include <limits>

#include "platform/error.h"

namespace corrsteer {

pooler::pooler(int width, std::vector<pooling> poolings, kept_values kept)
    : poolings_(std::move(poolings)), kept_(kept),
      least_(kept == kept_values::all ? -std::numeric_limits<float>::infinity() : 0.0f),
      max_(static_cast<size_t>(width), least_), sum_(static_cast<size_t>(width)) {
    pooled_.values.resize(poolings_.size());
}

void pooler::add(const float * activations) {
    for (size_t j = 0; j < max_.size(); j++) {
        max_[j] = std::max(max_[j], activations[j]);
        sum_[j] += activations[j];
    }
    all_added_ = true;
    n_tokens_++;
}

void pooler::add(const uint32_t * features, const float * activations, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t j = features[i];
        if (sum_[j] == 0) fired_.push_back(j);
        max_[j] = std::max(max_[j], activations[i]);
        sum_[j] += activations[i];
    }
    n_tokens_++;
}

void pooler::finish_row() {
    if (all_added_) {
        for (size_t j = 0; j < max_.size(); j++) {
            if (kept_ == kept_values::all || max_[j] != 0) keep(j);
        }
        std::fill(max_.begin(), max_.end(), least_);
        std::fill(sum_.begin(), sum_.end(), 0.0);
    } else {
        std::sort(fired_.begin(), fired_.end());
        for (const uint32_t j : fired_) {
            keep(j);
            max_[j] = least_;
            sum_[j] = 0;
        }
    }
    if (pooled_.indices.size() > std::numeric_limits<uint32_t>::max()) {
        throw error("ERR_OUT_OF_RANGE", "more than 2^32 pooled activations: encode fewer samples at a time");
    }
    pooled_.offsets.push_back(static_cast<uint32_t>(pooled_.indices.size()));
    fired_.clear();
    all_added_ = false;
    n_tokens_ = 0;
}

void pooler::keep(size_t j) {
    pooled_.indices.push_back(static_cast<uint32_t>(j));
    for (size_t p = 0; p < poolings_.size(); p++) {
        pooled_.values[p].push_back(poolings_[p] == pooling::max ? max_[j] : static_cast<float>(sum_[j] / n_tokens_));
    }
}

} // namespace corrsteer

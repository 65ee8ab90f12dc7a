#include "engine/steering.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "platform/error.h"

namespace corrsteer {

namespace {

uint64_t fnv1a(uint64_t hash, const void * data, size_t size) {
    const auto * bytes = static_cast<const unsigned char *>(data);
    for (size_t i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 0x100000001b3ull;
    return hash;
}

} // namespace

steering::steering(int n_embd, std::vector<int> layers, std::vector<float> vectors) : n_embd_(n_embd) {
    if (n_embd <= 0 || vectors.size() != layers.size() * static_cast<size_t>(n_embd)) {
        throw error("ERR_INVALID_ARGUMENT", "vectors: expected " + std::to_string(layers.size()) + " x " +
                                                std::to_string(n_embd) + " floats, got " +
                                                std::to_string(vectors.size()));
    }
    std::vector<size_t> order(layers.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return layers[a] < layers[b]; });
    uint64_t hash = 0xcbf29ce484222325ull;
    for (const size_t i : order) {
        const int layer = layers[i];
        if (!layers_.empty() && layers_.back() == layer) {
            throw error("ERR_INVALID_ARGUMENT",
                        "layers: expected distinct layers, got " + std::to_string(layer) + " twice");
        }
        const float * row = vectors.data() + i * n_embd;
        double sum = 0;
        for (int j = 0; j < n_embd; j++) sum += static_cast<double>(row[j]) * row[j];
        if (!std::isfinite(sum)) {
            throw error("ERR_NON_FINITE", "the steering vector of layer " + std::to_string(layer) + " is not finite",
                        {{"layer", static_cast<double>(layer)}});
        }
        layers_.push_back(layer);
        vectors_.insert(vectors_.end(), row, row + n_embd);
        norms_.push_back(std::sqrt(sum));
        hash = fnv1a(fnv1a(hash, &layer, sizeof layer), row, n_embd * sizeof(float));
    }
    fingerprint_ = hash == 0 ? 1 : hash;
}

int steering::index_of(int layer) const {
    const auto found = std::lower_bound(layers_.begin(), layers_.end(), layer);
    return found != layers_.end() && *found == layer ? static_cast<int>(found - layers_.begin()) : -1;
}

const float * steering::at(int layer) const {
    const int i = index_of(layer);
    return i < 0 ? nullptr : vectors_.data() + static_cast<size_t>(i) * n_embd_;
}

double steering::norm_at(int layer) const {
    const int i = index_of(layer);
    return i < 0 ? 0.0 : norms_[i];
}

} // namespace corrsteer

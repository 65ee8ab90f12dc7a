#include "training/row-buffer.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "platform/error.h"

namespace corrsteer {

namespace {

std::vector<int> ordered(std::vector<int> layers) {
    std::sort(layers.begin(), layers.end());
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
    return layers;
}

} // namespace

row_buffer::row_buffer(std::vector<int> layers, int n_embd, size_t capacity)
    : layers_(ordered(std::move(layers))), n_embd_(n_embd), capacity_(capacity) {
    if (n_embd < 1) throw range_error("nEmbd", "at least 1", n_embd);
    if (capacity < 1) throw range_error("capacity", "at least 1", 0);
    if (!layers_.empty() && layers_.front() < -1) throw range_error("layers", "at least -1", layers_.front());
    try {
        for (size_t i = 0; i < layers_.size(); i++)
            at_.push_back({aligned_floats(capacity * static_cast<size_t>(n_embd)), {}, 0});
    } catch (const std::bad_alloc &) {
        throw error("ERR_OUT_OF_MEMORY", "no memory for " + std::to_string(capacity) + " rows of " +
                                             std::to_string(layers_.size()) + " layers; give fewer of either");
    }
}

void row_buffer::begin(const std::vector<uint32_t> & lengths) {
    begins_.assign(1, 0);
    for (const uint32_t length : lengths)
        begins_.push_back(std::min(capacity_, begins_.back() + (length > 0 ? length - 1 : 0)));
    n_rows_ = begins_.back();
    for (at_layer & at : at_) {
        at.seen.assign(lengths.size(), 0);
        at.n_kept = 0;
    }
}

void row_buffer::append(int layer, int slot, const float * row) {
    at_layer & at = at_[index_of(layer)];
    const auto text = static_cast<size_t>(slot);
    if (text >= at.seen.size()) throw range_error("slot", "one of the texts", slot);
    const uint32_t position = at.seen[text]++;
    if (position == 0) return;
    const size_t place = begins_[text] + position - 1;
    if (place >= begins_[text + 1]) return;
    const auto width = static_cast<size_t>(n_embd_);
    std::memcpy(at.rows.data() + place * width, row, width * sizeof(float));
    at.n_kept++;
}

void row_buffer::fill(int layer, const std::vector<float> & rows) {
    at_layer & at = at_[index_of(layer)];
    const size_t expected = n_rows_ * static_cast<size_t>(n_embd_);
    if (rows.size() != expected) {
        throw error("ERR_SHAPE_MISMATCH",
                    "rows: expected " + std::to_string(expected) + " values, got " + std::to_string(rows.size()));
    }
    std::memcpy(at.rows.data(), rows.data(), rows.size() * sizeof(float));
    at.n_kept = n_rows_;
}

const float * row_buffer::rows(int layer) const {
    const at_layer & at = at_[index_of(layer)];
    if (at.n_kept != n_rows_) {
        throw error("ERR_INTERNAL", "layer " + std::to_string(layer) + " has " + std::to_string(at.n_kept) + " of " +
                                        std::to_string(n_rows_) + " rows");
    }
    return at.rows.data();
}

size_t row_buffer::index_of(int layer) const {
    const auto found = std::lower_bound(layers_.begin(), layers_.end(), layer);
    if (found == layers_.end() || *found != layer) throw range_error("layer", "one that the buffer holds", layer);
    return static_cast<size_t>(found - layers_.begin());
}

} // namespace corrsteer

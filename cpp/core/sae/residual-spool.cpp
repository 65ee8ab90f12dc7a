#include "sae/residual-spool.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "platform/error.h"
#include "sae/sae-encode.h"

namespace corrsteer {

namespace {

/// Rows of one allocation, so that a budget is filled step by step.
constexpr uint32_t block_rows = 64;

spool_options checked(spool_options options) {
    auto & layers = options.layers;
    std::sort(layers.begin(), layers.end());
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
    if (!layers.empty() && layers.front() < -1) {
        throw error("ERR_OUT_OF_RANGE", "layers: expected -1 or more, got " + std::to_string(layers.front()));
    }
    if (options.n_embd < 1) {
        throw error("ERR_OUT_OF_RANGE", "nEmbd: expected 1 or more, got " + std::to_string(options.n_embd));
    }
    return options;
}

void check_equal_lengths(const std::vector<int> & slots, const std::vector<int> & ends) {
    if (slots.size() != ends.size()) throw error("ERR_INVALID_ARGUMENT", "slots and ends: expected equal lengths");
}

} // namespace

residual_spool::residual_spool(spool_options options) : options_(checked(std::move(options))) {
    const size_t row_bytes = static_cast<size_t>(n_embd()) * sizeof(float);
    const size_t fitting = options_.memory_bytes / row_bytes;
    n_memory_rows_ = static_cast<uint32_t>(std::min<size_t>(fitting, std::numeric_limits<uint32_t>::max()));
    for (const int layer : layers()) slots_[layer];
}

void residual_spool::append(int layer, int slot, const float * row) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto width = static_cast<size_t>(n_embd());
    check_layer(layer);
    if (n_rows_ == std::numeric_limits<uint32_t>::max()) throw error("ERR_OUT_OF_RANGE", "the spool has 2^32 rows");
    if (n_rows_ < n_memory_rows_) {
        const uint32_t block = n_rows_ / block_rows;
        if (block == blocks_.size()) blocks_.emplace_back(std::min(block_rows, n_memory_rows_ - n_rows_) * width);
        std::copy_n(row, width, blocks_[block].data() + (n_rows_ % block_rows) * width);
    } else {
        if (!file_) file_ = std::make_unique<temporary_file>(options_.directory);
        const uint64_t row_bytes = width * sizeof(float);
        file_->write((n_rows_ - n_memory_rows_) * row_bytes, row, row_bytes);
    }
    slots_[layer][slot].push_back(n_rows_);
    n_rows_++;
}

std::vector<float> residual_spool::rows(int layer, int slot) const {
    const places found = first_rows(layer, slot, std::numeric_limits<int>::max());
    const auto width = static_cast<size_t>(n_embd());
    std::vector<float> result(found.size() * width);
    for (size_t i = 0; i < found.size(); i++) read(found[i], result.data() + i * width);
    return result;
}

sparse_rows residual_spool::encode(int layer, const std::shared_ptr<const sae> & sae, const std::vector<int> & slots,
                                   const std::vector<int> & ends, const std::vector<pooling> & poolings,
                                   const cancel_token & cancel) const {
    check_equal_lengths(slots, ends);
    check_layer(layer);
    if (!sae) return pool_coordinates(layer, slots, ends, poolings);
    pooler pooled(sae->d_sae(), poolings);
    std::vector<places> rows;
    for (size_t i = 0; i < slots.size(); i++) rows.push_back(first_rows(layer, slots[i], ends[i]));
    encode(sae, rows, pooled, cancel);
    return pooled.take();
}

void residual_spool::encode(int layer, const std::shared_ptr<const sae> & sae, const std::vector<int> & slots,
                            size_t skip, activation_sink & sink, const cancel_token & cancel) const {
    std::vector<places> rows;
    for (const int slot : slots) {
        places found = first_rows(layer, slot, std::numeric_limits<int>::max());
        found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(std::min(skip, found.size())));
        rows.push_back(std::move(found));
    }
    encode(sae, rows, sink, cancel);
}

void residual_spool::encode(const std::shared_ptr<const sae> & sae, const std::vector<places> & slots,
                            activation_sink & sink, const cancel_token & cancel) const {
    if (sae->d_model() != n_embd()) {
        throw error("ERR_SHAPE_MISMATCH",
                    "the SAE reads rows of " + std::to_string(sae->d_model()) + " values, the spool has rows of " +
                        std::to_string(n_embd()),
                    {{"expected", static_cast<double>(n_embd())}, {"actual", static_cast<double>(sae->d_model())}});
    }

    sae_encoder encoder(sae, sae->is_on_host() ? brought::all : brought::fired);
    fired_rows fired;
    const auto width = static_cast<size_t>(n_embd());
    const auto d_sae = static_cast<size_t>(sae->d_sae());
    std::vector<float> tile(static_cast<size_t>(encoder.tile_rows()) * width);
    std::vector<size_t> slot_ends; // after how many rows of the tile a slot is complete
    size_t n_tile = 0;

    const auto flush = [&] {
        cancel.check("encoding");
        const float * all = n_tile > 0 ? encoder.encode(tile.data(), static_cast<int>(n_tile), fired) : nullptr;
        const auto add = [&](size_t row) {
            if (all) return sink.add(all + row * d_sae);
            const uint32_t begin = fired.offsets[row];
            sink.add(fired.features.data() + begin, fired.values.data() + begin, fired.offsets[row + 1] - begin);
        };
        size_t done = 0;
        for (const size_t end : slot_ends) {
            for (; done < end; done++) add(done);
            sink.finish_row();
        }
        for (; done < n_tile; done++) add(done);
        slot_ends.clear();
        n_tile = 0;
    };
    for (const places & rows : slots) {
        for (const uint32_t place : rows) {
            if (n_tile == static_cast<size_t>(encoder.tile_rows())) flush();
            read(place, tile.data() + n_tile++ * width);
        }
        slot_ends.push_back(n_tile);
    }
    flush();
}

sparse_rows residual_spool::pool_coordinates(int layer, const std::vector<int> & slots, const std::vector<int> & ends,
                                             const std::vector<pooling> & poolings) const {
    pooler pooled(n_embd(), poolings, kept_values::all);
    std::vector<float> row(static_cast<size_t>(n_embd()));
    for (size_t i = 0; i < slots.size(); i++) {
        for (const uint32_t place : first_rows(layer, slots[i], ends[i])) {
            read(place, row.data());
            pooled.add(row.data());
        }
        pooled.finish_row();
    }
    return pooled.take();
}

pooled_residual residual_spool::pool(int layer, const std::vector<int> & slots, const std::vector<int> & ends) const {
    check_equal_lengths(slots, ends);
    const auto width = static_cast<size_t>(n_embd());
    pooled_residual pooled;
    pooled.means.resize(slots.size() * width);
    std::vector<float> row(width);
    for (size_t i = 0; i < slots.size(); i++) {
        const places found = first_rows(layer, slots[i], ends[i]);
        double * mean = pooled.means.data() + i * width;
        double norms = 0;
        for (const uint32_t place : found) {
            read(place, row.data());
            double squares = 0;
            for (size_t j = 0; j < width; j++) {
                const double value = row[j];
                mean[j] += value;
                squares += value * value;
            }
            norms += std::sqrt(squares);
        }
        for (size_t j = 0; j < width && !found.empty(); j++) mean[j] /= static_cast<double>(found.size());
        pooled.norm_sums.push_back(norms);
        pooled.rows.push_back(static_cast<uint32_t>(found.size()));
    }
    return pooled;
}

void residual_spool::check_layer(int layer) const {
    if (std::binary_search(layers().begin(), layers().end(), layer)) return;
    std::string known;
    for (const int l : layers()) known += (known.empty() ? "" : ", ") + std::to_string(l);
    throw error("ERR_OUT_OF_RANGE", "layer: expected one of " + known + ", got " + std::to_string(layer));
}

residual_spool::places residual_spool::first_rows(int layer, int slot, int end) const {
    if (end < 0) throw error("ERR_OUT_OF_RANGE", "ends: expected 0 or more, got " + std::to_string(end));
    check_layer(layer);
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto & slots = slots_.at(layer);
    const auto found = slots.find(slot);
    if (found == slots.end()) return {};
    const size_t count = std::min(found->second.size(), static_cast<size_t>(end));
    return places(found->second.begin(), found->second.begin() + static_cast<std::ptrdiff_t>(count));
}

void residual_spool::read(uint32_t place, float * out) const {
    const auto width = static_cast<size_t>(n_embd());
    const std::lock_guard<std::mutex> lock(mutex_);
    if (place < n_memory_rows_) {
        std::copy_n(blocks_[place / block_rows].data() + (place % block_rows) * width, width, out);
    } else {
        const uint64_t row_bytes = width * sizeof(float);
        file_->read((place - n_memory_rows_) * row_bytes, out, row_bytes);
    }
}

} // namespace corrsteer

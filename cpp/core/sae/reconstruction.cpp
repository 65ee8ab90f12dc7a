#include "sae/reconstruction.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <string>

#include "platform/error.h"

namespace corrsteer {

namespace {

std::atomic<uint64_t> n_made{0};

std::vector<float> all_directions(const sae & sae) {
    std::vector<uint32_t> features(static_cast<size_t>(sae.d_sae()));
    std::iota(features.begin(), features.end(), 0u);
    return sae.decoder_rows(features);
}

/// Means of rows, and the squares of all values around them: Welford 1962.
void add_moments(const float * row, size_t width, int64_t n, reconstruction_sums & sums) {
    for (size_t i = 0; i < width; i++) {
        const double delta = row[i] - sums.means[i];
        sums.means[i] += delta / static_cast<double>(n);
        sums.squares += delta * (row[i] - sums.means[i]);
    }
}

} // namespace

reconstruction::reconstruction(std::shared_ptr<const sae> sae)
    : sae_(std::move(sae)), decoder_(all_directions(*sae_)), bias_(sae_->decoder_bias()), number_(++n_made),
      encoder_(sae_) {}

void reconstruction::decode(const float * row, const float * activations, float * out) const {
    const auto width = static_cast<size_t>(sae_->d_model());
    std::copy(bias_.begin(), bias_.end(), out);
    for (size_t j = 0; j < static_cast<size_t>(sae_->d_sae()); j++) {
        const float f = activations[j];
        if (f == 0) continue;
        const float * direction = decoder_.data() + j * width;
        for (size_t i = 0; i < width; i++) out[i] += f * direction[i];
    }
    const row_normalization normalization = sae_->plan().input_normalization;
    if (normalization == row_normalization::none) return;
    const row_scaling scaling = scaling_of(row, static_cast<int>(width), normalization);
    for (size_t i = 0; i < width; i++) out[i] = static_cast<float>(out[i] / scaling.scale + scaling.shift);
}

void reconstruction::replace(float * rows, int n_rows) const {
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto width = static_cast<size_t>(sae_->d_model());
    std::vector<float> made(width);
    for (int begin = 0; begin < n_rows; begin += encoder_.tile_rows()) {
        float * tile = rows + static_cast<size_t>(begin) * width;
        const int count = std::min(encoder_.tile_rows(), n_rows - begin);
        const float * activations = encoder_.encode_within_turn(tile, count);
        for (int i = 0; i < count; i++) {
            float * row = tile + static_cast<size_t>(i) * width;
            decode(row, activations + static_cast<size_t>(i) * static_cast<size_t>(sae_->d_sae()), made.data());
            std::copy(made.begin(), made.end(), row);
        }
    }
}

reconstruction_sums reconstruction::measure(const std::vector<float> & rows, const cancel_token & cancel) const {
    const auto width = static_cast<size_t>(sae_->d_model());
    const auto d_sae = static_cast<size_t>(sae_->d_sae());
    if (rows.size() % width != 0) {
        throw error("ERR_SHAPE_MISMATCH", "rows: expected a multiple of d_model = " + std::to_string(width) +
                                              " values, got " + std::to_string(rows.size()));
    }
    const size_t n_rows = rows.size() / width;
    reconstruction_sums sums;
    sums.means.resize(width);
    sums.fired.resize(d_sae);
    for (size_t i = 0; i < n_rows; i++) add_moments(rows.data() + i * width, width, ++sums.rows, sums);
    std::vector<float> made(width);
    sae_encoder encoder(sae_); // while this one waits for the CPU, who has it may wait for the other
    for (size_t begin = 0; begin < n_rows;) {
        cancel.check("measuring an SAE");
        const size_t count = std::min(n_rows - begin, static_cast<size_t>(encoder.tile_rows()));
        const float * activations = encoder.encode(rows.data() + begin * width, static_cast<int>(count));
        for (size_t k = 0; k < count; k++) {
            const float * row = rows.data() + (begin + k) * width;
            const float * f = activations + k * d_sae;
            for (size_t j = 0; j < d_sae; j++) {
                const bool fires = f[j] != 0;
                sums.fired[j] += fires;
                sums.active += fires;
            }
            decode(row, f, made.data());
            double residual = 0, product = 0, of_row = 0, of_made = 0, around = 0;
            for (size_t i = 0; i < width; i++) {
                const double x = row[i], y = made[i];
                residual += (x - y) * (x - y);
                product += x * y;
                of_row += x * x;
                of_made += y * y;
                around += (x - sums.means[i]) * (x - sums.means[i]);
            }
            sums.residual_squares += residual;
            if (of_row > 0) sums.norm_ratio += std::sqrt(of_made / of_row);
            if (of_row > 0 && of_made > 0) sums.cosine += product / std::sqrt(of_row * of_made);
            if (around > 0) sums.explained += 1 - residual / around;
        }
        begin += count;
    }
    return sums;
}

} // namespace corrsteer

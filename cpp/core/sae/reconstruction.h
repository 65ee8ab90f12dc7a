#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine/row-map.h"
#include "sae/sae-encode.h"

namespace corrsteer {

/// How well an SAE gives some rows back, in sums that add up over the rows.
struct reconstruction_sums {
    int64_t rows = 0;
    double active = 0;           ///< features that fired, over all rows
    double residual_squares = 0; ///< of x - x'
    double cosine = 0;           ///< of x and x'; 0 where either is zero
    double norm_ratio = 0;       ///< |x'| / |x|; 0 where x is zero
    std::vector<double> means;   ///< [d_model], of x
    double squares = 0;          ///< of x around its mean
    double explained = 0;        ///< 1 - |x - x'|^2 / |x - mean|^2; left out where x is the mean
    std::vector<uint32_t> fired; ///< [d_sae], rows
};

/// Rows x as an SAE gives them back: x' = sum_j f_j W_dec[j] + b_dec, a normalisation of the row undone. The decoder is
/// in memory as float32 rows.
class reconstruction : public row_map {
  public:
    /// ERR_OUT_OF_MEMORY, ERR_NON_FINITE.
    explicit reconstruction(std::shared_ptr<const sae> sae);

    int n_embd() const override { return sae_->d_model(); }
    uint64_t fingerprint() const override { return number_; }
    /// ERR_NON_FINITE as sae_encoder::encode.
    void replace(float * rows, int n_rows) const override;

    /// Of rows [n, d_model]; on a thread that has no right to the CPU. ERR_SHAPE_MISMATCH, ERR_NON_FINITE,
    /// ERR_CANCELLED between two tiles.
    reconstruction_sums measure(const std::vector<float> & rows, const cancel_token & cancel) const;

  private:
    void decode(const float * row, const float * activations, float * out) const;

    std::shared_ptr<const sae> sae_;
    std::vector<float> decoder_; ///< [d_sae, d_model]
    std::vector<float> bias_;
    uint64_t number_; ///< of the process's reconstructions
    mutable std::mutex mutex_;
    mutable sae_encoder encoder_;
};

} // namespace corrsteer

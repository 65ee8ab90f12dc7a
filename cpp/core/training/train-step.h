#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "platform/aligned-floats.h"
#include "products/tile-product.h"
#include "training/batch-activations.h"
#include "training/parameters.h"
#include "training/row-kernel.h"
#include "training/training-options.h"

namespace corrsteer::training {

/// A step of training, for one SAE after the other, in the same memory. With x' = scale x - b_dec of each of n rows:
///   p = W_enc x' + b_enc, f = p where p |W_dec row| is one of the largest of the batch    arXiv 2412.06410, section 3
///   e = W_dec f - x',  loss = mean |e|^2
///   auxiliary loss: z = the largest of p |W_dec row| among dead features of each row, e' = W_dec z + e, and
///   c s mean |e'|^2, c the coefficient, s = min(1, dead / k'), k' = d_model / 2           arXiv 2406.04093, section
///   A.2
/// With features nested (arXiv 2503.17547) the loss is the sum of that of all and of those of each part of the first
/// ones, e_m = W_dec f_0:m - x': a feature's gradients are of the sum of the errors of the parts that it is in, E_m.
/// Ranking by p |W_dec row|, by which directions are as if of norm 1, s, k' and the limit of the gradient are as
/// SAELens has them. Gradients of W_enc and W_dec are sums over the rows on which a feature is active.
class train_step {
  public:
    explicit train_step(const training_options & options);

    /// rows: all there are, [..., d_model]; order [batch_rows]: those of this batch. ERR_NON_FINITE: nothing is
    /// learned.
    step_report run(sae_parameters & sae, const float * rows, const uint32_t * order, int layer);

  private:
    void for_groups(const std::function<void(size_t group, size_t begin, size_t end)> & task);
    double prepare(const sae_parameters & sae, const float * rows, const uint32_t * order, int layer);
    void find_dead(const sae_parameters & sae);
    float activate(const sae_parameters & sae);
    bool append_all(const sae_parameters & sae, float cutoff, bool may_raise);
    void append_tile(const sae_parameters & sae, size_t first_row, size_t n, float cutoff);
    void reconstruct(const sae_parameters & sae, step_report & report);
    double decode(const sae_parameters & sae, batch_activations & activations, const std::vector<uint32_t> & parts,
                  const float * added, float sign, float * errors, double factor);
    void sort_by_feature(sae_parameters & sae);
    void place(const batch_activations & activations, const std::vector<uint32_t> & parts, size_t first_error);
    void learn(sae_parameters & sae);
    double find_gradients(const sae_parameters & sae, size_t block);
    double find_bias_gradient(const sae_parameters & sae);
    void step_features(sae_parameters & sae, const adam_step & adam, size_t block);
    adam_step adam_of(uint64_t step, double gradient_norm) const;
    double learning_rate(uint64_t step) const;

    size_t wanted_of(size_t n_rows) const;
    size_t most_dead() const;
    float * input(size_t row) { return inputs_.data() + row * width_; }

    const training_options & options_;
    const row_kernel & kernel_;
    size_t n_rows_;
    size_t width_;
    tile_product product_;
    batch_activations active_;
    batch_activations dead_active_;
    std::vector<uint32_t> dead_;  ///< features
    aligned_floats inputs_;       ///< [n_rows][width]: x'
    std::vector<uint32_t> parts_; ///< the ends of nested features, d_sae the last
    std::vector<uint32_t> whole_part_;
    aligned_floats errors_;     ///< [parts + 1][n_rows][width]: e, then E of the parts before, the first last, then e'
    aligned_floats group_sums_; ///< [groups][width]
    std::vector<double> group_totals_;
    aligned_floats feature_gradients_; ///< [d_sae][2][width]: of the encoder's row and the decoder's
    aligned_floats encoder_bias_gradient_;
    aligned_floats decoder_bias_gradient_;
    aligned_floats through_encoder_; ///< [blocks of features][width]
    std::vector<double> block_totals_;
    std::vector<uint32_t> whole_; ///< 0, 1, ...: picks every row
    std::vector<float> ones_;

    /// Activations by feature: those of feature j are from begins_[j] to begins_[j + 1].
    std::vector<uint32_t> begins_;
    std::vector<uint32_t> next_; ///< where the next one of a feature goes
    std::vector<uint32_t> input_rows_;
    std::vector<uint32_t> error_rows_;
    std::vector<float> activations_; ///< the loss's gradient by the decoder's row is the sum of these times errors
    std::vector<float> gradients_;   ///< by the encoder's, of these times inputs
};

} // namespace corrsteer::training

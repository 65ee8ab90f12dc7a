#pragma once

#include <cstdint>
#include <vector>

#include "training/parameters.h"
#include "training/row-buffer.h"
#include "training/train-step.h"
#include "training/training-options.h"

namespace corrsteer {

/// One SAE as it is saved, in units of the residual stream: f = p where p > threshold, p = x encoder + encoder_bias;
/// reconstruction = f decoder + decoder_bias.
struct trained_sae {
    std::vector<float> encoder;      ///< [d_model, d_sae]
    std::vector<float> encoder_bias; ///< [d_sae]
    std::vector<float> decoder;      ///< [d_sae, d_model], rows of norm 1
    std::vector<float> decoder_bias; ///< [d_model]
    float threshold = 0;
};

/// Trains the SAEs of some layers on the same rows: a dense product with the encoder, and after it only what is active
/// is touched. Results don't depend on the number of threads, nor on which layers are trained together.
class sae_trainer {
  public:
    /// ERR_OUT_OF_RANGE, ERR_OUT_OF_MEMORY.
    explicit sae_trainer(training_options options);

    /// Trains every layer on a batch of the buffer's rows, of those in the order that belongs to the number of their
    /// chunk. Returns a report a layer. ERR_NON_FINITE for rows that are not, or a training that diverged: nothing of
    /// the batch is learned at that layer.
    std::vector<step_report> train(const row_buffer & rows, uint64_t chunk, int batch);

    trained_sae trained(int layer);

    /// The state of a layer, for a checkpoint: pass on what is there, put it back into a new trainer of equal options.
    training::sae_parameters & parameters(int layer);

  private:
    const training_options options_;
    std::vector<training::sae_parameters> layers_;
    training::train_step step_;
};

} // namespace corrsteer

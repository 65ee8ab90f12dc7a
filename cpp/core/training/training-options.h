#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace corrsteer {

enum class training_activation {
    batch_top_k, ///< the k n largest activations of a batch of n rows (arXiv 2412.06410)
    top_k,       ///< the k largest of each row (arXiv 2406.04093)
};

struct training_options {
    std::vector<int> layers; ///< an SAE is trained for each
    int d_model = 0;
    int d_sae = 0;
    double k = 0; ///< active features a row
    training_activation activation = training_activation::batch_top_k;
    std::vector<int> nested; ///< ascending: so many of the first features reconstruct rows by themselves as well
    int batch_rows = 0;
    uint64_t steps = 0; ///< of all; the learning rate rises in the first and falls to 0 in the last of them
    uint64_t warm_up_steps = 0;
    uint64_t decay_steps = 0;
    double learning_rate = 0;
    double first_decay = 0; ///< of Adam's moments
    double second_decay = 0;
    double epsilon = 0;
    double most_gradient = 0; ///< norm, over all that is learned of an SAE, to which a larger gradient is scaled
    double auxiliary_coefficient = 0;
    double dead_steps = 0;     ///< a feature that was not active in more steps than that is dead
    double threshold_rate = 0; ///< of the running mean that the threshold is learned by
    uint64_t seed = 0;
    std::string device;
    int threads = 0;
};

/// What one step did at one layer. Losses are in the units of scaled rows (sae_parameters).
struct step_report {
    double loss = 0;           ///< mean over rows of the squared norm of x - reconstruction
    double auxiliary_loss = 0; ///< what is added to it, coefficient included
    double variance = 0;       ///< mean over rows of the squared norm of x - the batch's mean
    double active = 0;         ///< mean over rows of active features
    double threshold = 0;      ///< of the smallest activation that counts, as learned so far
    uint32_t dead = 0;         ///< features
};

} // namespace corrsteer

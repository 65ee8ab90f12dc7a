#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/aligned-floats.h"
#include "training/row-kernel.h"

namespace corrsteer::training {

/// What is learned, and what Adam remembers of its gradients: their first and second moments.
struct learned {
    aligned_floats values;
    aligned_floats first;
    aligned_floats second;

    explicit learned(size_t n) : values(n), first(n), second(n) {}
};

constexpr size_t most_outliers = 16;

/// An SAE in training, in units in which rows have a mean norm of sqrt(d_model). Rows of matrices are padded to
/// `width`.
struct sae_parameters {
    int d_model;
    int d_sae;
    size_t width;
    learned encoder;               ///< [d_sae][width]
    learned decoder;               ///< [d_sae][width], rows of norm 1
    learned encoder_bias;          ///< [d_sae]
    learned decoder_bias;          ///< [width]
    aligned_floats norms;          ///< [d_sae], of the decoder's rows
    std::vector<float> idle_steps; ///< [d_sae], since a feature was active
    aligned_floats outliers;       ///< [most_outliers][width]: directions of rows far longer than others, then zeros
    double input_scale = 0;        ///< by which rows are multiplied; 0: nothing was seen yet
    double smallest_mean = 0;      ///< running mean of the smallest activations of batches, from 0 on
    uint64_t step = 0;
    float expected = 0; ///< the next batch's smallest activation is about that; of no consequence but for speed

    sae_parameters(int d_model, int d_sae);

    /// Directions of norm 1 drawn at random, and encoders along them.
    void draw(uint64_t seed);
    /// Turns encoders along the decoder's directions, before anything is learned.
    void tie();
    /// After the decoder changed: finds the norms of rows from `begin` to `end`.
    void measure(size_t begin, size_t end);

    /// The first features are those of outliers, so many.
    size_t n_outliers() const;
    /// Takes out of a row what lies along the first `n` of them, which are all.
    void turn_across_outliers(float * row, size_t n) const;

    /// The running mean, corrected for its beginning at 0.
    double threshold(double rate) const;

    /// All arrays of a state, by name; `measure` after they were written.
    struct part {
        std::string name;
        float * values;
        size_t size;
    };
    std::vector<part> parts();
};

} // namespace corrsteer::training

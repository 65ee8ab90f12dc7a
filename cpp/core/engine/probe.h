#pragma once

#include <optional>
#include <vector>

#include "engine/row-normalization.h"

namespace corrsteer {

/// A number that is read off the residual rows of one layer: p = w . x' + bias, x' the normalised row; with a threshold
/// it is a feature's activation, p where p > threshold and p > 0, else 0.
class probe {
  public:
    struct definition {
        std::vector<float> weights; ///< [n_embd]
        double bias = 0;
        std::optional<double> threshold;
        row_normalization normalization = row_normalization::none;

        bool operator==(const definition & other) const {
            return weights == other.weights && bias == other.bias && threshold == other.threshold &&
                   normalization == other.normalization;
        }
    };

    /// Throws ERR_NON_FINITE.
    probe(int layer, definition of);

    int layer() const { return layer_; }
    int n_embd() const { return static_cast<int>(of_.weights.size()); }
    const definition & as_defined() const { return of_; }
    bool operator==(const probe & other) const { return layer_ == other.layer_ && of_ == other.of_; }
    /// Of a row [n_embd].
    double at(const float * row) const;

  private:
    int layer_;
    definition of_;
    double sum_ = 0; ///< of the weights
};

} // namespace corrsteer

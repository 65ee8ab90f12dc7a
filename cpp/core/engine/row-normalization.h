#pragma once

#include <vector>

namespace corrsteer {

/// What is done to a residual row before it is read: its own mean taken away; with its deviation divided out as well;
/// brought to the norm sqrt(n).
enum class row_normalization { none, center, layer_norm, constant_norm_rescale };

/// The normalised row is (row - shift) * scale.
struct row_scaling {
    double shift = 0;
    double scale = 1;
};

row_scaling scaling_of(const float * row, int n, row_normalization normalization);

} // namespace corrsteer

#include "engine/row-normalization.h"

#include <algorithm>
#include <cmath>

namespace corrsteer {

row_scaling scaling_of(const float * row, int n, row_normalization normalization) {
    row_scaling scaling;
    if (normalization == row_normalization::layer_norm || normalization == row_normalization::center) {
        for (int i = 0; i < n; i++) scaling.shift += row[i];
        scaling.shift /= n;
    }
    if (normalization == row_normalization::layer_norm) {
        double squares = 0;
        for (int i = 0; i < n; i++) squares += (row[i] - scaling.shift) * (row[i] - scaling.shift);
        scaling.scale = 1 / (std::sqrt(squares / std::max(1, n - 1)) + 1e-5);
    } else if (normalization == row_normalization::constant_norm_rescale) {
        double squares = 0;
        for (int i = 0; i < n; i++) squares += static_cast<double>(row[i]) * row[i];
        if (squares > 0) scaling.scale = std::sqrt(n / squares); // a row of zeros stays one
    }
    return scaling;
}

} // namespace corrsteer

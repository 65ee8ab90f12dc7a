#pragma once

#include <cstddef>

#include "training/parameters.h"

namespace corrsteer::training {

/// Turns the first features along the rows [n][d_model] that are far longer than others, as language models have a few
/// of, and takes these directions from all other features; scale and bias are known by then. So it stays: the first
/// features learn nothing, and encoders of the others stay across them. Else one such row activates thousands of
/// features at once, and gradients of a limited norm need very long to undo that.
void set_outlier_directions(sae_parameters & sae, const float * rows, size_t n);

} // namespace corrsteer::training

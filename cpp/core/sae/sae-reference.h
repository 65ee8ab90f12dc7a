#pragma once

#include <vector>

#include "sae/sae-file.h"

namespace corrsteer {

/// Activations [n_rows, d_sae] of rows [n_rows, d_model], in double and straight from the published formula of each
/// architecture over the tensors as stored: nothing folded, nothing fast. The oracle of the tests.
std::vector<double> reference_encode(const sae_file & file, const std::vector<float> & rows);

} // namespace corrsteer

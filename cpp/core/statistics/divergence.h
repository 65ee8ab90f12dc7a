#pragma once

#include <vector>

namespace corrsteer {

/// Kullback-Leibler divergence KL(reference || other), in nats, of the softmax of each row [n_vocab], in double.
/// ERR_SHAPE_MISMATCH for arrays of different lengths, or of parts of rows; ERR_NON_FINITE where it is not a number.
std::vector<double> kl_divergence(const std::vector<float> & reference, const std::vector<float> & other, int n_vocab);

} // namespace corrsteer

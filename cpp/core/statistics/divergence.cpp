#include "statistics/divergence.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "platform/error.h"

namespace corrsteer {

namespace {

double log_sum_exp(const float * logits, int n) {
    const double largest = *std::max_element(logits, logits + n);
    double sum = 0;
    for (int i = 0; i < n; i++) sum += std::exp(logits[i] - largest);
    return largest + std::log(sum);
}

double row_divergence(const float * reference, const float * other, int n_vocab) {
    const double log_p = log_sum_exp(reference, n_vocab);
    const double log_q = log_sum_exp(other, n_vocab);
    double sum = 0;
    for (int i = 0; i < n_vocab; i++) {
        const double log_ratio = (reference[i] - log_p) - (other[i] - log_q);
        const double p = std::exp(reference[i] - log_p);
        if (p != 0) sum += p * log_ratio; // where it is 0 the ratio may be infinite
    }
    return sum < 0 ? 0 : sum; // which rounding may leave at -1e-17
}

} // namespace

std::vector<double> kl_divergence(const std::vector<float> & reference, const std::vector<float> & other, int n_vocab) {
    const auto width = static_cast<size_t>(n_vocab);
    if (n_vocab < 1 || reference.size() != other.size() || reference.size() % width != 0) {
        throw error(
            "ERR_SHAPE_MISMATCH",
            "logits: expected two arrays of the same rows of " + std::to_string(n_vocab) + " values, got " +
                std::to_string(reference.size()) + " and " + std::to_string(other.size()) + " values",
            {{"expected", static_cast<double>(reference.size())}, {"actual", static_cast<double>(other.size())}});
    }
    std::vector<double> divergences;
    for (size_t row = 0; row < reference.size(); row += width) {
        divergences.push_back(row_divergence(reference.data() + row, other.data() + row, n_vocab));
        if (!std::isfinite(divergences.back())) {
            throw error("ERR_NON_FINITE",
                        "the logits have no finite divergence: the steering is too strong, or the model is damaged");
        }
    }
    return divergences;
}

} // namespace corrsteer

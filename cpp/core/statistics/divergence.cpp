#include "statistics/divergence.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "platform/error.h"

namespace corrsteer {

namespace {

/// With P and Q the sums of e^a and e^b: sum e^a / P (a - b) - log (P / Q). Both are taken from the largest of their
/// row.
double row_divergence(const float * reference, const float * other, int n_vocab) {
    const double largest_a = *std::max_element(reference, reference + n_vocab);
    const double largest_b = *std::max_element(other, other + n_vocab);
    double sum_p = 0;
    double sum_q = 0;
    double sum = 0;
    for (int i = 0; i < n_vocab; i++) {
        const double a = reference[i] - largest_a;
        const double b = other[i] - largest_b;
        const double p = std::exp(a);
        sum_p += p;
        sum_q += std::exp(b);
        if (p != 0) sum += p * (a - b); // where it is 0 the difference may be infinite
    }
    const double divergence = sum / sum_p - std::log(sum_p / sum_q);
    return divergence < 0 ? 0 : divergence; // which rounding may leave at -1e-17
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

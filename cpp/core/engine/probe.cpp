#include "engine/probe.h"

#include <cmath>
#include <numeric>
#include <string>

#include "platform/error.h"

namespace corrsteer {

probe::probe(int layer, definition of) : layer_(layer), of_(std::move(of)) {
    double squares = 0;
    for (const float weight : of_.weights) {
        sum_ += weight;
        squares += static_cast<double>(weight) * weight;
    }
    if (std::isfinite(squares) && std::isfinite(of_.bias) && std::isfinite(of_.threshold.value_or(0))) return;
    throw error("ERR_NON_FINITE", "a probe of layer " + std::to_string(layer) + " is not finite",
                {{"layer", static_cast<double>(layer)}});
}

double probe::at(const float * row) const {
    const row_scaling scaling = scaling_of(row, n_embd(), of_.normalization);
    const double product = std::inner_product(
        of_.weights.begin(), of_.weights.end(), row, 0.0, [](double a, double b) { return a + b; },
        [](float a, float b) { return static_cast<double>(a) * b; });
    const double p = (product - scaling.shift * sum_) * scaling.scale + of_.bias;
    if (!of_.threshold) return p;
    return p > *of_.threshold && p > 0 ? p : 0;
}

} // namespace corrsteer

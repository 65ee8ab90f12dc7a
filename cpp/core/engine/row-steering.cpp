#include "engine/row-steering.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace corrsteer {

namespace {

/// Sum of squares of n values, in independent lanes, so that compilers vectorise it: it runs for each row and layer
/// while all threads wait.
template <typename Value>
double squares(size_t n, Value value) {
    constexpr size_t lanes = 8;
    double sums[lanes] = {};
    size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (size_t j = 0; j < lanes; j++) {
            const double x = value(i + j);
            sums[j] += x * x;
        }
    }
    for (; i < n; i++) sums[0] += static_cast<double>(value(i)) * value(i);
    return std::accumulate(sums, sums + lanes, 0.0);
}

bool acts(const steering::step & step, const row_place & place, const held_conditions & held) {
    return step.acts_at(place) && (step.condition < 0 || held[static_cast<size_t>(step.condition)]);
}

/// How often a step's vector is added to a row.
double amount_of(const steering::step & step, const float * row) {
    if (!step.target) return 1;
    const double value = step.target->of.at(row);
    const double missing = step.target->target - value;
    using side = steering_operation::toward::side;
    if (step.target->from == side::below && missing <= 0) return 0;
    if (step.target->from == side::above && missing >= 0) return 0;
    return missing;
}

/// One vector, added to the row where it lies.
row_change add(int layer, const steering::step & step, float * row) {
    const float * vector = step.vector.data();
    const size_t n = step.vector.size();
    const double before = squares(n, [&](size_t i) { return row[i]; });
    const double after = squares(n, [&](size_t i) { return row[i] + vector[i]; });
    if (!std::isfinite(after)) throw too_strong(layer);
    for (size_t i = 0; i < n; i++) row[i] += vector[i];
    return {row_change::kind::steered, std::sqrt(before), step.norm};
}

} // namespace

error too_strong(int layer) {
    return error("ERR_NON_FINITE",
                 "layer " + std::to_string(layer) +
                     ": the steered residual stream is not finite: the steering is too strong",
                 {{"layer", static_cast<double>(layer)}});
}

bool acts_at(const steering::steered_layer & at, const row_place & place) {
    return std::any_of(at.steps.begin(), at.steps.end(), [&](const auto & step) { return step.acts_at(place); });
}

int n_acting(const steering::steered_layer & at, const row_place & place, const held_conditions & held) {
    return static_cast<int>(
        std::count_if(at.steps.begin(), at.steps.end(), [&](const auto & step) { return acts(step, place, held); }));
}

const steering::step * only_vector(const steering::steered_layer & at, const row_place & place,
                                   const held_conditions & held) {
    const steering::step * only = nullptr;
    for (const steering::step & step : at.steps) {
        if (!acts(step, place, held)) continue;
        if (only || step.target || step.by) return nullptr;
        only = &step;
    }
    return only;
}

const steering::step * replacing(const steering::steered_layer & at, const row_place & place,
                                 const held_conditions & held) {
    const steering::step & only = at.steps.front();
    return only.by && acts(only, place, held) ? &only : nullptr;
}

row_change replace_row(int layer, const float * by, double share, float * row, size_t n) {
    const auto change = [&](size_t i) { return share * (static_cast<double>(by[i]) - row[i]); };
    const double before = squares(n, [&](size_t i) { return row[i]; });
    const double added = squares(n, change);
    if (!std::isfinite(static_cast<float>(added))) throw too_strong(layer);
    for (size_t i = 0; i < n; i++) row[i] = share == 1 ? by[i] : static_cast<float>(row[i] + change(i));
    return {row_change::kind::steered, std::sqrt(before), std::sqrt(added)};
}

row_change steer_row(const steering::steered_layer & at, const row_place & place, const held_conditions & held,
                     float * row) {
    if (!acts_at(at, place)) return {};
    if (at.steps.front().by) return {replacing(at, place, held) ? row_change::kind::none : row_change::kind::left};
    if (const steering::step * only = only_vector(at, place, held)) return add(at.layer, *only, row);
    const size_t n = at.steps.front().vector.size();
    std::vector<float> steered(row, row + n);
    bool is_steered = false;
    for (const steering::step & step : at.steps) {
        const double amount = acts(step, place, held) ? amount_of(step, steered.data()) : 0;
        if (amount == 0) continue;
        is_steered = true;
        for (size_t i = 0; i < n; i++) steered[i] = static_cast<float>(steered[i] + amount * step.vector[i]);
    }
    if (!is_steered) return {row_change::kind::left};
    const double after = squares(n, [&](size_t i) { return steered[i]; });
    if (!std::isfinite(after)) throw too_strong(at.layer);
    const double before = squares(n, [&](size_t i) { return row[i]; });
    const double added = squares(n, [&](size_t i) { return steered[i] - row[i]; });
    std::copy(steered.begin(), steered.end(), row);
    return {row_change::kind::steered, std::sqrt(before), std::sqrt(added)};
}

} // namespace corrsteer

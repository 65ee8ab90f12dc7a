#include "engine/steering.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "platform/error.h"

namespace corrsteer {

namespace {

/// FNV-1a, 64 bits.
class hash {
  public:
    template <typename T>
    hash & value(const T & value) {
        static_assert(std::has_unique_object_representations_v<T> || std::is_floating_point_v<T>);
        return bytes(&value, sizeof value);
    }
    hash & values(const std::vector<float> & values) { return bytes(values.data(), values.size() * sizeof(float)); }
    hash & of(const probe & probe) {
        const probe::definition & of = probe.as_defined();
        value(probe.layer()).value(of.bias).value(static_cast<int>(of.normalization));
        value(static_cast<int>(of.threshold.has_value())).value(of.threshold.value_or(0));
        return values(of.weights);
    }
    uint64_t get() const { return hash_ == 0 ? 1 : hash_; }

  private:
    hash & bytes(const void * data, size_t size) {
        const auto * bytes = static_cast<const unsigned char *>(data);
        for (size_t i = 0; i < size; i++) hash_ = (hash_ ^ bytes[i]) * 0x100000001b3ull;
        return *this;
    }

    uint64_t hash_ = 0xcbf29ce484222325ull;
};

uint64_t fingerprint_of(const steering & steering) {
    hash all;
    for (const auto & at : steering.layers()) {
        for (const auto & step : at.steps) {
            all.value(at.layer).values(step.vector);
            all.value(step.window.from).value(step.window.to);
            all.value(step.phase ? static_cast<int>(*step.phase) : -1).value(step.condition);
            if (step.by) all.value(step.by->fingerprint()).value(step.share);
            if (!step.target) continue;
            all.of(step.target->of).value(step.target->target).value(static_cast<int>(step.target->from));
        }
    }
    for (const auto & condition : steering.conditions()) all.of(condition.of).value(condition.above);
    return all.get();
}

/// Whether both are vectors that are added at the same rows, whatever these are.
bool are_one(const steering_operation & a, const steering_operation & b) {
    return a.layer == b.layer && a.window.from == b.window.from && a.window.to == b.window.to && a.phase == b.phase &&
           !a.target && !b.target && !a.when && !b.when && !a.by && !b.by;
}

error invalid(int layer, const std::string & problem) {
    return error("ERR_INVALID_ARGUMENT", "an operation at layer " + std::to_string(layer) + ": " + problem,
                 {{"layer", static_cast<double>(layer)}});
}

} // namespace

steering::steering(int n_embd, const std::vector<steering_operation> & operations) : n_embd_(n_embd) {
    if (n_embd <= 0) throw error("ERR_INVALID_ARGUMENT", "nEmbd: expected at least 1");
    for (const auto & operation : operations) check(operation);
    std::vector<steering_operation> sorted = operations;
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto & a, const auto & b) { return a.layer < b.layer; });
    for (auto first = sorted.begin(); first != sorted.end();) {
        const auto end = std::find_if(first, sorted.end(), [&](const auto & next) { return !are_one(*first, next); });
        const auto last = end == first ? first + 1 : end; // one that is no plain vector is alone
        add({first, last});
        first = last;
    }
    fingerprint_ = fingerprint_of(*this);
}

void steering::check(const steering_operation & operation) const {
    const auto must = [&](bool holds, const char * problem) {
        if (!holds) throw invalid(operation.layer, problem);
    };
    const auto has_width = [&](size_t n) { return n == static_cast<size_t>(n_embd_); };
    must(has_width(operation.by ? static_cast<size_t>(operation.by->n_embd()) : operation.vector.size()),
         operation.by ? "expected rows of nEmbd values to replace it by" : "expected a vector of nEmbd values");
    must(!operation.by || !operation.target, "expected a row that is replaced, or brought to a target");
    must(std::isfinite(operation.scale) || !operation.by, "expected a finite scale");
    must(operation.window.from < operation.window.to, "expected a window that does not end before it begins");
    if (operation.target) {
        must(has_width(operation.target->of.as_defined().weights.size()), "expected a probe of nEmbd values");
        must(operation.target->of.layer() == operation.layer, "expected a probe of its own layer");
        must(std::isfinite(operation.target->target), "expected a finite target");
    }
    if (operation.when) {
        must(has_width(operation.when->of.as_defined().weights.size()), "expected a condition of nEmbd values");
        must(operation.when->of.layer() <= operation.layer, "expected a condition on this layer or an earlier one");
        must(std::isfinite(operation.when->above), "expected a condition with a finite bound");
    }
}

void steering::add(const std::vector<steering_operation> & operations) {
    const int layer = operations.front().layer;
    if (layers_.empty() || layers_.back().layer != layer) layers_.push_back({layer, {}});
    auto & steps = layers_.back().steps;
    if (!steps.empty() && (steps.front().by || operations.front().by))
        throw invalid(layer, "its rows are replaced: expected nothing else to be done there");
    steps.push_back(step_of(operations));
    first_position_ = std::min(first_position_, operations.front().window.from);
}

/// Of operations that are one.
steering::step steering::step_of(const std::vector<steering_operation> & operations) {
    const steering_operation & first = operations.front();
    step made;
    made.target = first.target;
    made.window = first.window;
    made.phase = first.phase;
    made.by = first.by;
    made.share = first.scale;
    if (!made.by) made.vector.resize(static_cast<size_t>(n_embd_));
    double squares = 0;
    for (size_t i = 0; i < made.vector.size(); i++) {
        double sum = 0;
        for (const auto & operation : operations) sum += operation.scale * operation.vector[i];
        made.vector[i] = static_cast<float>(sum);
        squares += static_cast<double>(made.vector[i]) * made.vector[i];
    }
    if (!std::isfinite(squares)) {
        throw error("ERR_NON_FINITE", "the steering vector of layer " + std::to_string(first.layer) + " is not finite",
                    {{"layer", static_cast<double>(first.layer)}});
    }
    made.norm = std::sqrt(squares);
    made.fingerprint = hash().values(made.vector).get();
    if (first.when) {
        const auto found = std::find(conditions_.begin(), conditions_.end(), *first.when);
        made.condition = static_cast<int>(found - conditions_.begin());
        if (found == conditions_.end()) conditions_.push_back(*first.when);
    }
    return made;
}

const steering::steered_layer * steering::at(int layer) const {
    const auto found = std::lower_bound(layers_.begin(), layers_.end(), layer,
                                        [](const steered_layer & at, int wanted) { return at.layer < wanted; });
    return found != layers_.end() && found->layer == layer ? &*found : nullptr;
}

} // namespace corrsteer

#include "engine/steering.h"

#include <cmath>
#include <limits>
#include <random>

#include "check.h"
#include "engine/row-steering.h"

using corrsteer::probe;
using corrsteer::row_change;
using corrsteer::row_place;
using corrsteer::steer_row;
using corrsteer::steering;
using corrsteer::steering_operation;
using corrsteer::text_phase;
using side = corrsteer::steering_operation::toward::side;

namespace {

constexpr int n_embd = 2;

steering_operation added(int layer, std::vector<float> vector, double scale = 1) {
    steering_operation operation;
    operation.layer = layer;
    operation.vector = std::move(vector);
    operation.scale = scale;
    return operation;
}

probe linear(int layer, std::vector<float> weights, double bias = 0) {
    probe::definition of;
    of.weights = std::move(weights);
    of.bias = bias;
    return {layer, of};
}

/// f = p where p = w . x + bias > threshold and > 0
probe feature(int layer, std::vector<float> weights, double bias, double threshold) {
    probe::definition of;
    of.weights = std::move(weights);
    of.bias = bias;
    of.threshold = threshold;
    return {layer, of};
}

steering_operation towards(const probe & of, double value, side from, std::vector<float> vector) {
    steering_operation operation = added(of.layer(), std::move(vector));
    operation.target = {of, value, from};
    return operation;
}

row_change at_position(const steering & steering, int position, std::vector<float> & row,
                       const std::vector<char> & held = {}) {
    return steer_row(*steering.at(1), {position, text_phase::answer}, held, row.data());
}

bool acts(const steering & steering, int position) {
    std::vector<float> row = {0, 0};
    return at_position(steering, position, row).what == row_change::kind::steered;
}

uint64_t fingerprint(const std::vector<steering_operation> & operations) {
    return steering(n_embd, operations).fingerprint();
}

} // namespace

TEST("operations are found by layer, whatever order they came in") {
    const steering made(n_embd, {added(5, {1, 2}), added(-1, {3, 4}), added(0, {5, 6})});
    CHECK(made.layers().size() == 3 && made.layers()[0].layer == -1 && made.layers()[2].layer == 5);
    CHECK(made.at(5)->steps.front().vector == (std::vector<float>{1, 2}));
    CHECK(made.at(1) == nullptr);
    CHECK(std::fabs(made.at(-1)->steps.front().norm - 5) < 1e-12);
}

TEST("vectors of one layer and window are one; of another window, phase or with a condition they are not") {
    steering_operation later = added(1, {1, 1});
    later.window.from = 3;
    steering_operation reasoning = added(1, {1, 1});
    reasoning.phase = text_phase::reasoning;
    steering_operation conditional = added(1, {1, 1});
    conditional.when = {linear(0, {1, 0}), 2};
    const steering summed(n_embd, {added(1, {1, 2}, 2), added(2, {1, 1}), added(1, {4, 8}, 0.5)});
    CHECK(summed.at(1)->steps.size() == 1);
    CHECK(summed.at(1)->steps.front().vector == (std::vector<float>{4, 8}));
    for (const auto & other : {later, reasoning, conditional})
        CHECK(steering(n_embd, {added(1, {1, 1}), other}).at(1)->steps.size() == 2);
    CHECK(steering(n_embd, {conditional, conditional}).conditions().size() == 1);
}

TEST("the fingerprint is of all that is done, not of the order of layers") {
    const auto vector = added(0, {1, 2});
    const uint64_t one = fingerprint({vector, added(1, {3, 4})});
    CHECK(one == fingerprint({added(1, {3, 4}), vector}));
    CHECK(one != fingerprint({added(0, {1, 2}), added(2, {3, 4})}));
    CHECK(one != fingerprint({added(0, {1, 2}), added(1, {3, 5})}));
    CHECK(fingerprint({added(0, {0, 0})}) != 0); // steering by nothing is steering
    std::vector<uint64_t> all = {fingerprint({vector})};
    const auto with = [&](auto change) {
        steering_operation changed = vector;
        change(changed);
        all.push_back(fingerprint({changed}));
    };
    with([](auto & of) { of.window.from = 1; });
    with([](auto & of) { of.window.to = 9; });
    with([](auto & of) { of.phase = text_phase::reasoning; });
    with([](auto & of) { of.phase = text_phase::answer; });
    for (const double above : {0.0, 1.0}) with([&](auto & of) { of.when = {linear(0, {1, 0}), above}; });
    with([](auto & of) { of.when = {linear(-1, {1, 0}), 0}; });
    with([](auto & of) { of.when = {linear(0, {1, 0}, 1), 0}; });
    for (const side from : {side::either, side::below, side::above})
        with([&](auto & of) { of.target = {linear(0, {1, 0}), 1, from}; });
    with([](auto & of) { of.target = {linear(0, {1, 0}), 2, side::below}; });
    with([](auto & of) { of.target = {feature(0, {1, 0}, 0, 0), 1, side::below}; });
    std::sort(all.begin(), all.end());
    CHECK(std::unique(all.begin(), all.end()) == all.end());
}

TEST("a window holds its first position and not its last") {
    steering_operation operation = added(1, {1, 0});
    operation.window = {2, 5};
    const steering window(n_embd, {operation});
    CHECK(!acts(window, 1) && acts(window, 2) && acts(window, 4) && !acts(window, 5));
    CHECK(window.first_position() == 2);
    operation.window = {-3, 0};
    const steering prompt(n_embd, {operation});
    CHECK(!acts(prompt, -4) && acts(prompt, -3) && acts(prompt, -1) && !acts(prompt, 0));
    CHECK(prompt.first_position() == -3);
}

TEST("a row outside of the window is no business of the receipt; one that a condition holds back is") {
    steering_operation operation = added(1, {1, 0});
    operation.window = {0, 2};
    operation.when = {linear(1, {1, 0}), 0};
    const steering conditional(n_embd, {operation});
    std::vector<float> row = {7, 7};
    CHECK(at_position(conditional, 2, row, {1}).what == row_change::kind::none);
    CHECK(at_position(conditional, 1, row, {0}).what == row_change::kind::left);
    CHECK(row == (std::vector<float>{7, 7}));
    const row_change change = at_position(conditional, 1, row, {1});
    CHECK(change.what == row_change::kind::steered && row[0] == 8);
    CHECK(change.added_norm == 1 && std::fabs(change.residual_norm - std::sqrt(98.0)) < 1e-12);
}

TEST("a clamp brings a feature to its target from either side, as far as its direction is its encoder's") {
    const steering clamp(n_embd, {towards(feature(1, {1, 0}, 0, 0.5), 3, side::either, {1, 0})});
    for (const float before : {-2.0f, 0.25f, 1.0f, 3.0f, 9.0f}) {
        std::vector<float> row = {before, 5};
        const row_change change = at_position(clamp, 0, row);
        const float active = before > 0.5f ? before : 0; // below its threshold it is 0, whatever the row holds
        CHECK(row[0] == before + (3 - active) && row[1] == 5);
        CHECK(change.what == (before == 3 ? row_change::kind::left : row_change::kind::steered));
    }
}

TEST("ablation leaves alone where the feature is not active") {
    const steering ablate(n_embd, {towards(feature(1, {1, 0}, -1, 0), 0, side::either, {2, 0})});
    std::vector<float> silent = {1, 5};
    CHECK(at_position(ablate, 0, silent).what == row_change::kind::left);
    std::vector<float> active = {4, 5};
    const row_change change = at_position(ablate, 0, active); // 3 of it
    CHECK(active[0] == -2 && change.added_norm == 6);
}

TEST("a score on the wrong side is brought to its threshold, along any direction, and no other is touched") {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (int trial = 0; trial < 200; trial++) {
        const std::vector<float> weights = {normal(random), normal(random)};
        const std::vector<float> direction = {normal(random), normal(random)};
        const double along = weights[0] * static_cast<double>(direction[0]) + weights[1] * double{direction[1]};
        if (std::fabs(along) < 0.05) continue;
        const probe score = linear(1, weights, normal(random));
        const double threshold = normal(random);
        for (const side from : {side::below, side::above}) {
            steering_operation operation = towards(score, threshold, from, direction);
            operation.scale = 1 / along;
            const steering reach(n_embd, {operation});
            std::vector<float> row = {normal(random) * 3, normal(random) * 3};
            const std::vector<float> before = row;
            const double value = score.at(row.data());
            const bool is_wrong = from == side::below ? value < threshold : value > threshold;
            const row_change change = at_position(reach, 0, row);
            CHECK((change.what == row_change::kind::steered) == is_wrong);
            if (is_wrong) CHECK(std::fabs(score.at(row.data()) - threshold) <= 1e-5 * (1 + std::fabs(value)));
            if (!is_wrong) CHECK(row == before);
        }
    }
}

TEST("operations of a layer go one after the other, each on what the one before it left") {
    const probe first = linear(1, {1, 0});
    const auto clamp = towards(first, 10, side::either, {1, 0});
    std::vector<float> row = {1, 0};
    at_position(steering(n_embd, {added(1, {5, 0}), clamp}), 0, row);
    CHECK(row[0] == 10);
    row = {1, 0};
    const row_change change = at_position(steering(n_embd, {clamp, added(1, {5, 1})}), 0, row);
    CHECK(row[0] == 15 && row[1] == 1);
    CHECK(std::fabs(change.added_norm - std::hypot(14.0, 1.0)) < 1e-6);
}

TEST("a sum that leaves the floats is never written") {
    const float huge = 3e38f;
    for (const steering & too_strong : {steering(n_embd, {added(1, {huge, 0})}),
                                        steering(n_embd, {towards(linear(1, {1, 0}), 1e300, side::either, {1, 0})})}) {
        std::vector<float> row = {huge, 1};
        CHECK(check::throws_code("ERR_NON_FINITE", [&] { at_position(too_strong, 0, row); }));
        CHECK(row == (std::vector<float>{huge, 1}));
    }
}

TEST("refuses what can't be done") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    const auto refuses = [](const char * code, const steering_operation & operation) {
        return check::throws_code(code, [&] { steering(n_embd, {operation}); });
    };
    CHECK(refuses("ERR_INVALID_ARGUMENT", added(0, {1})));
    CHECK(refuses("ERR_NON_FINITE", added(0, {1, nan})));
    CHECK(refuses("ERR_NON_FINITE", added(0, {infinity, 1})));
    CHECK(refuses("ERR_NON_FINITE", added(0, {1, 1}, 1e39)));
    steering_operation operation = added(1, {1, 1});
    operation.window = {3, 3};
    CHECK(refuses("ERR_INVALID_ARGUMENT", operation));
    operation = added(1, {1, 1});
    operation.when = {linear(2, {1, 1}), 0}; // a later layer
    CHECK(refuses("ERR_INVALID_ARGUMENT", operation));
    operation.when = {linear(0, {1, 1}), static_cast<double>(nan)};
    CHECK(refuses("ERR_INVALID_ARGUMENT", operation));
    operation = towards(linear(1, {1}), 0, side::either, {1, 1});
    CHECK(refuses("ERR_INVALID_ARGUMENT", operation));
    operation = added(2, {1, 1});
    operation.target = {linear(1, {1, 1}), 0, side::either}; // read elsewhere
    CHECK(refuses("ERR_INVALID_ARGUMENT", operation));
    operation = added(1, {});
    operation.by = std::make_shared<const corrsteer::constant_row>(std::vector<float>{1, 2, 3}); // of another width
    CHECK(refuses("ERR_INVALID_ARGUMENT", operation));
    operation.by = std::make_shared<const corrsteer::constant_row>(std::vector<float>{1, 2});
    steering(n_embd, {operation, added(2, {1, 1})});
    CHECK(check::throws_code("ERR_INVALID_ARGUMENT", [&] { steering(n_embd, {added(1, {1, 1}), operation}); }));
    operation.scale = static_cast<double>(infinity);
    CHECK(refuses("ERR_INVALID_ARGUMENT", operation));
    CHECK(check::throws_code("ERR_NON_FINITE", [&] { linear(1, {nan, 1}); }));
    CHECK(check::throws_code("ERR_INVALID_ARGUMENT", [] { steering(0, {}); }));
}

TEST("a row goes a share of the way to what replaces it, unless that is not finite") {
    const std::vector<float> by = {3, 0};
    std::vector<float> row = {1, 2};
    const auto change = corrsteer::replace_row(0, by.data(), 0.5, row.data(), row.size());
    CHECK((row == std::vector<float>{2, 1}));
    CHECK(change.what == corrsteer::row_change::kind::steered);
    CHECK(std::abs(change.residual_norm - std::sqrt(5.0)) < 1e-12 &&
          std::abs(change.added_norm - std::sqrt(2.0)) < 1e-12);
    corrsteer::replace_row(0, by.data(), 1, row.data(), row.size());
    CHECK(row == by);
    const std::vector<float> bad = {std::numeric_limits<float>::infinity(), 0};
    CHECK(check::throws_code("ERR_NON_FINITE",
                             [&] { corrsteer::replace_row(0, bad.data(), 1, row.data(), row.size()); }));
    CHECK(row == by);
}

int main() {
    return check::run_all();
}

#include "engine/sampling.h"

#include <cmath>
#include <limits>
#include <set>

#include "check.h"
#include "engine/log-probabilities.h"

using corrsteer::log_probabilities;
using corrsteer::sampling_params;
using corrsteer::token_sampler;
using corrsteer::token_scores;

namespace {

/// softmax: about 0.64, 0.24, 0.09, 0.03, in this order of ids: 2, 0, 3, 1; the other 60 have none.
std::vector<float> logits() {
    std::vector<float> values(64, -1000.0f);
    values[2] = 3;
    values[0] = 2;
    values[3] = 1;
    values[1] = 0;
    return values;
}

std::set<llama_token> picked(const sampling_params & params, const std::vector<llama_token> & allowed = {}) {
    const auto values = logits();
    token_sampler sampler(params);
    std::set<llama_token> tokens;
    for (int i = 0; i < 2000; i++) tokens.insert(sampler.pick(values.data(), 64, allowed));
    return tokens;
}

sampling_params hot() {
    sampling_params params;
    params.temperature = 1;
    params.seed = 42;
    return params;
}

} // namespace

TEST("greedy takes the largest logit, and of equal ones the lower id") {
    auto values = logits();
    values[9] = 3;
    CHECK(token_sampler({}).pick(values.data(), 64, {}) == 2);
    CHECK(token_sampler({}).pick(values.data(), 64, {9, 2}) == 2);
    CHECK(token_sampler({}).pick(values.data(), 64, {9, 1}) == 9);
}

TEST("allowed tokens are all that is chosen from") {
    CHECK(token_sampler({}).pick(logits().data(), 64, {3, 1}) == 3);
    CHECK(picked(hot(), {3, 1}) == (std::set<llama_token>{1, 3}));
    CHECK(picked(hot(), {7}) == (std::set<llama_token>{7}));
}

TEST("an allowed token that is named twice is no likelier") {
    const auto values = logits();
    token_sampler once(hot());
    token_sampler twice(hot());
    for (int i = 0; i < 500; i++) {
        CHECK(once.pick(values.data(), 64, {1, 3}) == twice.pick(values.data(), 64, {3, 1, 3, 3}));
    }
}

TEST("top-k, top-p and min-p keep the tokens they say") {
    CHECK(picked(hot()) == (std::set<llama_token>{0, 1, 2, 3}));
    auto params = hot();
    params.top_k = 2;
    CHECK(picked(params) == (std::set<llama_token>{0, 2}));
    params = hot();
    params.top_p = 0.9; // 0.64 + 0.24 is less
    CHECK(picked(params) == (std::set<llama_token>{0, 2, 3}));
    params = hot();
    params.min_p = 0.3; // of the likeliest: e^-1 = 0.37 is in, e^-2 = 0.14 out
    CHECK(picked(params) == (std::set<llama_token>{0, 2}));
}

TEST("samples with the probabilities of the softmax") {
    const auto values = logits();
    token_sampler sampler(hot());
    int counts[4] = {};
    constexpr int n = 20000;
    for (int i = 0; i < n; i++) counts[sampler.pick(values.data(), 64, {})]++;
    const double sum = 1 + std::exp(-1) + std::exp(-2) + std::exp(-3);
    const double expected[4] = {std::exp(-1) / sum, std::exp(-3) / sum, 1 / sum, std::exp(-2) / sum};
    for (int token = 0; token < 4; token++) {
        const double p = expected[token];
        CHECK(std::fabs(counts[token] / double(n) - p) < 5 * std::sqrt(p * (1 - p) / n));
    }
}

TEST("the same seed gives the same tokens, the largest seed as well") {
    for (const uint32_t seed : {0u, 7u, 0xffffffffu}) {
        auto params = hot();
        params.seed = seed;
        const auto values = logits();
        token_sampler a(params);
        token_sampler b(params);
        for (int i = 0; i < 200; i++) CHECK(a.pick(values.data(), 64, {}) == b.pick(values.data(), 64, {}));
    }
}

TEST("log-probabilities are the log-softmax over the whole vocabulary") {
    const auto values = logits();
    const auto result = log_probabilities(values.data(), 64, {1, 2, 1});
    const double log_sum = 3 + std::log(1 + std::exp(-1) + std::exp(-2) + std::exp(-3));
    CHECK(std::fabs(result[0] + log_sum) < 1e-12);
    CHECK(std::fabs(result[1] - (3 - log_sum)) < 1e-12);
    CHECK(result[2] == result[0]);
}

TEST("of equally likely tokens the lower id comes first, and all of a vocabulary may be asked for") {
    const std::vector<float> equal = {1, 0, 1, 2, 1};
    token_scores scores;
    scores.add(equal.data(), 5, 1, 3);
    scores.add(equal.data(), 5, 3, 3);
    CHECK((scores.top_tokens == std::vector<llama_token>{3, 0, 2, 3, 0, 2}));
    CHECK(scores.log_probabilities[1] == scores.top_log_probabilities[0]);
    CHECK((scores.slice(1, 2).top_tokens == std::vector<llama_token>{3, 0, 2}));
    CHECK(scores.slice(1, 1).top_tokens.empty());
    token_scores all;
    all.add(equal.data(), 5, 0, 5);
    CHECK((all.top_tokens == std::vector<llama_token>{3, 0, 2, 4, 1}));
}

TEST("a score among logits of which one is no number is refused") {
    std::vector<float> values = logits();
    values[5] = std::numeric_limits<float>::quiet_NaN();
    CHECK(check::throws_code("ERR_NON_FINITE", [&] { token_scores().add(values.data(), 64, 0, 2); }));
}

TEST("refuses logits that are not finite") {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        const std::vector<float> values(64, bad);
        CHECK(check::throws_code("ERR_NON_FINITE", [&] { token_sampler({}).pick(values.data(), 64, {}); }));
        CHECK(check::throws_code("ERR_NON_FINITE", [&] { log_probabilities(values.data(), 64, {0}); }));
    }
}

int main() {
    return check::run_all();
}

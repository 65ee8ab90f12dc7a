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
    token_sampler sampler(params, 64, {});
    std::set<llama_token> tokens;
    for (int i = 0; i < 2000; i++) tokens.insert(sampler.pick(values.data(), allowed));
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
    CHECK(token_sampler({}, 64, {}).pick(values.data(), {}) == 2);
    CHECK(token_sampler({}, 64, {}).pick(values.data(), {9, 2}) == 2);
    CHECK(token_sampler({}, 64, {}).pick(values.data(), {9, 1}) == 9);
}

TEST("allowed tokens are all that is chosen from") {
    CHECK(token_sampler({}, 64, {}).pick(logits().data(), {3, 1}) == 3);
    CHECK(picked(hot(), {3, 1}) == (std::set<llama_token>{1, 3}));
    CHECK(picked(hot(), {7}) == (std::set<llama_token>{7}));
}

TEST("an allowed token that is named twice is no likelier") {
    const auto values = logits();
    token_sampler once(hot(), 64, {});
    token_sampler twice(hot(), 64, {});
    for (int i = 0; i < 500; i++) {
        CHECK(once.pick(values.data(), {1, 3}) == twice.pick(values.data(), {3, 1, 3, 3}));
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
    token_sampler sampler(hot(), 64, {});
    int counts[4] = {};
    constexpr int n = 20000;
    for (int i = 0; i < n; i++) counts[sampler.pick(values.data(), {})]++;
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
        token_sampler a(params, 64, {});
        token_sampler b(params, 64, {});
        for (int i = 0; i < 200; i++) CHECK(a.pick(values.data(), {}) == b.pick(values.data(), {}));
    }
}

TEST("penalties are taken from the tokens of prompt and answer, greedily too") {
    const auto values = logits();
    auto params = sampling_params();
    params.repeat_penalty = 4; // 3 becomes 0.75, less than 2, 1
    token_sampler repeat(params, 64, {});
    CHECK(repeat.pick(values.data(), {}) == 2);
    CHECK(repeat.pick(values.data(), {}) == 0);
    CHECK(repeat.pick(values.data(), {}) == 3);
    CHECK(token_sampler(params, 64, {5, 2}).pick(values.data(), {}) == 0);
    params.penalty_tokens = 1;
    CHECK(token_sampler(params, 64, {2, 5}).pick(values.data(), {}) == 2);
    params.penalty_tokens = 0;
    CHECK(token_sampler(params, 64, {2}).pick(values.data(), {}) == 2);
}

TEST("a frequency penalty counts, a presence penalty does not") {
    const auto values = logits();
    auto params = sampling_params();
    params.frequency_penalty = 0.6; // twice: 3 becomes 1.8
    CHECK(token_sampler(params, 64, {2}).pick(values.data(), {}) == 2);
    CHECK(token_sampler(params, 64, {2, 2}).pick(values.data(), {}) == 0);
    params.frequency_penalty = 0;
    params.presence_penalty = 0.6;
    CHECK(token_sampler(params, 64, {2, 2}).pick(values.data(), {}) == 2);
}

TEST("a bias moves a token up, down and away, among allowed ones too") {
    auto params = hot();
    params.logit_bias = {{2, -1e9f}, {0, -1e9f}, {9, 1003}};
    CHECK(picked(params) == (std::set<llama_token>{1, 3, 9}));
    CHECK(picked(params, {0, 2, 3}) == (std::set<llama_token>{3}));
    params.temperature = 0;
    CHECK(picked(params) == (std::set<llama_token>{9}));
    params.logit_bias = {{2, -1e9f}};
    CHECK(picked(params) == (std::set<llama_token>{0}));
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
        CHECK(check::throws_code("ERR_NON_FINITE", [&] { token_sampler({}, 64, {}).pick(values.data(), {}); }));
        CHECK(check::throws_code("ERR_NON_FINITE", [&] { log_probabilities(values.data(), 64, {0}); }));
    }
}

int main() {
    return check::run_all();
}

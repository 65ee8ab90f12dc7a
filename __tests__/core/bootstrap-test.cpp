#include "statistics/bootstrap.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "check.h"
#include "random-columns.h"
#include "statistics/clusters.h"

using namespace corrsteer;
using namespace fixture;

namespace {

const cancel_token never;

vector draw_weights(size_t n, uint64_t seed, uint32_t resample, const std::vector<uint32_t> & clusters = {}) {
    return corrsteer::draw_weights(clusters_of(clusters, n), n, seed, resample);
}

bootstrap_plan plan_of(const vector & scores, r_sign sign) {
    bootstrap_plan plan;
    plan.scores = scores;
    plan.n_resamples = 40;
    plan.seed = 11;
    plan.sign = sign;
    return plan;
}

/// Least-squares residuals on strata and covariates, of those that were drawn: others would make the equations
/// singular.
vector residuals_within(const vector & y, const std::vector<uint32_t> & strata, const std::vector<vector> & covariates,
                        const vector & weights) {
    std::vector<vector> drawn;
    for (const vector & member : indicators(strata, y.size())) {
        if (std::inner_product(member.begin(), member.end(), weights.begin(), 0.0) > 0) drawn.push_back(member);
    }
    drawn.insert(drawn.end(), covariates.begin(), covariates.end());
    return residuals(y, drawn, weights);
}

/// The first strongest column by the textbook formula over residuals fitted to the resample.
void check_naive(const sparse_columns & columns, const vector & scores, const std::vector<uint32_t> & strata,
                 const std::vector<vector> & covariates) {
    for (const r_sign sign : {r_sign::both, r_sign::positive, r_sign::negative}) {
        bootstrap_plan plan = plan_of(scores, sign);
        plan.strata = strata;
        plan.basis = orthonormal(indicators(strata, scores.size()), covariates);
        const bootstrap_result found = bootstrap_top(columns, plan, never);
        for (uint32_t i = 0; i < plan.n_resamples; i++) {
            const vector weights = draw_weights(scores.size(), plan.seed, i);
            const vector left = residuals_within(scores, strata, covariates, weights);
            double best = 0;
            int32_t top = -1;
            for (size_t c = 0; c < columns.size(); c++) {
                const double r =
                    weighted_r(residuals_within(dense(columns, c), strata, covariates, weights), left, weights);
                if (strength(r, sign) <= strength(best, sign) + 1e-10) continue;
                best = r;
                top = static_cast<int32_t>(c);
            }
            CHECK(found.top[i] == top);
            CHECK(std::fabs(found.r[i] - best) <= 1e-9);
        }
    }
}

} // namespace

TEST("draws as many samples as there are, with replacement") {
    vector total(50);
    for (uint32_t i = 0; i < 1000; i++) {
        const vector weights = draw_weights(50, 3, i);
        CHECK(std::accumulate(weights.begin(), weights.end(), 0.0) == 50);
        for (size_t s = 0; s < 50; s++) total[s] += weights[s];
    }
    // 1,000 times each on average, standard deviation 31.3
    for (const double times : total) CHECK(std::fabs(times - 1000) < 5 * 31.3);
    CHECK(draw_weights(50, 3, 0) != draw_weights(50, 3, 1));
    CHECK(draw_weights(50, 3, 0) != draw_weights(50, 4, 0));
}

TEST("draws whole clusters, as many as there are") {
    const std::vector<uint32_t> clusters = {1, 2, 1, 2, 2, 3};
    vector total(6);
    for (uint32_t i = 0; i < 1000; i++) {
        const vector weights = draw_weights(6, 3, i, clusters);
        CHECK(weights[0] == weights[2] && weights[1] == weights[3] && weights[1] == weights[4]);
        CHECK(weights[0] + weights[1] + weights[5] == 3);
        for (size_t s = 0; s < 6; s++) total[s] += weights[s];
    }
    for (const double times : total) CHECK(std::fabs(times - 1000) < 5 * 25.8); // of three draws in 1,000 resamples

    const sparse_columns columns = random_columns(6, 5, 2);
    bootstrap_plan plan = plan_of(random_scores(6, 1, false), r_sign::both);
    const bootstrap_result alone = bootstrap_top(columns, plan, never);
    plan.clusters = {0, 1, 2, 3, 4, 5};
    CHECK(bootstrap_top(columns, plan, never).r == alone.r);
    plan.clusters = clusters;
    CHECK(bootstrap_top(columns, plan, never).r != alone.r);
    plan.clusters = {1};
    CHECK(check::throws_code("ERR_SHAPE_MISMATCH", [&] { bootstrap_top(columns, plan, never); }));
}

TEST("finds what a naive double loop finds in the same resamples") {
    const uint32_t n = 60;
    sparse_columns columns = random_columns(n, 25, 2);
    append_column(columns, dense(columns, 24)); // of equals the first
    vector large(n);
    for (size_t s = 0; s < n; s++) large[s] = 1000 + dense(columns, 20)[s];
    append_column(columns, large);
    check_naive(columns, random_scores(n, 4, true), {}, {});
    check_naive(columns, random_scores(n, 4, false), {}, {});

    random_stream random(6, 6);
    vector length(n), letter(n);
    for (size_t s = 0; s < n; s++) {
        length[s] = std::floor(100 * uniform(random));
        letter[s] = s % 4 == 1;
    }
    check_naive(columns, random_scores(n, 4, true), {}, {length, letter});

    std::vector<uint32_t> strata(n);
    for (uint32_t s = 0; s < n; s++) strata[s] = s % 20; // of three samples, so that some are not drawn
    check_naive(columns, random_scores(n, 4, false), strata, {});
    check_naive(columns, random_scores(n, 4, false), strata, {length});
}

TEST("finds none where a resample has one score, or a column no variance") {
    sparse_columns columns;
    columns.n_samples = 6;
    append_column(columns, {2, 2, 2, 2, 2, 0}); // varies only with the last sample, and so do the scores
    const bootstrap_plan plan = plan_of({0, 0, 0, 0, 0, 1}, r_sign::both);
    const bootstrap_result found = bootstrap_top(columns, plan, never);
    int none = 0;
    for (uint32_t i = 0; i < plan.n_resamples; i++) {
        const bool has_last = draw_weights(6, plan.seed, i)[5] > 0;
        CHECK(found.top[i] == (has_last ? 0 : -1));
        CHECK(std::fabs(found.r[i] - (has_last ? -1 : 0)) < 1e-12);
        none += !has_last;
    }
    CHECK(none > 0 && none < 40);
}

TEST("is the same for a seed, whatever the threads") {
    const sparse_columns columns = random_columns(80, 30, 6);
    bootstrap_plan plan = plan_of(random_scores(80, 7, false), r_sign::both);
    const bootstrap_result one = bootstrap_top(columns, plan, never);
    for (const int n_threads : {2, 3, 4}) {
        plan.n_threads = n_threads;
        const bootstrap_result more = bootstrap_top(columns, plan, never);
        CHECK(more.top == one.top && more.r == one.r);
    }
    plan.n_resamples = 17;
    CHECK(bootstrap_top(columns, plan, never).r == vector(one.r.begin(), one.r.begin() + 17));
    CHECK(std::set<int32_t>(one.top.begin(), one.top.end()).size() > 1);
}

TEST("refuses scores of which nothing is left, and stops when cancelled") {
    const sparse_columns columns = random_columns(10, 3, 1);
    CHECK(check::throws_code("ERR_DEGENERATE",
                             [&] { bootstrap_top(columns, plan_of(vector(10, 0.3), r_sign::both), never); }));
    cancel_token cancelled;
    cancelled.request();
    CHECK(check::throws_code("ERR_CANCELLED", [&] {
        bootstrap_top(columns, plan_of(random_scores(10, 1, false), r_sign::both), cancelled);
    }));
}

int main() {
    return check::run_all();
}

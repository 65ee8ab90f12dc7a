#include "statistics/permutation.h"

#include <algorithm>
#include <map>
#include <set>

#include "check.h"
#include "random-columns.h"
#include "statistics/null-search.h"
#include "statistics/shuffle.h"

using namespace corrsteer;
using namespace fixture;

namespace {

const cancel_token never;

null_plan plan_of(const vector & scores, uint32_t n_permutations) {
    null_plan plan;
    plan.scores = scores;
    plan.n_permutations = n_permutations;
    plan.seed = 42;
    return plan;
}

bool equal(const null_distribution & a, const null_distribution & b) {
    return a.r == b.r && a.strongest == b.strongest && a.exceed == b.exceed;
}

bool near(double a, double b, double tolerance = 1e-11) {
    return std::fabs(a - b) <= tolerance;
}

null_distribution null_of(const sparse_columns & columns, null_plan plan, r_sign sign) {
    plan.sign = sign;
    return permutation_null(columns, plan, never);
}

/// What permutation_null should find, column by column and permutation by permutation, from the r that `correlate`
/// gives for a column and the scores of a permutation.
template <typename Correlate>
void check_against(const sparse_columns & columns, null_plan plan, const vector & permuted_scores,
                   Correlate correlate) {
    const null_distribution found = permutation_null(columns, plan, never);
    const vector most = null_of(columns, plan, r_sign::positive).strongest;
    const vector least = null_of(columns, plan, r_sign::negative).strongest;
    const strata groups(plan.strata, columns.n_samples);
    const score_shuffler shuffler(groups, plan.clusters, plan.seed);
    std::vector<uint32_t> exceed(columns.size());
    std::vector<vector> z;
    for (size_t c = 0; c < columns.size(); c++) {
        z.push_back(dense(columns, c));
        CHECK(near(found.r[c], correlate(z[c], permuted_scores)));
    }
    for (uint32_t b = 0; b < plan.n_permutations; b++) {
        const vector scores = shuffler.shuffle(permuted_scores, b);
        double max_r = -1;
        double min_r = 1;
        for (size_t c = 0; c < columns.size(); c++) {
            const double r = correlate(z[c], scores);
            max_r = std::max(max_r, r);
            min_r = std::min(min_r, r);
            exceed[c] += std::fabs(r) >= std::fabs(found.r[c]) - 1e-11;
        }
        CHECK(near(most[b], max_r));
        CHECK(near(least[b], -min_r));
        CHECK(found.strongest[b] == std::max(most[b], least[b]));
    }
    CHECK(found.exceed == exceed);
    plan.counts_exceeding = false;
    for (const r_sign sign : {r_sign::positive, r_sign::negative, r_sign::both}) {
        const null_distribution uncounted = null_of(columns, plan, sign);
        CHECK(uncounted.exceed.empty());
        plan.counts_exceeding = true;
        CHECK(uncounted.strongest == null_of(columns, plan, sign).strongest);
        plan.counts_exceeding = false;
    }
}

} // namespace

TEST("finds what a naive double loop finds, whatever the shape") {
    struct shape {
        uint32_t n;
        size_t n_columns;
        uint32_t n_permutations;
    };
    for (const auto & [n, n_columns, n_permutations] :
         {shape{2, 1, 5}, shape{3, 2, 1}, shape{17, 5, 16}, shape{50, 1, 33}, shape{101, 40, 100}}) {
        for (const bool binary : {true, false}) {
            const sparse_columns columns = random_columns(n, n_columns, n);
            vector scores = random_scores(n, 3, binary);
            scores[0] = 1 - scores[1]; // so that they vary
            const null_plan plan = plan_of(scores, n_permutations);
            check_against(columns, plan, scores, pearson);
        }
    }
}

TEST("finds the partial r of explicitly residualised columns and scores") {
    const uint32_t n = 60;
    random_stream random(8, 8);
    std::vector<vector> covariates(3, vector(n));
    for (size_t s = 0; s < n; s++) {
        covariates[0][s] = uniform(random);
        covariates[1][s] = s % 3 == 0;
        covariates[2][s] = 1000 + std::floor(50 * uniform(random));
    }
    sparse_columns columns = random_columns(n, 12, 4);
    append_column(columns, covariates[2]); // in the span
    vector close = covariates[2];
    for (size_t s = 0; s < n; s++) close[s] += s % 7 == 0; // nearly so
    append_column(columns, close);
    vector member(n);
    for (uint32_t s = 0; s < n; s++) member[s] = s % 4 == 2; // in the span of strata
    append_column(columns, member);
    std::vector<uint32_t> fours(n), twenties(n);
    for (uint32_t s = 0; s < n; s++) {
        fours[s] = s % 4;
        twenties[s] = s % 20; // of three samples
    }
    for (const auto & strata : {std::vector<uint32_t>{}, fours, twenties}) {
        for (const bool with_rows : {true, false}) {
            std::vector<vector> taken = indicators(strata, n);
            null_plan plan = plan_of(random_scores(n, 5, true), 50);
            plan.strata = strata;
            if (with_rows) plan.basis = orthonormal(taken, covariates);
            if (with_rows) taken.insert(taken.end(), covariates.begin(), covariates.end());
            const auto residual = [&](const vector & v) { return residuals(v, taken, vector(n, 1)); };
            const auto partial = [&](const vector & z, const vector & y) {
                const vector left = residual(z);
                double squares = 0;
                for (const double x : left) squares += x * x;
                return squares < 1e-10 ? 0 : pearson(left, residual(y));
            };
            check_against(columns, plan, residual(plan.scores), partial);
        }
    }
}

TEST("permutes within strata only, and with equal likelihood") {
    const std::vector<uint32_t> strata = {7, 1, 7, 1, 1, 0};
    const vector scores = {0, 1, 2, 3, 4, 5};
    const corrsteer::strata groups(strata, 6);
    const score_shuffler shuffler(groups, {}, 9);
    std::map<vector, int> seen;
    constexpr int n_draws = 12000;
    for (uint32_t b = 0; b < n_draws; b++) {
        const vector shuffled = shuffler.shuffle(scores, b);
        for (size_t s = 0; s < 6; s++) CHECK(strata[s] == strata[static_cast<size_t>(shuffled[s])]);
        CHECK(std::set<double>(shuffled.begin(), shuffled.end()).size() == 6);
        seen[shuffled]++;
    }
    CHECK(seen.size() == 12); // 2! 3! 1!
    double chi_square = 0;    // 11 degrees of freedom: 31.3 at 0.001
    for (const auto & [_, count] : seen)
        chi_square += (count - n_draws / 12.0) * (count - n_draws / 12.0) * 12 / n_draws;
    CHECK(chi_square < 31.3);
    const corrsteer::strata one({}, 6);
    CHECK(score_shuffler(one, {}, 9).shuffle(scores, 0) != score_shuffler(one, {}, 10).shuffle(scores, 0));
}

TEST("moves whole clusters with those that are alike in their strata, and within them by stratum, equally likely") {
    // Clusters of strata: a 1 1 2, b 1 1 2, c 3 alone, d 3 alone.
    const std::vector<uint32_t> strata_of = {1, 1, 2, 1, 2, 1, 3, 3};
    const std::vector<uint32_t> clusters = {5, 5, 5, 7, 7, 7, 8, 9};
    const vector scores = {0, 1, 2, 3, 4, 5, 6, 7};
    const strata groups(strata_of, 8);
    const score_shuffler shuffler(groups, clusters, 3);
    std::map<vector, int> seen;
    constexpr int n_draws = 16000;
    for (uint32_t b = 0; b < n_draws; b++) {
        const vector shuffled = shuffler.shuffle(scores, b);
        for (size_t s = 0; s < 8; s++) CHECK(strata_of[s] == strata_of[static_cast<size_t>(shuffled[s])]);
        const auto from = [&](size_t s) { return clusters[static_cast<size_t>(shuffled[s])]; };
        CHECK(from(0) == from(1) && from(1) == from(2) && from(3) == from(4) && from(4) == from(5));
        CHECK(std::set<double>(shuffled.begin(), shuffled.end()).size() == 8);
        seen[shuffled]++;
    }
    CHECK(seen.size() == 16); // 2! for a and b, 2! within each, 2! for c and d
    double chi_square = 0;    // 15 degrees of freedom: 37.7 at 0.001
    for (const auto & [_, count] : seen) chi_square += (count - 1000.0) * (count - 1000.0) / 1000;
    CHECK(chi_square < 37.7);

    const auto refused = [&](const std::vector<uint32_t> & other) {
        return check::throws_code("ERR_INVALID_ARGUMENT", [&] { score_shuffler(groups, other, 3); });
    };
    CHECK(refused({5, 5, 5, 5, 7, 7, 8, 9})); // of four and of two
    CHECK(refused({5, 5, 5, 7, 7, 8, 8, 9})); // of one stratum and of two
    CHECK(check::throws_code("ERR_SHAPE_MISMATCH", [&] { score_shuffler(groups, {5, 5}, 3); }));
}

TEST("is the same for a seed, whatever the threads, and whatever permutations come before and after") {
    const sparse_columns columns = random_columns(80, 30, 6);
    null_plan plan = plan_of(random_scores(80, 7, false), 100);
    const null_distribution one = permutation_null(columns, plan, never);
    for (const int n_threads : {2, 3, 4, 64}) {
        plan.n_threads = n_threads;
        CHECK(equal(permutation_null(columns, plan, never), one));
    }
    for (const uint32_t n : {0u, 1u, 15u, 16u, 17u}) {
        plan.n_permutations = n;
        const null_distribution fewer = permutation_null(columns, plan, never);
        CHECK(fewer.r == one.r);
        CHECK(fewer.strongest == vector(one.strongest.begin(), one.strongest.begin() + n));
    }
    for (const uint32_t first : {1u, 16u, 37u}) {
        plan.first_permutation = first;
        plan.n_permutations = 100 - first;
        const null_distribution later = permutation_null(columns, plan, never);
        CHECK(later.r == one.r);
        CHECK(later.strongest == vector(one.strongest.begin() + first, one.strongest.end()));
    }
    plan.first_permutation = 0;
    plan.n_permutations = 100;
    plan.seed++;
    CHECK(!equal(permutation_null(columns, plan, never), one));
}

TEST("takes ties for ties") {
    // One active sample: under each permutation its r is one of two numbers, and the larger one for a third of them.
    sparse_columns columns;
    columns.n_samples = 9;
    append_column(columns, {0, 0, 0, 0.1, 0, 0, 0, 0, 0});
    const vector scores = {0.1, 0.1, 0.1, 0.7, 0.7, 0.7, 0.1, 0.1, 0.1};
    const null_plan plan = plan_of(scores, 3000);
    const strata one({}, 9);
    const score_shuffler shuffler(one, {}, plan.seed);
    uint32_t equal_ones = 0;
    for (uint32_t b = 0; b < plan.n_permutations; b++) equal_ones += shuffler.shuffle(scores, b)[3] == 0.7;
    CHECK(permutation_null(columns, plan, never).exceed[0] == equal_ones);
    CHECK(equal_ones > 900 && equal_ones < 1100);
}

TEST("is what double precision alone gives, to the last bit") {
    // Ties, products in single precision that err by more than r differs, and columns that can never be the strongest.
    const uint32_t n = 300;
    random_stream random(12, 12);
    sparse_columns columns = random_columns(n, 60, 3);
    vector twin = dense(columns, 59);
    for (int i = 0; i < 3; i++) append_column(columns, twin);
    for (double & z : twin) z += 1e-6 * uniform(random); // apart in double only
    append_column(columns, twin);
    vector far(n);
    for (double & z : far) z = 1000 + uniform(random);
    append_column(columns, far);
    vector sole(n);
    sole[7] = -2;
    append_column(columns, sole);
    const orthonormal_basis basis(strata({}, n), {});
    const unit_columns unit(columns, basis);
    for (const bool binary : {true, false}) {
        const null_plan plan = plan_of(random_scores(n, 4, binary), 64);
        const vector scores = basis.unit_residual(plan.scores);
        const score_shuffler shuffler(basis.groups(), {}, plan.seed);
        const vector most = null_of(columns, plan, r_sign::positive).strongest;
        for (uint32_t b = 0; b < plan.n_permutations; b++) {
            std::vector<lane_row> rows(n);
            const vector permuted = shuffler.shuffle(scores, b);
            for (size_t s = 0; s < n; s++) rows[s].lane[0] = permuted[s];
            double expected = -1;
            for (size_t c = 0; c < unit.size(); c++) {
                lane_row sums;
                unit.products(c, rows.data(), sums);
                expected = std::max(expected, sums.lane[0]);
            }
            CHECK(most[b] == expected);
        }
    }
}

TEST("bounds what single precision may err by") {
    const uint32_t n = 2000;
    const sparse_columns columns = random_columns(n, 50, 8);
    const orthonormal_basis basis(strata({}, n), {});
    const unit_columns unit(columns, basis);
    const rough_columns rough(unit);
    std::vector<vector> permuted;
    for (uint64_t t = 0; t < n_rough_lanes; t++) permuted.push_back(basis.unit_residual(random_scores(n, t, false)));
    const score_block scores(permuted);
    for (size_t c = 0; c < unit.size(); c++) {
        rough_row sums;
        rough.products(c, scores.rough.data(), sums);
        for (size_t t = 0; t < n_rough_lanes; t++) {
            const double exact = unit.product(c, permuted[t]);
            CHECK(std::fabs(static_cast<double>(sums.lane[t]) - exact) <= static_cast<double>(rough.error(c)));
            CHECK(exact <= rough.most(c, scores.least, scores.most));
            CHECK(-exact <= rough.most(c, -scores.most, -scores.least));
        }
        CHECK(rough.error(c) < 1e-3F);
    }
}

TEST("is not misled by activations that are large against their spread") {
    sparse_columns columns;
    columns.n_samples = 50;
    const vector scores = random_scores(50, 1, true);
    random_stream random(2, 2);
    vector large(50);
    for (double & z : large) z = 4e6 + std::floor(8 * uniform(random)); // exact in float
    append_column(columns, large);
    append_column(columns, vector(50, 0.1)); // no variance
    append_column(columns, vector(50));      // nothing at all
    const null_distribution found = permutation_null(columns, plan_of(scores, 20), never);
    CHECK(near(found.r[0], pearson(large, scores)));
    CHECK(found.r[1] == 0 && found.r[2] == 0);
    CHECK(found.exceed[1] == 20 && found.exceed[2] == 20);
    for (uint32_t b = 0; b < 20; b++) CHECK(found.strongest[b] <= 1);
}

TEST("gives zeros for a layer without columns") {
    sparse_columns columns;
    columns.n_samples = 10;
    const null_distribution found = permutation_null(columns, plan_of(random_scores(10, 1, false), 20), never);
    CHECK(found.r.empty() && found.exceed.empty());
    CHECK(found.strongest == vector(20));
}

TEST("refuses scores of which nothing is left, and stops when cancelled") {
    const sparse_columns columns = random_columns(10, 3, 1);
    null_plan plan = plan_of(vector(10, 0.1), 20);
    CHECK(check::throws_code("ERR_DEGENERATE", [&] { permutation_null(columns, plan, never); }));
    sparse_columns one;
    one.n_samples = 1;
    CHECK(check::throws_code("ERR_DEGENERATE", [&] { permutation_null(one, plan_of({1}, 1), never); }));

    vector trend(10);
    for (size_t s = 0; s < 10; s++) trend[s] = 1e6 + static_cast<double>(s);
    plan.basis = orthonormal({vector(10, 1)}, {trend});
    plan.scores = trend;
    CHECK(check::throws_code("ERR_DEGENERATE", [&] { permutation_null(columns, plan, never); }));
    plan.strata = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1}; // within which the basis is not centred
    plan.scores = random_scores(10, 2, false);
    CHECK(check::throws_code("ERR_INVALID_ARGUMENT", [&] { permutation_null(columns, plan, never); }));
    plan.basis = {};
    plan.scores = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0}; // the same within strata
    CHECK(check::throws_code("ERR_DEGENERATE", [&] { permutation_null(columns, plan, never); }));
    plan.strata = {};

    cancel_token cancelled;
    cancelled.request();
    plan = plan_of(trend, 20);
    CHECK(check::throws_code("ERR_CANCELLED", [&] { permutation_null(columns, plan, cancelled); }));
}

int main() {
    return check::run_all();
}

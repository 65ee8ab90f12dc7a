#include "statistics/permutation.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

#include "platform/error.h"
#include "platform/parallel.h"
#include "statistics/null-search.h"
#include "statistics/shuffle.h"
#include "statistics/unit-columns.h"

namespace corrsteer {

namespace {

/// Rounding takes the r of proportional numbers beyond 1.
void clamp_all(std::vector<double> & r) {
    for (double & each : r) each = std::clamp(each, -1.0, 1.0);
}

} // namespace

null_distribution permutation_null(const sparse_columns & columns, const null_plan & plan,
                                   const cancel_token & cancel) {
    const orthonormal_basis basis(strata(plan.strata, columns.n_samples), plan.basis);
    std::vector<double> scores = basis.unit_residual(plan.scores);
    const score_shuffler shuffler(basis.groups(), plan.clusters, plan.seed);
    const unit_columns unit(columns, basis);

    null_distribution result;
    for (size_t c = 0; c < unit.size(); c++) result.r.push_back(unit.product(c, scores));
    result.strongest.resize(plan.n_permutations);
    if (plan.counts_exceeding) result.exceed.resize(columns.size());
    std::vector<double> bounds;
    for (const double r : result.r) bounds.push_back(std::fabs(r) - tie_slack);
    const null_search search(unit, std::move(bounds), plan.sign == r_sign::both);
    if (plan.sign == r_sign::negative) {
        for (double & score : scores) score = -score; // so that the largest r is looked for
    }
    std::mutex merging;
    const size_t n_blocks = (plan.n_permutations + n_rough_lanes - 1) / n_rough_lanes;
    run_parallel(plan.n_threads, n_blocks, [&](size_t block, cpu_turn & turn) {
        cancel.check("a block of permutations");
        const size_t begin = block * n_rough_lanes;
        const size_t n_used = std::min(n_rough_lanes, plan.n_permutations - begin);
        std::vector<std::vector<double>> permuted;
        for (size_t t = 0; t < n_used; t++) {
            permuted.push_back(shuffler.shuffle(scores, plan.first_permutation + begin + t));
            // Permuting keeps each stratum's sum, so nothing of what is constant there comes back.
            if (basis.k() > 0) basis.make_unit_residual_again(permuted.back().data());
        }
        std::vector<uint32_t> exceed(result.exceed.size());
        const std::vector<double> largest = search.largest(score_block(std::move(permuted)), exceed, turn);
        if (unit.size() > 0)
            std::copy(largest.begin(), largest.end(), result.strongest.begin() + static_cast<ptrdiff_t>(begin));
        const std::lock_guard<std::mutex> lock(merging);
        for (size_t c = 0; c < exceed.size(); c++) result.exceed[c] += exceed[c];
    });
    clamp_all(result.r);
    clamp_all(result.strongest);
    return result;
}

} // namespace corrsteer

#include "statistics/permutation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include "platform/error.h"
#include "platform/parallel.h"
#include "statistics/shuffle.h"
#include "statistics/unit-columns.h"

namespace corrsteer {

namespace {

void set_lane(std::vector<lane_row> & rows, size_t lane, const std::vector<double> & scores) {
    for (size_t s = 0; s < scores.size(); s++) rows[s].lane[lane] = scores[s];
}

std::vector<double> observed_r(const unit_columns & columns, const std::vector<double> & scores) {
    std::vector<lane_row> rows(scores.size());
    set_lane(rows, 0, scores);
    std::vector<double> r(columns.size());
    for (size_t c = 0; c < r.size(); c++) {
        lane_row sums;
        columns.products(c, rows.data(), sums);
        r[c] = sums.lane[0];
    }
    return r;
}

/// What a block of permutations adds.
struct block_result {
    double max_r[n_lanes];
    double min_r[n_lanes];
    std::vector<uint32_t> exceed;
};

block_result run_block(const unit_columns & columns, const std::vector<lane_row> & rows, size_t n_used,
                       const std::vector<double> & observed, cpu_turn & turn) {
    block_result block{{}, {}, std::vector<uint32_t>(columns.size())};
    const double infinity = std::numeric_limits<double>::infinity();
    std::fill(block.max_r, block.max_r + n_lanes, columns.size() > 0 ? -infinity : 0);
    std::fill(block.min_r, block.min_r + n_lanes, columns.size() > 0 ? infinity : 0);
    for (size_t c = 0; c < columns.size(); c++) {
        if (c % columns_between_passes == 0) turn.pass();
        lane_row sums;
        columns.products(c, rows.data(), sums);
        const double bound = std::fabs(observed[c]) - tie_slack;
        double n_exceed = 0;
        for (size_t t = 0; t < n_lanes; t++) {
            const double r = sums.lane[t];
            block.max_r[t] = r > block.max_r[t] ? r : block.max_r[t];
            block.min_r[t] = r < block.min_r[t] ? r : block.min_r[t];
        }
        for (size_t t = 0; t < n_used; t++) n_exceed += std::fabs(sums.lane[t]) >= bound ? 1 : 0;
        block.exceed[c] = static_cast<uint32_t>(n_exceed);
    }
    return block;
}

/// Rounding takes the r of proportional numbers beyond 1.
void clamp_all(std::vector<double> & r) {
    for (double & each : r) each = std::clamp(each, -1.0, 1.0);
}

} // namespace

null_distribution permutation_null(const sparse_columns & columns, const null_plan & plan,
                                   const cancel_token & cancel) {
    const size_t n = columns.n_samples;
    const orthonormal_basis basis(strata(plan.strata, n), plan.basis);
    const std::vector<double> scores = basis.unit_residual(plan.scores);
    const score_shuffler shuffler(basis.groups(), plan.clusters, plan.seed);
    const unit_columns unit(columns, basis);

    null_distribution result;
    result.r = observed_r(unit, scores);
    result.max_r.resize(plan.n_permutations);
    result.min_r.resize(plan.n_permutations);
    result.exceed.resize(columns.size());
    std::mutex merging;
    const size_t n_blocks = (plan.n_permutations + n_lanes - 1) / n_lanes;
    run_parallel(plan.n_threads, n_blocks, [&](size_t block, cpu_turn & turn) {
        cancel.check("a block of permutations");
        const size_t begin = block * n_lanes;
        const size_t n_used = std::min(n_lanes, plan.n_permutations - begin);
        std::vector<lane_row> rows(n);
        for (size_t t = 0; t < n_used; t++) {
            std::vector<double> shuffled = shuffler.shuffle(scores, plan.first_permutation + begin + t);
            // Permuting keeps each stratum's sum, so nothing of what is constant there comes back.
            if (basis.k() > 0) basis.make_unit_residual_again(shuffled.data());
            set_lane(rows, t, shuffled);
        }
        const block_result found = run_block(unit, rows, n_used, result.r, turn);
        std::copy(found.max_r, found.max_r + n_used, result.max_r.begin() + static_cast<ptrdiff_t>(begin));
        std::copy(found.min_r, found.min_r + n_used, result.min_r.begin() + static_cast<ptrdiff_t>(begin));
        const std::lock_guard<std::mutex> lock(merging);
        for (size_t c = 0; c < columns.size(); c++) result.exceed[c] += found.exceed[c];
    });
    clamp_all(result.r);
    clamp_all(result.max_r);
    clamp_all(result.min_r);
    return result;
}

} // namespace corrsteer

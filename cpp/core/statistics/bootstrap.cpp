#include "statistics/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "platform/error.h"
#include "platform/parallel.h"
#include "platform/random.h"
#include "statistics/clusters.h"
#include "statistics/unit-columns.h"

namespace corrsteer {

namespace {

/// Part of a squared norm below which a weighted residual is taken for rounding.
constexpr double no_variance = 1e-12;

/// A block of resamples w: rows of the basis and, last, the scores, each less its strata's means, made orthonormal in
/// the inner product sum w a b, and times w, [k + 1][n]; then w itself, [n]. With them a column needs sums over its own
/// samples only: r = sum w z y / sqrt(sum w z^2 - sum over strata (sum w z)^2 / sum w - sum over rows (sum w z q)^2).
class resample_block {
  public:
    resample_block(const orthonormal_basis & basis, const std::vector<double> & scores)
        : groups_(basis.groups()), n_(basis.n()), k_(basis.k()), rows_((k_ + 2) * n_), scales_(groups_.size()) {
        for (size_t i = 0; i < k_; i++) vectors_.emplace_back(basis.row(i), basis.row(i) + n_);
        vectors_.push_back(scores);
    }

    void set(size_t lane, const std::vector<double> & weights) {
        std::vector<double> scales(groups_.size()); // 1 / sum w; 0 where none was drawn
        for (size_t g = 0; g < scales.size(); g++) {
            double total = 0;
            for (size_t i = groups_.begin(g); i < groups_.end(g); i++) total += weights[groups_.order()[i]];
            scales_[g].lane[lane] = scales[g] = total > 0 ? 1 / total : 0;
        }
        std::vector<std::vector<double>> orthonormal; // times w
        for (size_t i = 0; i <= k_; i++) {
            std::vector<double> v = vectors_[i];
            for (size_t pass = 0; pass < 2; pass++) {
                center(v, weights, scales);
                for (size_t j = 0; j < i; j++) subtract(v, orthonormal[j], weights);
            }
            std::vector<double> weighted(n_);
            for (size_t s = 0; s < n_; s++) weighted[s] = weights[s] * v[s];
            const double norm = dot(v.data(), weighted.data(), n_);
            const double scale = norm > no_variance ? 1 / std::sqrt(norm) : 0; // zeros: this resample does not have it
            for (size_t s = 0; s < n_; s++) rows_[i * n_ + s].lane[lane] = weighted[s] *= scale;
            orthonormal.push_back(std::move(weighted));
        }
        for (size_t s = 0; s < n_; s++) rows_[(k_ + 1) * n_ + s].lane[lane] = weights[s];
    }

    /// r of a column in each lane.
    lane_row correlate(const unit_columns & columns, size_t c) const {
        lane_row along, outside, squares;
        const lane_row * weights = rows_.data() + (k_ + 1) * n_;
        columns.square_products(c, weights, squares);
        columns.stratum_squares(c, groups_, weights, scales_.data(), outside);
        for (size_t t = 0; t < n_lanes; t++) outside.lane[t] = squares.lane[t] - outside.lane[t];
        for (size_t i = 0; i < k_; i++) {
            columns.products(c, rows_.data() + i * n_, along);
            for (size_t t = 0; t < n_lanes; t++) outside.lane[t] -= along.lane[t] * along.lane[t];
        }
        columns.products(c, rows_.data() + k_ * n_, along);
        lane_row r;
        for (size_t t = 0; t < n_lanes; t++) {
            const bool varies = outside.lane[t] > no_variance * squares.lane[t];
            r.lane[t] = varies ? along.lane[t] / std::sqrt(outside.lane[t]) : 0;
        }
        return r;
    }

  private:
    /// v less its weighted mean in each stratum.
    void center(std::vector<double> & v, const std::vector<double> & weights, const std::vector<double> & scales) {
        for (size_t g = 0; g < groups_.size(); g++) {
            double mean = 0;
            for (size_t i = groups_.begin(g); i < groups_.end(g); i++) {
                const uint32_t s = groups_.order()[i];
                mean += weights[s] * v[s] * scales[g];
            }
            for (size_t i = groups_.begin(g); i < groups_.end(g); i++) v[groups_.order()[i]] -= mean;
        }
    }

    /// v less its part along u, of which `weighted` is w u: where w is 0, v does not matter.
    void subtract(std::vector<double> & v, const std::vector<double> & weighted, const std::vector<double> & weights) {
        const double along = dot(v.data(), weighted.data(), n_);
        for (size_t s = 0; s < n_; s++) v[s] -= weights[s] > 0 ? along * weighted[s] / weights[s] : 0;
    }

    const strata & groups_;
    size_t n_;
    size_t k_;
    std::vector<std::vector<double>> vectors_;
    std::vector<lane_row> rows_;
    std::vector<lane_row> scales_; ///< of strata
};

} // namespace

std::vector<double> draw_weights(const std::vector<std::vector<uint32_t>> & clusters, size_t n, uint64_t seed,
                                 uint32_t resample) {
    random_stream random(seed, resample);
    std::vector<double> weights(n);
    for (size_t i = 0; i < clusters.size(); i++) {
        for (const uint32_t s : clusters[random.below(static_cast<uint32_t>(clusters.size()))]) weights[s]++;
    }
    return weights;
}

bootstrap_result bootstrap_top(const sparse_columns & columns, const bootstrap_plan & plan,
                               const cancel_token & cancel) {
    const size_t n = columns.n_samples;
    const orthonormal_basis basis(strata(plan.strata, n), plan.basis);
    const std::vector<double> scores = basis.unit_residual(plan.scores);
    const unit_columns unit(columns, basis);
    const auto clusters = clusters_of(plan.clusters, n);

    bootstrap_result result{std::vector<int32_t>(plan.n_resamples, -1), std::vector<double>(plan.n_resamples)};
    const size_t n_blocks = (plan.n_resamples + n_lanes - 1) / n_lanes;
    run_parallel(plan.n_threads, n_blocks, [&](size_t number, cpu_turn & turn) {
        cancel.check("the bootstrap");
        const size_t begin = number * n_lanes;
        const size_t n_used = std::min(n_lanes, plan.n_resamples - begin);
        resample_block block(basis, scores);
        for (size_t t = 0; t < n_used; t++) {
            block.set(t, draw_weights(clusters, n, plan.seed, static_cast<uint32_t>(begin + t)));
        }
        for (size_t c = 0; c < unit.size(); c++) {
            if (c % columns_between_passes == 0) turn.pass();
            const lane_row r = block.correlate(unit, c);
            for (size_t t = 0; t < n_used; t++) {
                if (!(strength(r.lane[t], plan.sign) > strength(result.r[begin + t], plan.sign))) continue;
                result.top[begin + t] = static_cast<int32_t>(c);
                result.r[begin + t] = r.lane[t];
            }
        }
    });
    for (double & r : result.r) r = std::clamp(r, -1.0, 1.0);
    return result;
}

} // namespace corrsteer

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "platform/cancel.h"
#include "statistics/columns.h"
#include "statistics/r-sign.h"

namespace corrsteer {

struct bootstrap_plan {
    std::vector<double> scores;     ///< [n_samples]
    std::vector<uint32_t> clusters; ///< [n_samples], or empty: drawn whole
    std::vector<uint32_t> strata;   ///< [n_samples], or empty: r is of what varies within them
    /// Rows of an orthonormal_basis, [k, n_samples].
    std::vector<double> basis;
    uint32_t n_resamples = 0;
    uint64_t seed = 0;
    r_sign sign = r_sign::both;
    int n_threads = 1;
};

struct bootstrap_result {
    std::vector<int32_t> top; ///< [n_resamples] column of the strongest r of the sign, the first of equals; -1: none
    std::vector<double> r;    ///< [n_resamples] that r; 0: none
};

/// How often each of n samples is drawn: with its cluster, as many draws with replacement as there are clusters. The
/// same for the seed and number.
std::vector<double> draw_weights(const std::vector<std::vector<uint32_t>> & clusters, size_t n, uint64_t seed,
                                 uint32_t resample);

/// The strongest column of each of many resamples: clusters drawn with replacement, (partial) r fitted anew. A column
/// that a resample leaves no variance (spread below 1e-6 of its size) has r = 0 there.
/// Resample i is the same for every call with the seed, clusters and number of samples. Throws as permutation_null
/// does.
bootstrap_result bootstrap_top(const sparse_columns & columns, const bootstrap_plan & plan,
                               const cancel_token & cancel);

} // namespace corrsteer

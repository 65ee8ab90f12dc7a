#pragma once

#include <cstdint>
#include <vector>

#include "platform/cancel.h"
#include "statistics/columns.h"
#include "statistics/r-sign.h"

namespace corrsteer {

struct null_plan {
    std::vector<double> scores; ///< [n_samples]
    /// [n_samples]: r is of what varies within these groups, and scores change places there. Empty: one group.
    std::vector<uint32_t> strata;
    /// [n_samples], or empty: scores of a cluster stay together, or change places within it; see score_shuffler.
    std::vector<uint32_t> clusters;
    /// Rows of an orthonormal_basis, [k, n_samples].
    std::vector<double> basis;
    r_sign sign = r_sign::both;
    uint32_t first_permutation = 0; ///< its number: rounds go on where those before them ended
    uint32_t n_permutations = 0;
    /// Whether to count, column by column, permutations that are as extreme: no column can then be passed over.
    bool counts_exceeding = true;
    uint64_t seed = 0;
    int n_threads = 1;
};

struct null_distribution {
    std::vector<double> r; ///< [n_columns] observed; 0 where the column has no variance left
    /// [n_permutations] the largest strength of a column; 0 where there are none.
    std::vector<double> strongest;
    /// [n_columns] permutations with |r| >= the observed |r| - tie_slack; empty where they are not counted.
    std::vector<uint32_t> exceed;
};

/// Equal r differ by rounding, far less than this: see unit_columns::products. Different ones hardly ever differ by so
/// little, and counting them as equal errs towards larger p.
constexpr double tie_slack = 1e-12;

/// The (partial) r of each column, and how it looks when the scores are dealt out at random within strata, which is
/// exact where they are exchangeable there. With rows in the basis it is the scores' residuals that are permuted, and
/// regressed again: Freedman and Lane 1983; Winkler et al. 2014, "Permutation inference for the general linear model".
/// Permutation b is the same for every call with the seed, strata, clusters and number of samples. Besides the errors
/// of check_columns and orthonormal_basis: ERR_CANCELLED.
null_distribution permutation_null(const sparse_columns & columns, const null_plan & plan, const cancel_token & cancel);

} // namespace corrsteer

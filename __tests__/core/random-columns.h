#pragma once

#include <cmath>
#include <map>
#include <vector>

#include "platform/random.h"
#include "statistics/columns.h"

/// Random sparse columns and scores, and what r is by its textbook formula over dense columns.
namespace fixture {

using corrsteer::random_stream;
using corrsteer::sparse_columns;
using vector = std::vector<double>;

inline double uniform(random_stream & random) {
    return static_cast<double>(random.next() >> 11) / 9007199254740992.0;
}

inline void append_column(sparse_columns & columns, const vector & dense) {
    for (uint32_t s = 0; s < columns.n_samples; s++) {
        if (dense[s] == 0) continue;
        columns.samples.push_back(s);
        columns.values.push_back(static_cast<float>(dense[s]));
    }
    columns.offsets.push_back(static_cast<uint32_t>(columns.samples.size()));
}

/// Each fires on a part of the samples: the first on hardly any, the last on all.
inline sparse_columns random_columns(uint32_t n_samples, size_t n_columns, uint64_t seed) {
    random_stream random(seed, 0);
    sparse_columns columns;
    columns.n_samples = n_samples;
    for (size_t c = 0; c < n_columns; c++) {
        const double rate = static_cast<double>(c + 1) / static_cast<double>(n_columns);
        vector dense(n_samples);
        for (double & z : dense) z = uniform(random) < rate ? 0.5 + 3 * uniform(random) : 0;
        append_column(columns, dense);
    }
    return columns;
}

inline vector dense(const sparse_columns & columns, size_t c) {
    vector z(columns.n_samples);
    for (uint32_t i = columns.offsets[c]; i < columns.offsets[c + 1]; i++) z[columns.samples[i]] = columns.values[i];
    return z;
}

inline vector random_scores(uint32_t n, uint64_t seed, bool binary) {
    random_stream random(seed, 1);
    vector scores(n);
    for (double & y : scores) y = binary ? (uniform(random) < 0.4 ? 1 : 0) : uniform(random);
    return scores;
}

/// Pearson's r of the samples, each counted `weights` times, in two passes; 0 without variance.
inline double weighted_r(const vector & a, const vector & b, const vector & weights) {
    double n = 0, mean_a = 0, mean_b = 0;
    for (size_t s = 0; s < a.size(); s++) {
        n += weights[s];
        mean_a += weights[s] * a[s];
        mean_b += weights[s] * b[s];
    }
    mean_a /= n;
    mean_b /= n;
    double aa = 0, bb = 0, ab = 0;
    for (size_t s = 0; s < a.size(); s++) {
        aa += weights[s] * (a[s] - mean_a) * (a[s] - mean_a);
        bb += weights[s] * (b[s] - mean_b) * (b[s] - mean_b);
        ab += weights[s] * (a[s] - mean_a) * (b[s] - mean_b);
    }
    return aa > 1e-20 && bb > 1e-20 ? ab / std::sqrt(aa * bb) : 0;
}

inline double pearson(const vector & a, const vector & b) {
    return weighted_r(a, b, vector(a.size(), 1));
}

/// Least-squares residuals on the covariates, each counted `weights` times: Gaussian elimination of the normal
/// equations, which shares nothing with the core's projections.
inline vector residuals(const vector & y, const std::vector<vector> & covariates, const vector & weights) {
    const size_t k = covariates.size();
    std::vector<vector> m(k, vector(k + 1));
    for (size_t i = 0; i < k; i++) {
        for (size_t s = 0; s < y.size(); s++) {
            for (size_t j = 0; j < k; j++) m[i][j] += weights[s] * covariates[i][s] * covariates[j][s];
            m[i][k] += weights[s] * covariates[i][s] * y[s];
        }
    }
    for (size_t i = 0; i < k; i++) {
        for (size_t row = 0; row < k; row++) {
            if (row == i) continue;
            const double factor = m[row][i] / m[i][i];
            for (size_t j = i; j <= k; j++) m[row][j] -= factor * m[i][j];
        }
    }
    vector left = y;
    for (size_t i = 0; i < k; i++) {
        for (size_t s = 0; s < y.size(); s++) left[s] -= m[i][k] / m[i][i] * covariates[i][s];
    }
    return left;
}

/// A column for each stratum, 1 in it; of an empty list the constant.
inline std::vector<vector> indicators(const std::vector<uint32_t> & strata, size_t n) {
    std::map<uint32_t, vector> columns;
    for (size_t s = 0; s < n; s++) {
        vector & column = columns[strata.empty() ? 0 : strata[s]];
        column.resize(n);
        column[s] = 1;
    }
    std::vector<vector> list;
    for (const auto & [_, column] : columns) list.push_back(column);
    return list;
}

/// Gram and Schmidt: orthonormal rows [k, n] of what covariates say beyond those before them, `taken` to begin with.
inline vector orthonormal(const std::vector<vector> & taken, const std::vector<vector> & covariates) {
    std::vector<vector> rows;
    vector flat;
    for (size_t i = 0; i < taken.size() + covariates.size(); i++) {
        vector v = i < taken.size() ? taken[i] : covariates[i - taken.size()];
        for (int pass = 0; pass < 2; pass++) {
            for (const vector & q : rows) {
                double along = 0;
                for (size_t s = 0; s < v.size(); s++) along += q[s] * v[s];
                for (size_t s = 0; s < v.size(); s++) v[s] -= along * q[s];
            }
        }
        double norm = 0;
        for (const double x : v) norm += x * x;
        for (double & x : v) x /= std::sqrt(norm);
        rows.push_back(v);
        if (i >= taken.size()) flat.insert(flat.end(), v.begin(), v.end());
    }
    return flat;
}

} // namespace fixture

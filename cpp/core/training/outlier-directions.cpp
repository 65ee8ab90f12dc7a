#include "training/outlier-directions.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace corrsteer::training {

namespace {

using vector = std::vector<double>;

/// Times the mean norm of all rows.
constexpr double far_longer = 4;

double dot(const vector & a, const vector & b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add(vector & to, double factor, const vector & direction) {
    for (size_t j = 0; j < to.size(); j++) to[j] += factor * direction[j];
}

vector normalized(vector row) {
    const double norm = std::sqrt(dot(row, row));
    for (double & x : row) x /= norm;
    return row;
}

/// In the units of training, and centred.
std::vector<vector> rows_beyond(double norm, const sae_parameters & sae, const float * rows, size_t n) {
    const auto d_model = static_cast<size_t>(sae.d_model);
    std::vector<vector> beyond;
    vector row(d_model);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < d_model; j++)
            row[j] = sae.input_scale * rows[i * d_model + j] - sae.decoder_bias.values.data()[j];
        if (dot(row, row) > norm * norm) beyond.push_back(row);
    }
    return beyond;
}

/// The longest row's, then that of what it leaves of the others, until none is as long as `norm`.
std::vector<vector> directions_of(std::vector<vector> rows, double norm, size_t most) {
    const auto is_shorter = [](const vector & a, const vector & b) { return dot(a, a) < dot(b, b); };
    std::vector<vector> directions;
    while (directions.size() < most && !rows.empty()) {
        const vector direction = normalized(*std::max_element(rows.begin(), rows.end(), is_shorter));
        for (vector & row : rows) add(row, -std::max(0.0, dot(row, direction)), direction);
        rows.erase(
            std::remove_if(rows.begin(), rows.end(), [&](const vector & row) { return dot(row, row) <= norm * norm; }),
            rows.end());
        directions.push_back(direction);
    }
    return directions;
}

} // namespace

void set_outlier_directions(sae_parameters & sae, const float * rows, size_t n) {
    const auto d_sae = static_cast<size_t>(sae.d_sae);
    const double norm = far_longer * std::sqrt(sae.d_model);
    const size_t most = std::min({most_outliers, static_cast<size_t>(sae.d_model) / 4, d_sae / 4});
    const std::vector<vector> directions = directions_of(rows_beyond(norm, sae, rows, n), norm, most);
    if (directions.empty()) return;
    const auto row_of = [&](aligned_floats & matrix, size_t i) { return matrix.data() + i * sae.width; };
    const auto write = [](const vector & values, float * row) {
        std::transform(values.begin(), values.end(), row, [](double x) { return static_cast<float>(x); });
    };
    for (size_t i = 0; i < directions.size(); i++) {
        write(directions[i], row_of(sae.outliers, i));
        write(directions[i], row_of(sae.decoder.values, i));
    }
    for (size_t feature = directions.size(); feature < d_sae; feature++) {
        float * row = row_of(sae.decoder.values, feature);
        sae.turn_across_outliers(row, directions.size());
        write(normalized({row, row + sae.d_model}), row);
    }
    sae.tie();
}

} // namespace corrsteer::training

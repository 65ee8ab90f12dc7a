#include "sae/sae-reference.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace corrsteer {

namespace {

using row = std::vector<double>;

row normalised(row x, const sae_plan & plan) {
    const auto d = static_cast<double>(x.size());
    if (plan.input_normalization == row_normalization::center) {
        const double mean = std::accumulate(x.begin(), x.end(), 0.0) / d;
        for (double & value : x) value -= mean;
    } else if (plan.input_normalization == row_normalization::layer_norm) {
        const double mean = std::accumulate(x.begin(), x.end(), 0.0) / d;
        double squares = 0;
        for (double & value : x) value -= mean, squares += value * value;
        for (double & value : x) value /= std::sqrt(squares / (d - 1)) + 1e-5;
    } else if (plan.input_normalization == row_normalization::constant_norm_rescale) {
        const double norm = std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0));
        for (double & value : x) value *= std::sqrt(d) / norm;
    }
    for (double & value : x) value *= plan.input_scale;
    return x;
}

double norm_of(const std::vector<float> & values) {
    return std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
}

double relu(double value) {
    return std::max(0.0, value);
}

/// The largest k of p, of equal ones the first, then their ReLU.
row top_k(const row & p, int k) {
    std::vector<size_t> order(p.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] > p[b]; });
    row f(p.size(), 0.0);
    for (size_t i = 0; i < static_cast<size_t>(k); i++) f[order[i]] = relu(p[order[i]]);
    return f;
}

/// The tensors of a file, each read once.
struct stored_sae {
    explicit stored_sae(const sae_file & file) : plan(file.plan()) {
        const auto optional = [&](const tensor_place & place) {
            return place.name.empty() ? std::vector<float>() : file.values(place);
        };
        encoder.resize(static_cast<size_t>(plan.d_sae), std::vector<float>(static_cast<size_t>(plan.d_model)));
        decoder = encoder;
        for (int i = 0; i < plan.d_sae; i++) {
            file.encoder_rows(i, 1, encoder[static_cast<size_t>(i)].data());
            file.decoder_row(i, decoder[static_cast<size_t>(i)].data());
        }
        encoder_bias = optional(plan.tensors.encoder_bias);
        decoder_bias = file.decoder_bias();
        threshold = optional(plan.tensors.threshold);
        log_threshold = optional(plan.tensors.log_threshold);
        gate_bias = optional(plan.tensors.gate_bias);
        magnitude_scale = optional(plan.tensors.magnitude_scale);
        magnitude_bias = optional(plan.tensors.magnitude_bias);
    }

    row encode(row x) const {
        row u = normalised(std::move(x), plan);
        for (size_t j = 0; j < u.size() && plan.subtract_decoder_bias; j++) u[j] -= decoder_bias[j];
        row f;
        for (size_t i = 0; i < encoder.size(); i++) {
            f.push_back(activation(i, std::inner_product(u.begin(), u.end(), encoder[i].begin(), 0.0)));
        }
        return plan.activation == sae_activation::topk ? top_k(f, plan.k) : f;
    }

    /// Of feature i, given g = E_i u; for top-k what is ranked.
    double activation(size_t i, double g) const {
        switch (plan.activation) {
        case sae_activation::relu: return relu(g + encoder_bias[i]);
        case sae_activation::jumprelu: {
            const double p = (g + encoder_bias[i]) * (plan.rescale_by_decoder_norm ? norm_of(decoder[i]) : 1);
            return p * (plan.threshold_by_decoder_norm ? norm_of(decoder[i]) : 1) > threshold_of(i) ? relu(p) : 0;
        }
        case sae_activation::gated:
            return g + gate_bias[i] > 0
                       ? relu(std::exp(static_cast<double>(magnitude_scale[i])) * g + magnitude_bias[i])
                       : 0;
        case sae_activation::topk:
            return (g + encoder_bias[i]) * (plan.rescale_by_decoder_norm ? norm_of(decoder[i]) : 1);
        }
        return 0;
    }

    double threshold_of(size_t i) const {
        if (plan.threshold) return *plan.threshold;
        return threshold.empty() ? std::exp(static_cast<double>(log_threshold[i])) : static_cast<double>(threshold[i]);
    }

    const sae_plan & plan;
    std::vector<std::vector<float>> encoder;
    std::vector<std::vector<float>> decoder;
    std::vector<float> encoder_bias;
    std::vector<float> decoder_bias;
    std::vector<float> threshold;
    std::vector<float> log_threshold;
    std::vector<float> gate_bias;
    std::vector<float> magnitude_scale;
    std::vector<float> magnitude_bias;
};

} // namespace

std::vector<double> reference_encode(const sae_file & file, const std::vector<float> & rows) {
    const stored_sae sae(file);
    std::vector<double> activations;
    const auto width = static_cast<std::ptrdiff_t>(file.plan().d_model);
    for (auto at = rows.begin(); at != rows.end(); at += width) {
        const row f = sae.encode(row(at, at + width));
        activations.insert(activations.end(), f.begin(), f.end());
    }
    return activations;
}

} // namespace corrsteer

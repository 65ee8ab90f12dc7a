#pragma once

#include <cmath>
#include <random>

#include "sae-places.h"

/// A small SAE of any architecture with random weights, in a file of its own.
namespace fixture {

class random_sae {
  public:
    static constexpr int d_model = 64;
    static constexpr int d_sae = 200; // not a multiple of the 64 features of a block

    explicit random_sae(corrsteer::sae_activation activation, const std::string & dtype = "F32", bool turned = false)
        : file_(bytes(dtype, turned)) {
        plan.path = file_.path();
        plan.d_model = d_model;
        plan.d_sae = d_sae;
        plan.activation = activation;
        plan.tensors = places(file_.path());
        plan.tensors.encoder.by_feature = turned;
        plan.tensors.decoder.by_feature = !turned;
        if (activation != corrsteer::sae_activation::jumprelu) plan.tensors.threshold = {};
        plan.k = 9;
        plan.threads = 2;
    }

    /// Rows of a residual stream with a mean and an outlier.
    static std::vector<float> rows(int n) {
        std::mt19937 random(7);
        std::normal_distribution<float> normal(0.5f, 2.0f);
        std::vector<float> rows(static_cast<size_t>(n * d_model));
        for (size_t i = 0; i < rows.size(); i++) rows[i] = normal(random) * (i % d_model == 3 ? 20.0f : 1.0f);
        return rows;
    }

    corrsteer::sae_plan plan;

  private:
    static std::string bytes(const std::string & dtype, bool turned) {
        std::mt19937 random(42);
        const auto values = [&](int n, float mean, float sigma) {
            std::normal_distribution<float> normal(mean, sigma);
            std::vector<float> drawn(static_cast<size_t>(n));
            for (float & value : drawn) value = normal(random);
            return drawn;
        };
        const auto vector = [&](const char * name, int n, float mean, float sigma) {
            return float_tensor(name, dtype, {static_cast<uint64_t>(n)}, values(n, mean, sigma));
        };
        const auto matrix = [&](const char * name, uint64_t rows, uint64_t columns) {
            const std::vector<float> drawn = values(d_model * d_sae, 0, 0.1f);
            if (!turned) return float_tensor(name, dtype, {rows, columns}, drawn);
            std::vector<float> other;
            for (size_t j = 0; j < columns; j++) {
                for (size_t i = 0; i < rows; i++) other.push_back(drawn[i * columns + j]);
            }
            return float_tensor(name, dtype, {columns, rows}, other);
        };
        return safetensors_bytes({matrix("W_enc", d_model, d_sae), matrix("W_dec", d_sae, d_model),
                                  vector("b_enc", d_sae, -0.5f, 0.3f), vector("b_dec", d_model, 0.2f, 0.5f),
                                  vector("threshold", d_sae, 0.8f, 0.5f), vector("b_gate", d_sae, -1, 0.5f),
                                  vector("r_mag", d_sae, 0, 0.3f), vector("b_mag", d_sae, 0.2f, 0.5f)});
    }

    file file_;
};

} // namespace fixture

#pragma once

#include <cmath>
#include <random>

#include "sae/sae-file.h"
#include "write-safetensors.h"

/// A small SAE of any architecture with random weights, in a file of its own.
namespace fixture {

class random_sae {
  public:
    static constexpr int d_model = 64;
    static constexpr int d_sae = 200; // not a multiple of the 64 features of a block

    explicit random_sae(corrsteer::sae_activation activation, const std::string & dtype = "F32") : file_(bytes(dtype)) {
        plan.path = file_.path();
        plan.d_model = d_model;
        plan.d_sae = d_sae;
        plan.activation = activation;
        plan.tensors = {"W_enc", "b_enc", "W_dec", "b_dec", "threshold", "b_gate", "r_mag", "b_mag"};
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
    static std::string bytes(const std::string & dtype) {
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
        return safetensors_bytes({float_tensor("W_enc", dtype, {d_model, d_sae}, values(d_model * d_sae, 0, 0.1f)),
                                  float_tensor("W_dec", dtype, {d_sae, d_model}, values(d_model * d_sae, 0, 0.1f)),
                                  vector("b_enc", d_sae, -0.5f, 0.3f), vector("b_dec", d_model, 0.2f, 0.5f),
                                  vector("threshold", d_sae, 0.8f, 0.5f), vector("b_gate", d_sae, -1, 0.5f),
                                  vector("r_mag", d_sae, 0, 0.3f), vector("b_mag", d_sae, 0.2f, 0.5f)});
    }

    file file_;
};

} // namespace fixture

#include "sae/fired-rows.h"

#include "check.h"
#include "platform/backend.h"
#include "random-sae.h"
#include "sae/sae-encode.h"

using namespace corrsteer;
using fixture::random_sae;

namespace {

constexpr int n_rows = 40;
constexpr size_t n_values = static_cast<size_t>(n_rows) * random_sae::d_sae;

/// Rows scaled down fire few of a threshold's features.
std::vector<float> rows(float scale) {
    std::vector<float> rows = random_sae::rows(n_rows);
    for (float & value : rows) value *= scale;
    return rows;
}

std::vector<float> dense(const fired_rows & fired) {
    std::vector<float> values(n_values);
    for (size_t i = 0; i + 1 < fired.offsets.size(); i++) {
        for (uint32_t j = fired.offsets[i]; j < fired.offsets[i + 1]; j++)
            values[i * random_sae::d_sae + fired.features[j]] = fired.values[j];
    }
    return values;
}

/// A top-k SAE whose features all have the same activation.
fixture::file constant_file(float bias) {
    const random_sae source(sae_activation::topk);
    const safetensors opened(source.plan.path);
    std::vector<fixture::tensor> tensors;
    for (const auto & view : opened.tensors()) {
        std::vector<float> values = read_floats(view);
        if (view.name == "W_enc") std::fill(values.begin(), values.end(), 0.0f);
        if (view.name == "b_enc") std::fill(values.begin(), values.end(), bias);
        tensors.push_back(fixture::float_tensor(view.name, "F32", view.shape, values));
    }
    return fixture::file(fixture::safetensors_bytes(tensors));
}

std::shared_ptr<const sae> load_constant(const fixture::file & file) {
    sae_plan plan = random_sae(sae_activation::topk).plan;
    plan.path = file.path();
    plan.tensors = fixture::places(plan.path);
    plan.tensors.threshold = {};
    return std::make_shared<const sae>(plan);
}

} // namespace

TEST("brings what fires, as all activations have it") {
    for (const auto activation :
         {sae_activation::relu, sae_activation::jumprelu, sae_activation::topk, sae_activation::gated}) {
        const random_sae source(activation);
        sae_encoder encoder(std::make_shared<const sae>(source.plan), brought::fired);
        fired_rows fired;
        const std::vector<float> few = rows(0.01f);
        CHECK(encoder.encode(few.data(), n_rows, fired) == nullptr);
        CHECK(fired.offsets.size() == n_rows + 1 && !fired.features.empty());
        const float * all = encoder.encode(few.data(), n_rows);
        CHECK(dense(fired) == std::vector<float>(all, all + n_values));
    }
}

TEST("brings all where more fire than were looked for") {
    const random_sae source(sae_activation::relu);
    sae_encoder encoder(std::make_shared<const sae>(source.plan), brought::fired);
    fired_rows fired;
    const std::vector<float> many = rows(1);
    const float * all = encoder.encode(many.data(), n_rows, fired);
    CHECK(all != nullptr);
    CHECK(std::vector<float>(all, all + n_values) == encode(std::make_shared<const sae>(source.plan), many));
}

TEST("brings all where equal activations leave open which are the k largest, and none where none is positive") {
    const std::vector<float> some = rows(1);
    fired_rows fired;
    const fixture::file ones = constant_file(1);
    sae_encoder equal(load_constant(ones), brought::fired);
    const float * all = equal.encode(some.data(), n_rows, fired);
    CHECK(all != nullptr && all[0] > 0 && all[8] > 0 && all[9] == 0);
    const fixture::file negative = constant_file(-1);
    sae_encoder none(load_constant(negative), brought::fired);
    CHECK(none.encode(some.data(), n_rows, fired) == nullptr);
    CHECK(fired.features.empty() && fired.offsets == std::vector<uint32_t>(n_rows + 1, 0));
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

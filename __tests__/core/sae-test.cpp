#include "sae/sae.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "check.h"
#include "platform/backend.h"
#include "random-sae.h"
#include "sae/feature-probes.h"
#include "sae/sae-encode.h"
#include "sae/sae-reference.h"

using namespace corrsteer;
using fixture::random_sae;

namespace {

constexpr sae_activation every_activation[] = {sae_activation::relu, sae_activation::jumprelu, sae_activation::topk,
                                               sae_activation::gated};

std::vector<float> encoded(const sae_plan & plan, const std::vector<float> & rows) {
    return encode(std::make_shared<const sae>(plan), rows);
}

/// Each feature, read by its own encoder alone, is what the oracle makes of it.
void check_probes(const sae_plan & plan, const std::vector<float> & rows, const std::vector<double> & expected) {
    std::vector<uint32_t> features(static_cast<size_t>(plan.d_sae));
    std::iota(features.begin(), features.end(), 0u);
    const std::vector<probe::definition> read = feature_probes(sae_file(plan), features, {});
    for (size_t feature = 0; feature < features.size(); feature++) {
        const probe probe(0, read[feature]);
        for (size_t row = 0; row * features.size() < expected.size(); row++) {
            const double value = probe.at(rows.data() + row * static_cast<size_t>(plan.d_model));
            const double activation = expected[row * features.size() + feature];
            CHECK(std::fabs(value - activation) <= 1e-5 * std::max(1.0, activation));
        }
    }
}

/// Same features and values within 1e-5 of the oracle's.
void check_exact(const sae_plan & plan, const std::vector<float> & rows) {
    const std::vector<float> actual = encoded(plan, rows);
    const std::vector<double> expected = reference_encode(sae_file(plan), rows);
    CHECK(actual.size() == expected.size());
    if (plan.activation != sae_activation::topk) check_probes(plan, rows, expected);
    size_t active = 0;
    for (size_t i = 0; i < actual.size(); i++) {
        CHECK((actual[i] != 0) == (expected[i] != 0));
        CHECK(std::fabs(actual[i] - expected[i]) <= 1e-5 * std::max(1.0, expected[i]));
        active += expected[i] != 0;
    }
    CHECK(active > actual.size() / 50 && active < actual.size());
}

double nmse(const std::vector<float> & actual, const std::vector<double> & expected) {
    double error = 0;
    double power = 0;
    for (size_t i = 0; i < actual.size(); i++) {
        error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
        power += expected[i] * expected[i];
    }
    return error / power;
}

/// A file whose tensor `name` was replaced, element 5, by `value`.
std::string with_element(const random_sae & source, const std::string & name, float value) {
    std::vector<fixture::tensor> tensors;
    const safetensors opened(source.plan.path);
    for (const auto & view : opened.tensors()) {
        std::vector<float> values = read_floats(view);
        if (view.name == name) values[5] = value;
        tensors.push_back(fixture::float_tensor(view.name, "F32", view.shape, values));
    }
    return fixture::safetensors_bytes(tensors);
}

bool fails(const std::string & code, const sae_plan & plan) {
    return check::throws_code(code, [&] { sae loaded(plan); });
}

} // namespace

TEST("encodes each architecture as its formula says") {
    const std::vector<float> rows = random_sae::rows(300); // more than a tile
    for (const sae_activation activation : every_activation) {
        random_sae source(activation);
        check_exact(source.plan, rows);
        source.plan.subtract_decoder_bias = true;
        check_exact(source.plan, rows);
    }
}

TEST("normalises rows as the SAE's training did") {
    const std::vector<float> rows = random_sae::rows(40);
    for (const sae_activation activation : every_activation) {
        random_sae source(activation);
        source.plan.subtract_decoder_bias = true;
        source.plan.input_scale = 0.3;
        check_exact(source.plan, rows);
        source.plan.input_scale = 1;
        source.plan.input_normalization = row_normalization::center;
        check_exact(source.plan, rows);
        source.plan.input_normalization = row_normalization::layer_norm;
        check_exact(source.plan, rows);
        source.plan.input_normalization = row_normalization::constant_norm_rescale;
        check_exact(source.plan, rows);
    }
}

TEST("scales top-k and JumpReLU by decoder norm when asked") {
    for (const sae_activation activation : {sae_activation::topk, sae_activation::jumprelu}) {
        random_sae source(activation);
        source.plan.rescale_by_decoder_norm = true;
        check_exact(source.plan, random_sae::rows(40));
    }
}

TEST("takes thresholds as they are, as logarithms, as one, and by decoder norm") {
    for (const bool by_norm : {false, true}) {
        random_sae source(sae_activation::jumprelu);
        sae_plan & plan = source.plan;
        plan.threshold_by_decoder_norm = by_norm;
        plan.input_scale = 0.3;
        check_exact(plan, random_sae::rows(40));
        plan.tensors.log_threshold = std::exchange(plan.tensors.threshold, {});
        check_exact(plan, random_sae::rows(40));
        plan.tensors.log_threshold = {};
        plan.threshold = 0.7;
        check_exact(plan, random_sae::rows(40));
    }
}

TEST("reads matrices either way round") {
    const std::vector<float> rows = random_sae::rows(40);
    for (const sae_activation activation : every_activation) {
        const random_sae source(activation);
        const random_sae turned(activation, "F32", true);
        CHECK(encoded(source.plan, rows) == encoded(turned.plan, rows));
        CHECK(sae(source.plan).decoder_rows({7, 199}) == sae(turned.plan).decoder_rows({7, 199}));
    }
}

TEST("lets no feature fire whose decoder is zero where its norm counts") {
    const auto vector = [](const char * name, std::vector<float> values) {
        return fixture::float_tensor(name, "F32", {values.size()}, values);
    };
    const fixture::file file(fixture::safetensors_bytes(
        {fixture::float_tensor("W_enc", "F32", {1, 2}, {1, 1}), fixture::float_tensor("W_dec", "F32", {2, 1}, {0, 2}),
         vector("b_enc", {0, 0}), vector("b_dec", {0}), vector("threshold", {0, 0})}));
    sae_plan plan;
    plan.d_model = 1;
    plan.d_sae = 2;
    plan.activation = sae_activation::jumprelu;
    plan.tensors = fixture::places(file.path());
    CHECK(encoded(plan, {3}) == std::vector<float>({3, 3}));
    plan.threshold_by_decoder_norm = true;
    CHECK(encoded(plan, {3}) == std::vector<float>({0, 3}));
}

TEST("reads f16 and bf16 files exactly") {
    for (const char * dtype : {"F16", "BF16"}) {
        check_exact(random_sae(sae_activation::jumprelu, dtype).plan, random_sae::rows(40));
    }
}

TEST("keeps weights as f16, bf16 and q8_0 within their precision") {
    const std::vector<float> rows = random_sae::rows(100);
    const std::pair<ggml_type, double> bounds[] = {
        {GGML_TYPE_F16, 1e-6}, {GGML_TYPE_BF16, 5e-5}, {GGML_TYPE_Q8_0, 5e-4}};
    for (const auto & [type, bound] : bounds) {
        random_sae source(sae_activation::relu);
        const size_t f32_bytes = sae(source.plan).size_bytes();
        source.plan.weight_type = type;
        CHECK(sae(source.plan).size_bytes() < f32_bytes);
        const double error = nmse(encoded(source.plan, rows), reference_encode(sae_file(source.plan), rows));
        std::printf("    %s: NMSE %.2g\n", ggml_type_name(type), error);
        CHECK(error < bound);
    }
}

TEST("holds rows beyond float16's range with f16 weights") {
    random_sae source(sae_activation::relu);
    source.plan.weight_type = GGML_TYPE_F16;
    std::vector<float> rows = random_sae::rows(3);
    for (float & value : rows) value *= 1e4f;
    CHECK(nmse(encoded(source.plan, rows), reference_encode(sae_file(source.plan), rows)) < 1e-6);
}

TEST("breaks ties of top-k to the lower index, and keeps no feature that is not positive") {
    const int n = 6;
    const auto vector = [&](const char * name, std::vector<float> values) {
        return fixture::float_tensor(name, "F32", {values.size()}, values);
    };
    const fixture::file file(
        fixture::safetensors_bytes({fixture::float_tensor("W_enc", "F32", {1, n}, {1, 2, 2, 2, -1, 0}),
                                    fixture::float_tensor("W_dec", "F32", {n, 1}, std::vector<float>(n, 1)),
                                    vector("b_enc", std::vector<float>(n, 0)), vector("b_dec", {0})}));
    sae_plan plan;
    plan.path = file.path();
    plan.d_model = 1;
    plan.d_sae = n;
    plan.activation = sae_activation::topk;
    plan.tensors = fixture::places(plan.path);
    plan.k = 2;
    CHECK(encoded(plan, {1}) == std::vector<float>({0, 2, 2, 0, 0, 0}));
    plan.k = 6;
    CHECK(encoded(plan, {1}) == std::vector<float>({1, 2, 2, 2, 0, 0}));
    CHECK(encoded(plan, {-1}) == std::vector<float>({0, 0, 0, 0, 1, 0}));
}

TEST("gives decoder rows in raw residual units") {
    random_sae source(sae_activation::topk);
    const std::vector<float> stored = read_floats(*safetensors(source.plan.path).find("W_dec"));
    const auto row = [&](size_t feature) {
        return std::vector<float>(stored.begin() + static_cast<std::ptrdiff_t>(feature * random_sae::d_model),
                                  stored.begin() + static_cast<std::ptrdiff_t>((feature + 1) * random_sae::d_model));
    };
    CHECK(sae(source.plan).decoder_rows({7}) == row(7));
    source.plan.input_scale = source.plan.output_scale = 0.25;
    source.plan.rescale_by_decoder_norm = true;
    const std::vector<float> rows = sae(source.plan).decoder_rows({199, 0});
    double norm = 0;
    for (const float value : row(199)) norm += static_cast<double>(value) * value;
    for (size_t j = 0; j < random_sae::d_model; j++) {
        CHECK(std::fabs(rows[j] - row(199)[j] / std::sqrt(norm) / 0.25) < 1e-6);
    }
    source.plan.rescale_by_decoder_norm = false;
    source.plan.output_scale = 0.5;
    CHECK(sae(source.plan).decoder_rows({7})[3] == 2 * row(7)[3]);
    CHECK(check::throws_code("ERR_OUT_OF_RANGE", [&] { sae(source.plan).decoder_rows({200}); }));
}

TEST("refuses values that are not finite, in any tensor") {
    const random_sae source(sae_activation::gated);
    for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
        for (const char * name : {"W_enc", "W_dec", "b_dec", "b_gate", "r_mag", "b_mag"}) {
            const fixture::file file(with_element(source, name, bad));
            sae_plan plan = source.plan;
            plan.tensors = fixture::places(file.path());
            CHECK(fails("ERR_NON_FINITE", plan));
        }
        for (const char * name : {"b_enc", "threshold"}) {
            const fixture::file file(with_element(source, name, bad));
            sae_plan plan = source.plan;
            plan.tensors = fixture::places(file.path());
            plan.activation = sae_activation::jumprelu;
            CHECK(fails("ERR_NON_FINITE", plan));
        }
    }
    const fixture::file overflowing(with_element(source, "r_mag", 200)); // e^200 is finite in double, not in float
    sae_plan plan = source.plan;
    plan.tensors = fixture::places(overflowing.path());
    CHECK(fails("ERR_NON_FINITE", plan));
    const fixture::file large(with_element(source, "W_enc", 1e5f));
    plan.tensors = fixture::places(large.path());
    plan.weight_type = GGML_TYPE_F16;
    CHECK(fails("ERR_NON_FINITE", plan));
}

TEST("refuses rows that are not finite") {
    const random_sae source(sae_activation::relu);
    std::vector<float> rows = random_sae::rows(2);
    rows[70] = std::nanf("");
    CHECK(check::throws_code("ERR_NON_FINITE", [&] { encoded(source.plan, rows); }));
    rows.pop_back();
    CHECK(check::throws_code("ERR_SHAPE_MISMATCH", [&] { encoded(source.plan, rows); }));
}

TEST("refuses plans that do not fit the file or the device") {
    const random_sae source(sae_activation::topk);
    const auto changed = [&](auto change) {
        sae_plan plan = source.plan;
        change(plan);
        return plan;
    };
    CHECK(fails("ERR_SHAPE_MISMATCH", changed([](sae_plan & p) { p.d_model = 32; })));
    CHECK(fails("ERR_SHAPE_MISMATCH",
                changed([](sae_plan & p) { std::swap(p.tensors.encoder.shape, p.tensors.decoder.shape); })));
    CHECK(fails("ERR_SHAPE_MISMATCH", changed([](sae_plan & p) { p.tensors.decoder_bias = p.tensors.encoder_bias; })));
    CHECK(fails("ERR_SHAPE_MISMATCH", changed([](sae_plan & p) { p.tensors.encoder.by_feature = true; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](sae_plan & p) { p.tensors.encoder = {}; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](sae_plan & p) { p.tensors.encoder_bias = {}; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](sae_plan & p) { p.k = 201; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](sae_plan & p) { p.k = 0; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](sae_plan & p) { p.d_sae = 0; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](sae_plan & p) { p.tensors.encoder.path = "/nonexistent"; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](sae_plan & p) { p.input_scale = 0; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](sae_plan & p) { p.output_scale = INFINITY; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](sae_plan & p) { p.threshold_by_decoder_norm = true; })));
    CHECK(fails("ERR_OUT_OF_RANGE", changed([](sae_plan & p) { p.device = "abacus"; })));
    CHECK(fails("ERR_OUT_OF_RANGE", changed([](sae_plan & p) { p.threads = 0; })));
}

TEST("refuses places that the file does not have") {
    const random_sae source(sae_activation::jumprelu);
    const auto changed = [&](auto change) {
        sae_plan plan = source.plan;
        change(plan.tensors);
        return plan;
    };
    using tensors = sae_plan::tensor_places;
    constexpr uint64_t far = uint64_t{1} << 63;
    CHECK(fails("ERR_SAE_FORMAT", changed([](tensors & t) { t.encoder.offset = far; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](tensors & t) { t.encoder.offset = ~uint64_t{0}; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](tensors & t) { t.decoder.offset += 50'000; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](tensors & t) { t.threshold.offset = 1 << 20; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](tensors & t) { t.decoder.dtype = "F64"; }))); // twice as long
    CHECK(fails("ERR_SAE_FORMAT", changed([](tensors & t) { t.encoder_bias.dtype = "I32"; })));
    CHECK(fails("ERR_SAE_FORMAT", changed([](tensors & t) { t.encoder_bias.dtype = ""; })));
    CHECK(fails("ERR_SHAPE_MISMATCH", changed([](tensors & t) { t.encoder.shape = {far, 2}; })));
    CHECK(fails("ERR_SHAPE_MISMATCH", changed([](tensors & t) { t.encoder.shape = {}; })));
}

TEST("refuses a threshold of no kind, and of two") {
    random_sae source(sae_activation::jumprelu);
    source.plan.threshold = 0.5;
    CHECK(fails("ERR_SAE_FORMAT", source.plan));
    source.plan.tensors.threshold = {};
    CHECK(!fails("ERR_SAE_FORMAT", source.plan));
    source.plan.threshold.reset();
    CHECK(fails("ERR_SAE_FORMAT", source.plan));
}

TEST("refuses q8_0 where d_model is no multiple of its block") {
    sae_plan plan;
    const fixture::file file(fixture::safetensors_bytes(
        {fixture::float_tensor("W_enc", "F32", {3, 2}, std::vector<float>(6)),
         fixture::float_tensor("W_dec", "F32", {2, 3}, std::vector<float>(6)),
         fixture::float_tensor("b_enc", "F32", {2}, {0, 0}), fixture::float_tensor("b_dec", "F32", {3}, {0, 0, 0})}));
    plan.path = file.path();
    plan.d_model = 3;
    plan.d_sae = 2;
    plan.tensors = fixture::places(plan.path);
    CHECK(sae(plan).d_sae() == 2);
    plan.weight_type = GGML_TYPE_Q8_0;
    CHECK(fails("ERR_INVALID_ARGUMENT", plan));
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

#include <cmath>
#include <filesystem>

#include "check.h"
#include "platform/backend.h"
#include "sae-places.h"
#include "sae/sae-encode.h"

using namespace corrsteer;

/// What SAELens itself computes for real rows with a real SAE: ../shared/golden/README.md.
TEST("encodes as SAELens does") {
    const char * shared = std::getenv("CORRSTEER_SHARED");
    const std::string golden = std::string(shared ? shared : "") + "/golden/smollm2-sae-encode.safetensors";
    if (!std::filesystem::exists(golden)) check::skip("no " + golden);
    const safetensors file(golden);
    const std::vector<float> rows = read_floats(*file.find("rows"));
    const std::vector<float> expected = read_floats(*file.find("acts"));

    sae_plan plan;
    plan.path =
        std::string(shared) + "/models/smollm2-135m-instruct/saes/blocks.14.hook_resid_post/sae_weights.safetensors";
    plan.d_model = 576;
    plan.d_sae = 4608;
    plan.tensors = fixture::places(plan.path);
    plan.activation = sae_activation::jumprelu;
    plan.threads = 2;
    const std::vector<float> actual = encode(std::make_shared<const sae>(plan), rows);

    CHECK(actual.size() == expected.size());
    double worst = 0;
    for (size_t i = 0; i < actual.size(); i++) {
        CHECK((actual[i] != 0) == (expected[i] != 0));
        if (expected[i] != 0) worst = std::max(worst, std::fabs(static_cast<double>(actual[i]) / expected[i] - 1));
    }
    std::printf("    largest relative error %.2g\n", worst);
    CHECK(worst <= 1e-5);
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

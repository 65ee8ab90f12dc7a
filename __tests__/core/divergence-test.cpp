#include "statistics/divergence.h"

#include <cmath>
#include <limits>

#include "check.h"

using namespace corrsteer;

TEST("is the sum of p log(p / q) of each row, whatever is added to a row") {
    // p = (1, 2, 1) / 4, q = (1, 1, 2) / 4: 1/4 ln 1 + 1/2 ln 2 + 1/4 ln 1/2 = ln 2 / 4.
    const auto log = [](float x) { return std::log(x); };
    const std::vector<float> reference = {log(1), log(2), log(1), 5, 5, 5};
    const std::vector<float> other = {log(1) + 3, log(1) + 3, log(2) + 3, -9, -9, -9};
    const auto divergences = kl_divergence(reference, other, 3);
    CHECK(divergences.size() == 2);
    CHECK(std::abs(divergences[0] - std::log(2.0) / 4) < 1e-7);
    CHECK(std::abs(divergences[1]) < 1e-15);
}

TEST("is 0 for equal rows, and never less") {
    std::vector<float> reference(1000);
    for (size_t i = 0; i < reference.size(); i++) reference[i] = static_cast<float>(std::sin(i * 7.0) * 30);
    CHECK(kl_divergence(reference, reference, 1000) == std::vector<double>({0.0}));
    std::vector<float> near = reference;
    near[3] = std::nextafter(near[3], 1e9f);
    CHECK(kl_divergence(reference, near, 1000)[0] >= 0);
}

TEST("takes tokens that the reference excludes for nothing") {
    constexpr float none = -std::numeric_limits<float>::infinity();
    CHECK(std::abs(kl_divergence({0, none}, {0, 0}, 2)[0] - std::log(2.0)) < 1e-15);
    CHECK(kl_divergence({0, none}, {0, none}, 2)[0] == 0);
}

TEST("refuses what has no finite divergence, and rows that don't match") {
    constexpr float none = -std::numeric_limits<float>::infinity();
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(check::throws_code("ERR_NON_FINITE", [] { kl_divergence({0, 0}, {0, none}, 2); }));
    CHECK(check::throws_code("ERR_NON_FINITE", [] { kl_divergence({0, nan}, {0, 0}, 2); }));
    CHECK(check::throws_code("ERR_NON_FINITE", [] { kl_divergence({0, 0}, {nan, nan}, 2); }));
    CHECK(check::throws_code("ERR_NON_FINITE", [] { kl_divergence({none, none}, {0, 0}, 2); }));
    CHECK(check::throws_code("ERR_SHAPE_MISMATCH", [] { kl_divergence({0, 0}, {0}, 1); }));
    CHECK(check::throws_code("ERR_SHAPE_MISMATCH", [] { kl_divergence({0, 0, 0}, {0, 0, 0}, 2); }));
    CHECK(check::throws_code("ERR_SHAPE_MISMATCH", [] { kl_divergence({0}, {0}, 0); }));
}

int main() {
    return check::run_all();
}

#include "engine/steering.h"

#include <cmath>
#include <limits>

#include "check.h"

using corrsteer::steering;

TEST("vectors are found by layer, whatever order they came in") {
    const steering vectors(2, {5, -1, 0}, {1, 2, 3, 4, 5, 6});
    CHECK(vectors.layers() == (std::vector<int>{-1, 0, 5}));
    CHECK(vectors.at(5)[0] == 1 && vectors.at(5)[1] == 2);
    CHECK(vectors.at(-1)[0] == 3 && vectors.at(0)[1] == 6);
    CHECK(vectors.at(1) == nullptr);
    CHECK(std::fabs(vectors.norm_at(-1) - 5) < 1e-12);
    CHECK(vectors.norm_at(1) == 0);
}

TEST("the fingerprint is of layers and values, not of their order") {
    const steering a(2, {0, 1}, {1, 2, 3, 4});
    CHECK(a.fingerprint() == steering(2, {1, 0}, {3, 4, 1, 2}).fingerprint());
    CHECK(a.fingerprint() != steering(2, {0, 2}, {1, 2, 3, 4}).fingerprint());
    CHECK(a.fingerprint() != steering(2, {0, 1}, {1, 2, 3, 5}).fingerprint());
    CHECK(a.fingerprint() != 0);
    CHECK(steering(2, {0}, {0, 0}).fingerprint() != 0); // steering by nothing is steering
}

TEST("refuses what can't be added") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(check::throws_code("ERR_INVALID_ARGUMENT", [] { steering(2, {0, 0}, {1, 2, 3, 4}); }));
    CHECK(check::throws_code("ERR_INVALID_ARGUMENT", [] { steering(2, {0}, {1}); }));
    CHECK(check::throws_code("ERR_INVALID_ARGUMENT", [] { steering(0, {0}, {}); }));
    CHECK(check::throws_code("ERR_NON_FINITE", [&] { steering(2, {0}, {1, nan}); }));
    CHECK(check::throws_code("ERR_NON_FINITE", [&] { steering(2, {0}, {infinity, 1}); }));
}

int main() {
    return check::run_all();
}

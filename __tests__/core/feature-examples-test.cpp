#include "sae/feature-examples.h"

#include <algorithm>
#include <cmath>

#include "check.h"
#include "platform/backend.h"
#include "random-sae.h"
#include "sae/nearest-directions.h"
#include "sae/sae-encode.h"

using namespace corrsteer;
using fixture::random_sae;

namespace {

constexpr int n_sequences = 12;
constexpr int n_each = 11;
constexpr size_t n_counted = n_each - 1;
constexpr size_t n_features = random_sae::d_sae;
constexpr size_t width = random_sae::d_model;

/// The examples of some sequences, and the activations they are from: [sequences * n_counted, features].
struct subject {
    std::shared_ptr<const sae> loaded = std::make_shared<const sae>(random_sae(sae_activation::jumprelu).plan);
    residual_spool spool{{{0}, static_cast<int>(width), size_t{1} << 20, "."}};
    feature_examples examples{{n_features, 4, 6, 3, 2, 256, 5}};
    std::vector<float> activations;

    subject() {
        const std::vector<float> rows = random_sae::rows(n_sequences * n_each);
        std::vector<text_sequence> sequences;
        for (int slot = 0; slot < n_sequences; slot++) {
            const float * first = rows.data() + static_cast<size_t>(slot * n_each) * width;
            for (size_t i = 0; i < n_each; i++) spool.append(0, slot, first + i * width);
            const std::vector<float> counted(first + width, first + n_each * width);
            const std::vector<float> encoded = encode(loaded, counted);
            activations.insert(activations.end(), encoded.begin(), encoded.end());
            sequences.push_back({slot, static_cast<uint32_t>(100 * slot), slot == 7 ? 40 : -1, 2});
        }
        const auto half = sequences.begin() + 5;
        examples.add(spool, 0, loaded, {sequences.begin(), half}, 1, never_cancelled);
        examples.add(spool, 0, loaded, {half, sequences.end()}, 1, never_cancelled);
    }

    float at(size_t sequence, size_t row, size_t feature) const {
        return activations[(sequence * n_counted + row) * n_features + feature];
    }
};

bool is_example(const subject & s, const feature_example & example, const uint8_t * context, size_t feature) {
    const size_t sequence = example.position / 100;
    const size_t row = example.position % 100;
    const size_t first = row < 3 ? 0 : row - 3;
    const size_t last = std::min(n_counted - 1, row + 2);
    float largest = 0;
    for (size_t r = first; r <= last; r++) largest = std::max(largest, s.at(sequence, r, feature));
    bool same = s.at(sequence, row, feature) == example.activation && example.largest == largest;
    for (size_t i = 0; i < s.examples.width(); i++) {
        const size_t r = row + i;
        const bool inside = r >= first + 3 && r <= last + 3;
        const float value = inside ? s.at(sequence, r - 3, feature) : 0;
        const float level = value > 0 ? std::max(1.0f, std::round(255 * (value / largest))) : 0.0f;
        same = same && static_cast<float>(context[i]) == level;
    }
    return same;
}

} // namespace

TEST("counts rows and keeps the strongest row of the strongest sequences, with what is active around it") {
    const subject s;
    const auto kept = s.examples.take(0, n_features);
    CHECK(s.examples.n_rows() == n_sequences * n_counted);
    for (size_t f = 0; f < n_features; f++) {
        uint32_t active = 0;
        std::vector<feature_example> strongest;
        for (size_t sequence = 0; sequence < n_sequences; sequence++) {
            feature_example best{0, 0, 0};
            for (uint32_t row = 0; row < n_counted; row++) {
                const float value = s.at(sequence, row, f);
                active += value > 0 ? 1 : 0;
                if (value > best.activation) best = {static_cast<uint32_t>(100 * sequence) + row, value, 0};
            }
            if (best.activation > 0) strongest.push_back(best);
        }
        std::stable_sort(strongest.begin(), strongest.end(),
                         [](const auto & a, const auto & b) { return a.activation > b.activation; });
        CHECK(kept.active[f] == active);
        CHECK(kept.n_top[f] == std::min<size_t>(4, strongest.size()));
        for (size_t i = 0; i < kept.n_top[f]; i++) {
            const size_t place = f * 4 + i;
            CHECK(kept.top[place].position == strongest[i].position);
            CHECK(is_example(s, kept.top[place], kept.top_contexts.data() + place * s.examples.width(), f));
        }
    }
}

TEST("samples rows on which the feature is active, each once") {
    const subject s;
    const auto kept = s.examples.take(50, 100);
    for (size_t f = 0; f < 100; f++) {
        std::vector<uint32_t> positions;
        for (size_t i = 0; i < std::min<size_t>(6, kept.active[f]); i++) {
            const size_t place = f * 6 + i;
            CHECK(is_example(s, kept.sample[place], kept.sample_contexts.data() + place * s.examples.width(), 50 + f));
            positions.push_back(kept.sample[place].position);
        }
        std::sort(positions.begin(), positions.end());
        CHECK(std::adjacent_find(positions.begin(), positions.end()) == positions.end());
    }
}

TEST("says in which probes a feature is active") {
    const subject s;
    const auto kept = s.examples.take(0, n_features);
    for (size_t f = 0; f < n_features; f++) {
        bool active = false;
        for (size_t row = 2; row < 2 + s.examples.width(); row++) active = active || s.at(7, row, f) > 0;
        CHECK(kept.probes[f] == (active ? uint64_t{1} << 40 : 0));
    }
}

TEST("estimates which features are active together") {
    const subject s;
    const nearest_rows nearest = s.examples.coactive(3, 5, 2, never_cancelled);
    const auto kept = s.examples.take(0, n_features);
    const size_t n = n_sequences * n_counted;
    double squares = 0;
    size_t n_pairs = 0;
    for (size_t f = 0; f < n_features; f++) {
        for (size_t i = 0; i < 3; i++) {
            const size_t other = nearest.rows[f * 3 + i];
            if (kept.active[f] < 5 || kept.active[other] < 5) continue;
            double sums[5] = {};
            for (size_t row = 0; row < n; row++) {
                const double a = s.activations[row * n_features + f];
                const double b = s.activations[row * n_features + other];
                const double terms[5] = {a, b, a * a, b * b, a * b};
                for (size_t t = 0; t < 5; t++) sums[t] += terms[t] / static_cast<double>(n);
            }
            const double r = (sums[4] - sums[0] * sums[1]) /
                             std::sqrt((sums[2] - sums[0] * sums[0]) * (sums[3] - sums[1] * sums[1]));
            const double difference = nearest.products[f * 3 + i] - r;
            squares += difference * difference;
            n_pairs++;
        }
    }
    CHECK(n_pairs > 100);
    CHECK(std::sqrt(squares / static_cast<double>(n_pairs)) < 2.5 / std::sqrt(256)); // the largest of 200 err upwards
}

TEST("finds the nearest directions, the lower index on a tie") {
    const subject s;
    const nearest_rows nearest = nearest_directions(*s.loaded, 5, 2);
    for (uint32_t f = 0; f < n_features; f += 17) {
        std::vector<std::pair<double, uint32_t>> others;
        const std::vector<float> own = s.loaded->decoder_rows({f});
        for (uint32_t g = 0; g < n_features; g++) {
            const std::vector<float> direction = s.loaded->decoder_rows({g});
            double product = 0, a = 0, b = 0;
            for (size_t i = 0; i < width; i++) {
                product += static_cast<double>(own[i]) * direction[i];
                a += static_cast<double>(own[i]) * own[i];
                b += static_cast<double>(direction[i]) * direction[i];
            }
            if (g != f) others.push_back({-product / std::sqrt(a * b), g});
        }
        std::sort(others.begin(), others.end());
        for (size_t i = 0; i < 5; i++) {
            CHECK(nearest.rows[f * 5 + i] == others[i].second);
            CHECK(std::abs(nearest.products[f * 5 + i] + others[i].first) < 1e-5);
        }
    }
    const nearest_rows equal = find_nearest(3, 2, 9, 1, [](size_t, float * row) { row[0] = row[1] = 1; });
    CHECK((equal.k == 2 && equal.rows == std::vector<uint32_t>{1, 2, 0, 2, 0, 1}));
}

TEST("refuses an SAE of another width, and options without features") {
    subject s;
    feature_examples narrow({3, 1, 1, 1, 1, 8, 0});
    CHECK(check::throws_code("ERR_SHAPE_MISMATCH", [&] { narrow.add(s.spool, 0, s.loaded, {}, 1, never_cancelled); }));
    CHECK(check::throws_code("ERR_OUT_OF_RANGE", [&] { feature_examples({0, 1, 1, 1, 1, 8, 0}); }));
    CHECK(check::throws_code("ERR_OUT_OF_RANGE", [&] { s.examples.take(190, 11); }));
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

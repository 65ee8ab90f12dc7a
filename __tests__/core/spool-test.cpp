#include "sae/residual-spool.h"

#include <cmath>
#include <filesystem>
#include <thread>

#ifndef _WIN32
#include <csignal>
#include <sys/resource.h>
#endif

#include "check.h"
#include "platform/backend.h"
#include "random-sae.h"
#include "sae/sae-encode.h"

using namespace corrsteer;
using fixture::random_sae;

namespace {

constexpr int d = random_sae::d_model;

std::string temporary_directory() {
    return std::filesystem::temp_directory_path().u8string();
}

spool_options options(size_t memory_rows) {
    return {{3, -1, 3}, d, memory_rows * d * sizeof(float), temporary_directory()};
}

std::vector<float> slice(const std::vector<float> & rows, int begin, int end) {
    return {rows.begin() + begin * d, rows.begin() + end * d};
}

/// Row i of the sparse rows as dense [d_sae].
std::vector<float> dense(const sparse_rows & sparse, size_t i, size_t pooling) {
    std::vector<float> row(random_sae::d_sae);
    for (uint32_t j = sparse.offsets[i]; j < sparse.offsets[i + 1]; j++)
        row[sparse.indices[j]] = sparse.values[pooling][j];
    return row;
}

} // namespace

TEST("gives back rows by layer and slot, whether in memory or in the file") {
    const std::vector<float> rows = random_sae::rows(200);
    for (const size_t memory_rows : {size_t{1000}, size_t{70}, size_t{0}}) {
        residual_spool spool(options(memory_rows));
        CHECK(spool.layers() == std::vector<int>({-1, 3}));
        for (int i = 0; i < 200; i++) spool.append(i % 2 == 0 ? -1 : 3, i % 10 < 5 ? 0 : 77, rows.data() + i * d);
        std::vector<float> expected;
        for (int i = 0; i < 200; i++) {
            if (i % 2 == 0 && i % 10 >= 5)
                expected.insert(expected.end(), rows.begin() + i * d, rows.begin() + (i + 1) * d);
        }
        CHECK(spool.rows(-1, 77) == expected);
        CHECK(spool.rows(3, 5).empty());
        CHECK(check::throws_code("ERR_OUT_OF_RANGE", [&] { spool.rows(0, 0); }));
        CHECK(check::throws_code("ERR_OUT_OF_RANGE", [&] { spool.append(0, 0, rows.data()); }));
    }
}

TEST("pools each slot as encoding it alone and pooling does") {
    const random_sae source(sae_activation::jumprelu);
    const auto encoder = std::make_shared<const sae>(source.plan);
    const std::vector<float> rows = random_sae::rows(700);
    residual_spool spool(options(300));
    const int lengths[] = {1, 600, 0, 40, 59}; // slot 1 spans tiles, slot 2 is never seen
    std::vector<int> begins = {0};
    for (const int length : lengths) begins.push_back(begins.back() + length);
    for (int slot = 0; slot < 5; slot++) {
        for (int i = begins[slot]; i < begins[slot + 1]; i++) spool.append(3, slot, rows.data() + i * d);
    }
    const std::vector<int> slots = {4, 1, 2, 0, 3};
    const std::vector<int> ends = {59, 599, 7, 1000, 0}; // beyond the rows: fewer; 0: none
    const sparse_rows pooled = spool.encode(3, encoder, slots, ends, {pooling::max, pooling::mean});

    CHECK(pooled.offsets.size() == 6 && pooled.values.size() == 2);
    for (size_t i = 0; i < slots.size(); i++) {
        const int begin = begins[static_cast<size_t>(slots[i])];
        const int n = std::min(ends[i], lengths[slots[i]]);
        const std::vector<float> activations = encode(encoder, slice(rows, begin, begin + n));
        std::vector<float> max(random_sae::d_sae);
        std::vector<double> mean(random_sae::d_sae);
        for (size_t j = 0; j < activations.size(); j++) {
            max[j % max.size()] = std::max(max[j % max.size()], activations[j]);
            mean[j % max.size()] += static_cast<double>(activations[j]) / n;
        }
        CHECK((pooled.offsets[i] == pooled.offsets[i + 1]) == (n == 0));
        for (size_t j = 0; j < max.size(); j++) {
            CHECK(std::fabs(dense(pooled, i, 0)[j] - max[j]) <= 1e-5f * std::max(1.0f, max[j]));
            CHECK(std::fabs(dense(pooled, i, 1)[j] - mean[j]) <= 1e-5 * std::max(1.0, mean[j]));
        }
    }
    CHECK(std::is_sorted(pooled.indices.begin() + pooled.offsets[1], pooled.indices.begin() + pooled.offsets[2]));
}

TEST("pools by hand-made numbers") {
    pooler pooled(3, {pooling::mean, pooling::max});
    const float first[] = {0, 2, 0};
    const float second[] = {0, 4, 1};
    pooled.add(first);
    pooled.add(second);
    pooled.finish_row();
    pooled.finish_row();
    const sparse_rows rows = pooled.take();
    CHECK(rows.offsets == std::vector<uint32_t>({0, 2, 2}));
    CHECK(rows.indices == std::vector<uint32_t>({1, 2}));
    CHECK(rows.values[0] == std::vector<float>({3, 0.5f}));
    CHECK(rows.values[1] == std::vector<float>({4, 1}));
}

TEST("pools values of either sign, and keeps all of them") {
    pooler pooled(3, {pooling::mean, pooling::max}, kept_values::all);
    const float first[] = {-1, 0, 2};
    const float second[] = {-3, 0, -4};
    pooled.add(first);
    pooled.add(second);
    pooled.finish_row();
    pooled.finish_row();
    pooled.add(second);
    pooled.finish_row();
    const sparse_rows rows = pooled.take();
    CHECK(rows.offsets == std::vector<uint32_t>({0, 3, 3, 6}));
    CHECK(rows.indices == std::vector<uint32_t>({0, 1, 2, 0, 1, 2}));
    CHECK(rows.values[0] == std::vector<float>({-2, 0, -1, -3, 0, -4}));
    CHECK(rows.values[1] == std::vector<float>({-1, 0, 2, -3, 0, -4}));
}

TEST("gives coordinates without an SAE, and the mean row and norms of each slot, from memory and file") {
    residual_spool spool(options(2));
    for (int i = 0; i < 3; i++) {
        std::vector<float> row(d, 0.0f);
        row[0] = 3.0f * static_cast<float>(i);
        row[1] = -4.0f * static_cast<float>(i);
        spool.append(3, 5, row.data());
    }
    const sparse_rows coordinates = spool.encode(3, nullptr, {5, 6}, {3, 3}, {pooling::max});
    CHECK(coordinates.offsets == std::vector<uint32_t>({0, d, d}));
    CHECK(coordinates.values[0][0] == 6 && coordinates.values[0][1] == 0);
    const pooled_residual pooled = spool.pool(3, {6, 5}, {3, 2});
    CHECK(pooled.rows == std::vector<uint32_t>({0, 2}));
    CHECK(pooled.norm_sums == std::vector<double>({0, 5}));
    CHECK(pooled.means[0] == 0 && pooled.means[d] == 1.5 && pooled.means[d + 1] == -2);
    CHECK(check::throws_code("ERR_INVALID_ARGUMENT", [&] { spool.pool(3, {1}, {}); }));
    CHECK(check::throws_code("ERR_OUT_OF_RANGE", [&] { spool.pool(0, {1}, {1}); }));
}

TEST("takes rows from several threads at once") {
    const std::vector<float> rows = random_sae::rows(100);
    residual_spool spool(options(50));
    std::vector<std::thread> threads;
    for (int slot = 0; slot < 4; slot++) {
        threads.emplace_back([&, slot] {
            for (int i = 0; i < 100; i++) spool.append(-1, slot, rows.data() + i * d);
        });
    }
    for (auto & thread : threads) thread.join();
    for (int slot = 0; slot < 4; slot++) CHECK(spool.rows(-1, slot) == rows);
}

TEST("keeps what it has when the file cannot be written") {
    const std::vector<float> rows = random_sae::rows(2);
    spool_options unwritable = options(1);
    unwritable.directory = "/nonexistent";
    residual_spool spool(unwritable);
    spool.append(3, 0, rows.data());
    CHECK(check::throws_code("ERR_FILE_WRITE", [&] { spool.append(3, 0, rows.data() + d); }));
    CHECK(spool.rows(3, 0) == slice(rows, 0, 1));
}

#ifndef _WIN32
TEST("keeps what it has when the disk is full") {
    // A limit on file sizes stands in for the disk: it cuts a row in half, as a full disk does.
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    struct rlimit full = before;
    full.rlim_cur = 3 * d * sizeof(float) + 10;
    std::signal(SIGXFSZ, SIG_IGN);
    const std::vector<float> rows = random_sae::rows(6);
    residual_spool spool(options(2));
    for (int i = 0; i < 5; i++) spool.append(3, 0, rows.data() + i * d);
    setrlimit(RLIMIT_FSIZE, &full);
    const bool failed = check::throws_code("ERR_FILE_WRITE", [&] { spool.append(3, 0, rows.data() + 5 * d); });
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(failed);
    CHECK(spool.rows(3, 0) == slice(rows, 0, 5));
    spool.append(3, 0, rows.data() + 5 * d);
    CHECK(spool.rows(3, 0) == rows);
}
#endif

TEST("refuses an SAE of another width") {
    const random_sae source(sae_activation::relu);
    residual_spool spool({{0}, d / 2, 1 << 20, temporary_directory()});
    CHECK(check::throws_code("ERR_SHAPE_MISMATCH", [&] {
        spool.encode(0, std::make_shared<const sae>(source.plan), {0}, {1}, {pooling::max});
    }));
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

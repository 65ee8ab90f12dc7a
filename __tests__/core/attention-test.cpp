#include "attention/attention.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "check.h"
#include "ggml-backend.h"
#include "ggml-cpp.h"
#include "platform/backend.h"
#include "platform/cpu-threads.h"

using namespace corrsteer;

namespace {

struct shape {
    int n_rows = 1;
    int n_cells = 256;
    int n_heads = 6;
    int n_key_heads = 2;
    int key_size = 64;
    int value_size = 64;
    float greatest_bias = 0;
    float softcap = 0;
    bool has_sinks = false;
    ggml_type type = GGML_TYPE_F16;
    int n_threads = 2;
};

constexpr float unseen = -INFINITY;

std::vector<float> drawn(size_t n, unsigned seed, float deviation = 1) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, deviation);
    std::vector<float> values(n);
    for (float & value : values) value = normal(generator);
    return values;
}

/// What attention is asked for: queries [n_rows][n_heads][key_size], keys and values [n_cells][n_key_heads][size], mask
/// [n_rows][n_cells].
struct question {
    shape of;
    std::vector<float> queries;
    std::vector<float> keys;
    std::vector<float> values;
    std::vector<float> mask;
    std::vector<float> sinks;
};

question draw(const shape & of) {
    question q{of, {}, {}, {}, {}, {}};
    q.queries = drawn(static_cast<size_t>(of.n_rows * of.n_heads * of.key_size), 1, 2);
    q.keys = drawn(static_cast<size_t>(of.n_cells * of.n_key_heads * of.key_size), 2);
    q.values = drawn(static_cast<size_t>(of.n_cells * of.n_key_heads * of.value_size), 3);
    q.sinks = drawn(static_cast<size_t>(of.n_heads), 4, 3);
    q.mask.assign(static_cast<size_t>(of.n_rows * of.n_cells), unseen);
    return q;
}

/// Rows `first` to `last` are a text's that lies in cells `begin` and on, every `step`-th.
void write_text(question & q, int first, int last, int begin, int step = 1, int window = 1 << 20) {
    for (int row = first; row < last; row++) {
        for (int i = std::max(0, row - first - window + 1); i <= row - first; i++) {
            const float distance = static_cast<float>(i - (row - first));
            q.mask[row * q.of.n_cells + begin + i * step] = q.of.greatest_bias > 0 ? distance : 0.0f;
        }
    }
}

struct answer {
    std::vector<float> out; ///< [n_rows][n_heads][value_size]
    std::vector<double> expected;
    bool is_taken;
};

std::vector<float> as_stored(ggml_type type, const std::vector<float> & values, std::vector<uint8_t> & stored,
                             int size) {
    const auto n = static_cast<int64_t>(values.size());
    stored.resize(ggml_row_size(type, n));
    ggml_quantize_chunk(type, values.data(), stored.data(), 0, n / size, size, nullptr);
    std::vector<float> read(values.size());
    ggml_get_type_traits(type)->to_float(stored.data(), read.data(), n);
    return read;
}

double slope_of(const shape & of, int head) {
    if (of.greatest_bias <= 0) return 1;
    const int power = 1 << static_cast<int>(std::floor(std::log2(of.n_heads)));
    return head < power ? std::pow(2, -of.greatest_bias / power * (head + 1))
                        : std::pow(2, -of.greatest_bias / 2 / power * (2 * (head - power) + 1));
}

std::vector<double> reference(const question & q, const std::vector<float> & keys, const std::vector<float> & values) {
    const shape & of = q.of;
    std::vector<double> out(static_cast<size_t>(of.n_rows * of.n_heads * of.value_size), 0.0);
    for (int row = 0; row < of.n_rows; row++) {
        for (int head = 0; head < of.n_heads; head++) {
            const int shared = head / (of.n_heads / of.n_key_heads);
            std::vector<double> scores;
            double highest = of.has_sinks ? q.sinks[head] : -INFINITY;
            for (int cell = 0; cell < of.n_cells; cell++) {
                double score = 0;
                for (int i = 0; i < of.key_size; i++)
                    score += static_cast<double>(q.queries[(row * of.n_heads + head) * of.key_size + i]) *
                             keys[(cell * of.n_key_heads + shared) * of.key_size + i];
                score /= std::sqrt(of.key_size);
                if (of.softcap > 0) score = of.softcap * std::tanh(score / of.softcap);
                scores.push_back(score + slope_of(of, head) * q.mask[row * of.n_cells + cell]);
                highest = std::max(highest, scores.back());
            }
            if (std::isinf(highest)) continue;
            double sum = of.has_sinks ? std::exp(q.sinks[head] - highest) : 0;
            for (const double score : scores) sum += std::exp(score - highest);
            for (int cell = 0; cell < of.n_cells; cell++) {
                const double weight = std::exp(scores[cell] - highest) / sum;
                if (weight == 0) continue;
                for (int i = 0; i < of.value_size; i++)
                    out[(row * of.n_heads + head) * of.value_size + i] +=
                        weight * values[(cell * of.n_key_heads + shared) * of.value_size + i];
            }
        }
    }
    return out;
}

/// llama.cpp's graph of a layer over its cache, with the nodes that it has around flash attention.
class layer_graph {
  public:
    layer_graph(const question & q, int n_cached)
        : of_(q.of), context_(ggml_init({32 * ggml_tensor_overhead() + ggml_graph_overhead(), nullptr, true})),
          backend_(ggml_backend_dev_init(find_device("cpu"), nullptr)), threads_(cpu_threads::get(q.of.n_threads)) {
        ggml_context * g = context_.get();
        queries_ = ggml_new_tensor_3d(g, GGML_TYPE_F32, of_.key_size, of_.n_heads, of_.n_rows);
        keys_ = ggml_new_tensor_2d(g, of_.type, of_.key_size * of_.n_key_heads, n_cached);
        values_ = ggml_new_tensor_2d(g, of_.type, of_.value_size * of_.n_key_heads, n_cached);
        mask_ = ggml_new_tensor_2d(g, GGML_TYPE_F16, of_.n_cells, of_.n_rows);
        sinks_ = ggml_new_tensor_1d(g, GGML_TYPE_F32, of_.n_heads);
        node_ = ggml_flash_attn_ext(g, ggml_permute(g, queries_, 0, 2, 1, 3), view(keys_, of_.key_size),
                                    view(values_, of_.value_size), mask_, 1 / std::sqrt(of_.key_size),
                                    of_.greatest_bias, of_.softcap);
        if (of_.has_sinks) ggml_flash_attn_ext_add_sinks(node_, sinks_);
        graph_ = ggml_new_graph(g);
        ggml_build_forward_expand(graph_, node_);
        threads_->attach(backend_.get());
        buffer_.reset(ggml_backend_alloc_ctx_tensors(g, backend_.get()));
        write(q);
    }

    void write(const question & q) {
        expected_keys_ = as_stored(of_.type, q.keys, stored_, of_.key_size);
        ggml_backend_tensor_set(keys_, stored_.data(), 0, stored_.size());
        expected_values_ = as_stored(of_.type, q.values, stored_, of_.value_size);
        ggml_backend_tensor_set(values_, stored_.data(), 0, stored_.size());
        ggml_backend_tensor_set(queries_, q.queries.data(), 0, ggml_nbytes(queries_));
        ggml_backend_tensor_set(sinks_, q.sinks.data(), 0, ggml_nbytes(sinks_));
        std::vector<ggml_fp16_t> half(q.mask.size());
        ggml_fp32_to_fp16_row(q.mask.data(), half.data(), static_cast<int64_t>(half.size()));
        ggml_backend_tensor_set(mask_, half.data(), 0, ggml_nbytes(mask_));
        expected_ = reference(q, expected_keys_, expected_values_);
    }

    answer compute(seen_attention * attention) {
        if (attention) attention->take(*node_);
        CHECK(ggml_backend_graph_compute(backend_.get(), graph_) == GGML_STATUS_SUCCESS);
        answer a{std::vector<float>(expected_.size()), expected_, node_->op == GGML_OP_CUSTOM};
        ggml_backend_tensor_get(node_, a.out.data(), 0, ggml_nbytes(node_));
        return a;
    }

    ggml_tensor & mask() { return *mask_; }
    ggml_tensor & node() { return *node_; }

  private:
    ggml_tensor * view(ggml_tensor * cache, int size) {
        ggml_tensor * cells =
            ggml_view_4d(context_.get(), cache, size, of_.n_key_heads, of_.n_cells, 1, ggml_row_size(cache->type, size),
                         cache->nb[1], cache->nb[1] * of_.n_cells, 0);
        return ggml_permute(context_.get(), cells, 0, 2, 1, 3);
    }

    shape of_;
    ggml_context_ptr context_;
    ggml_backend_ptr backend_;
    std::shared_ptr<cpu_threads> threads_;
    ggml_backend_buffer_ptr buffer_;
    ggml_tensor * queries_;
    ggml_tensor * keys_;
    ggml_tensor * values_;
    ggml_tensor * mask_;
    ggml_tensor * sinks_;
    ggml_tensor * node_;
    ggml_cgraph * graph_;
    std::vector<uint8_t> stored_;
    std::vector<float> expected_keys_;
    std::vector<float> expected_values_;
    std::vector<double> expected_;
};

answer attend(const question & q) {
    seen_attention attention(q.of.n_threads);
    return layer_graph(q, q.of.n_cells).compute(&attention);
}

double largest_difference(const answer & a) {
    double largest = 0;
    for (size_t i = 0; i < a.out.size(); i++) largest = std::max(largest, std::fabs(a.out[i] - a.expected[i]));
    return largest;
}

bool is_right(const question & q) {
    const answer a = attend(q);
    const double difference = largest_difference(a);
    if (!(difference < 5e-6)) std::fprintf(stderr, "    differs by %g\n", difference);
    return a.is_taken && difference < 5e-6;
}

void skip_without_kernel() {
    if (!attention::find_kernel()) check::skip("a processor without AVX2");
}

std::vector<float> row_of(const answer & a, const shape & of, int row) {
    const auto width = static_cast<std::ptrdiff_t>(of.n_heads * of.value_size);
    return {a.out.begin() + row * width, a.out.begin() + (row + 1) * width};
}

/// 23 rows of three texts in 256 cells, with holes between cells, one row that sees two texts, and one that sees none.
question texts(shape of) {
    of.n_rows = 23;
    question q = draw(of);
    write_text(q, 0, 9, 40);
    write_text(q, 9, 20, 60, 7);
    write_text(q, 20, 22, 200);
    write_text(q, 20, 22, 3);
    return q;
}

} // namespace

TEST("attends over the cells that each row sees") {
    skip_without_kernel();
    CHECK(is_right(texts({})));
    shape one;
    question q = draw(one);
    for (int cell = 17; cell < 250; cell += 2) q.mask[cell] = 0;
    CHECK(is_right(q));
}

TEST("attends in a prompt of more rows and cells than fit a block") {
    skip_without_kernel();
    shape of;
    of.n_rows = 512;
    of.n_cells = 768;
    of.n_heads = of.n_key_heads = 1;
    question q = draw(of);
    write_text(q, 0, 512, 200);
    CHECK(is_right(q));
    write_text(q = draw(of), 0, 512, 200, 1, 100); // a window
    CHECK(is_right(q));
}

TEST("attends with heads of any size, that share keys or not") {
    skip_without_kernel();
    for (const int size : {8, 40, 80, 96, 128, 256}) {
        shape of;
        of.key_size = size;
        of.value_size = size == 40 ? 72 : size;
        CHECK(is_right(texts(of)));
    }
    for (const int n_key_heads : {1, 3, 6}) {
        shape of;
        of.n_key_heads = n_key_heads;
        CHECK(is_right(texts(of)));
    }
}

TEST("knows ALiBi's slopes, soft caps and sinks") {
    skip_without_kernel();
    shape of;
    of.greatest_bias = 8;
    CHECK(is_right(texts(of)));
    of.softcap = 5;
    of.has_sinks = true;
    CHECK(is_right(texts(of)));
}

TEST("reads caches of other types") {
    skip_without_kernel();
    for (const ggml_type type : {GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0}) {
        shape of;
        of.type = type;
        CHECK(is_right(texts(of)));
    }
}

TEST("gives a row the same bits in any company, wherever its cells lie and on any number of threads") {
    skip_without_kernel();
    shape of;
    of.n_rows = 40;
    question q = draw(of);
    for (float & value : q.queries) value *= 8; // scores that differ by more than a power of 2 from block to block
    write_text(q, 0, 30, 100);
    for (int row = 30; row < 40; row++) { // forks
        std::copy_n(q.mask.begin() + 29 * of.n_cells, of.n_cells, q.mask.begin() + row * of.n_cells);
        q.mask[row * of.n_cells + 140 + row] = 0;
    }
    const answer together = attend(q);
    q.of.n_threads = 3;
    CHECK(attend(q).out == together.out);
    for (const int row : {0, 29, 35}) {
        question alone = draw(shape{});
        alone.keys.assign(alone.keys.size(), 7);
        alone.values.assign(alone.values.size(), 7);
        alone.queries.assign(q.queries.begin() + row * of.n_heads * of.key_size,
                             q.queries.begin() + (row + 1) * of.n_heads * of.key_size);
        const int width = of.n_key_heads * of.key_size;
        for (int cell = 0, to = 5; cell < of.n_cells; cell++) {
            if (q.mask[row * of.n_cells + cell] == unseen) continue;
            std::copy_n(q.keys.begin() + cell * width, width, alone.keys.begin() + to * width);
            std::copy_n(q.values.begin() + cell * width, width, alone.values.begin() + to * width);
            alone.mask[to] = 0;
            to += to % 3 == 0 ? 2 : 1;
        }
        CHECK(attend(alone).out == row_of(together, of, row));
    }
}

TEST("keeps what is not finite to the rows that see it") {
    skip_without_kernel();
    const question clean = texts({});
    question q = clean;
    const int cell = 48; // of the first text's last row, which lies in a tile with those before it
    for (int i = 0; i < q.of.key_size; i++) {
        q.keys[cell * q.of.n_key_heads * q.of.key_size + i] = INFINITY;
        q.values[cell * q.of.n_key_heads * q.of.key_size + i] = NAN;
    }
    const answer a = attend(q);
    const answer b = attend(clean);
    for (int row = 0; row < q.of.n_rows; row++) {
        const std::vector<float> out = row_of(a, q.of, row);
        if (row == 8) {
            CHECK(std::isnan(out.front()));
        } else {
            CHECK(out == row_of(b, q.of, row));
        }
    }
}

TEST("reads the mask anew for each evaluation of a graph") {
    skip_without_kernel();
    question q = texts({});
    seen_attention attention(2);
    layer_graph graph(q, q.of.n_cells);
    CHECK(largest_difference(graph.compute(&attention)) < 5e-6);
    std::fill(q.mask.begin(), q.mask.end(), unseen);
    write_text(q, 0, 23, 11);
    graph.write(q);
    CHECK(largest_difference(graph.compute(&attention)) < 5e-6);
}

TEST("computes the same bits with AVX2 and with AVX-512") {
    if (attention::find_kernel() != attention::avx512_kernel() || !attention::avx512_kernel())
        check::skip("a processor without AVX-512");
    constexpr int size = 72;
    constexpr int n_cells = 160;
    const std::vector<float> queries = drawn(size * 6, 1, 9);
    std::vector<ggml_fp16_t> cells(n_cells * size);
    ggml_fp32_to_fp16_row(drawn(n_cells * size, 2).data(), cells.data(), n_cells * size);
    std::vector<int32_t> order(n_cells);
    for (int i = 0; i < n_cells; i++) order[i] = i;
    std::vector<uint16_t> mask(2 * n_cells, 0);
    mask[7] = mask[n_cells + 80] = attention::unseen;
    const float slopes[] = {1, 1, 1};
    const float sinks[] = {0, 30, -2};
    std::vector<float> out[2];
    for (const int i : {0, 1}) {
        out[i].resize(6 * size);
        attention::head_group group{};
        group.n_heads = 3;
        group.key_size = group.value_size = size;
        group.queries = reinterpret_cast<const char *>(queries.data());
        group.query_row_stride = 3 * size * sizeof(float);
        group.query_head_stride = size * sizeof(float);
        group.keys = group.values = reinterpret_cast<const char *>(cells.data());
        group.key_stride = group.value_stride = size * sizeof(ggml_fp16_t);
        group.out = out[i].data();
        group.out_row_stride = 3 * size;
        group.slopes = slopes;
        group.sinks = sinks;
        group.scale = 0.1f;
        group.softcap = 20;
        const attention::kernel & kernel = *(i == 0 ? attention::avx512_kernel() : attention::avx2_kernel());
        std::vector<float> scratch(kernel.scratch_values(6, size, size));
        kernel.attend(group, {0, 2, n_cells, order.data(), mask.data()}, scratch.data());
    }
    CHECK(out[0] == out[1]);
}

TEST("leaves to llama.cpp what is not a cache's") {
    shape of;
    question q = draw(of);
    layer_graph graph(q, of.n_cells);
    graph.mask().op = GGML_OP_SCALE; // computed by the graph
    seen_attention(1).take(graph.node());
    CHECK(graph.node().op == GGML_OP_FLASH_ATTN_EXT);
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

#include "engine/unembedding.h"

#include <cmath>
#include <filesystem>
#include <random>

#include "check.h"
#include "engine/model-file.h"
#include "ggml-cpp.h"
#include "platform/backend.h"
#include "platform/random.h"

using namespace corrsteer;

namespace {

constexpr int64_t width = 256;    // a whole block of every type
constexpr int64_t n_vocab = 2100; // more than two tiles

float random_value(random_stream & random) {
    return static_cast<float>(static_cast<double>(random.next() >> 40) / (1 << 23) - 1);
}

/// A GGUF with nothing but a last norm and an unembedding of the given type; removed with the object.
struct weights {
    std::string path;
    std::vector<float> norm;

    explicit weights(ggml_type type) {
        const std::string name = "corrsteer-test-" + std::to_string(std::random_device()());
        path = (std::filesystem::temp_directory_path() / name).u8string();
        const ggml_context_ptr context(
            ggml_init({4 * ggml_tensor_overhead() + 4 * width * (n_vocab + 2), nullptr, false}));
        random_stream random(1, 0);
        ggml_tensor * weight = ggml_new_tensor_1d(context.get(), GGML_TYPE_F32, width);
        ggml_set_name(weight, "output_norm.weight");
        for (int64_t i = 0; i < width; i++) norm.push_back(1 + random_value(random) / 2);
        std::copy(norm.begin(), norm.end(), static_cast<float *>(weight->data));
        ggml_tensor * output = ggml_new_tensor_2d(context.get(), type, width, n_vocab);
        ggml_set_name(output, "output.weight");
        std::vector<float> values(static_cast<size_t>(width * n_vocab));
        for (float & value : values) value = random_value(random);
        if (type == GGML_TYPE_I32) {
            std::fill_n(static_cast<int32_t *>(output->data), values.size(), 1);
        } else {
            ggml_quantize_chunk(type, values.data(), output->data, 0, n_vocab, width, nullptr);
        }
        const gguf_ptr gguf(gguf_init_empty());
        gguf_set_val_str(gguf.get(), "general.architecture", "llama");
        gguf_add_tensor(gguf.get(), weight);
        gguf_add_tensor(gguf.get(), output);
        gguf_write_to_file(gguf.get(), path.c_str(), false);
    }
    ~weights() { std::filesystem::remove(std::filesystem::u8path(path)); }
};

} // namespace

TEST("multiplies with weights of any type as their numbers say") {
    random_stream random(2, 0);
    std::vector<float> directions(3 * width);
    for (float & value : directions) value = random_value(random);
    for (const ggml_type type :
         {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_1, GGML_TYPE_Q6_K}) {
        const weights model(type);
        const model_file file(model.path);
        const stored_matrix matrix = file.get("output.weight");
        CHECK(matrix.width == width && matrix.n_rows == n_vocab && matrix.type == type);
        std::vector<float> rows(static_cast<size_t>(width * n_vocab));
        read_rows(matrix, 0, n_vocab, rows.data());
        std::vector<float> one(width);
        read_rows(matrix, 1234, 1, one.data());
        CHECK(std::equal(one.begin(), one.end(), rows.begin() + 1234 * width));
        random_stream again(1, 0); // the values that went in: quantising loses a part of them only
        for (int64_t i = 0; i < width; i++) random_value(again);
        double error = 0;
        for (const float value : rows) error = std::max(error, std::fabs(double{value} - random_value(again)));
        CHECK(error < (type == GGML_TYPE_Q4_1 ? 0.08 : 0.05));

        const unembedded found = unembed(model.path, directions, 3, n_vocab, 2);
        for (size_t i = 0; i < found.promoted.tokens.size(); i++) {
            const float * row = rows.data() + found.promoted.tokens[i] * width;
            const float * direction = directions.data() + i / n_vocab * width;
            double logit = 0;
            for (int64_t j = 0; j < width; j++) logit += double{row[j]} * direction[j] * model.norm[j];
            CHECK(std::fabs(found.promoted.logits[i] - logit) < 1e-4);
        }
    }
}

TEST("says which tensor is missing, or is no number") {
    const weights model(GGML_TYPE_I32);
    CHECK(check::throws_code("ERR_MODEL_LOAD", [&] { model_file(model.path).get("output.weight"); }));
    CHECK(check::throws_code("ERR_MODEL_LOAD", [&] { model_file(model.path).get("token_embd.weight"); }));
    CHECK(model_file(model.path).header().text("general.architecture") == "llama");
    CHECK(model_file(model.path).header().text("general.name").empty());
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

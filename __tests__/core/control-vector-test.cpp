// A control vector's file by llama.cpp: its own loader, its own adapter, and the logits that the engine has when it
// steers every position by the same vectors. `control-vector-test FILE` writes llama.cpp's for other tests.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "check.h"
#include "engine-subject.h"
#include "engine/engine.h"
#include "engine/gguf-header.h"
#include "ggml-cpp.h"
#include "platform/backend.h"
#include "platform/log.h"
#include "platform/safetensors.h"
#include "write-safetensors.h"

// llama.cpp 0.5.0, common/common.h
struct common_control_vector_data {
    int n_embd;
    std::vector<float> data; ///< [layers from 1 on, n_embd]
};
struct common_control_vector_load_info {
    float strength;
    std::string fname;
};
common_control_vector_data common_control_vector_load(const std::vector<common_control_vector_load_info> & load_infos);

using namespace corrsteer;

namespace {

constexpr int n_tokens = 20;
constexpr int first_layer = 1, last_layer = 3; ///< of the file, and all that a model of 4 layers can have

std::string fixture_path(const char * end = ".gguf") {
    return std::string(std::getenv("CORRSTEER_FIXTURES")) + "/control-vector" + end;
}

llama_token token_at(int position) {
    return 65 + 7 * position % 50;
}

/// `direction.<layer>` of the file, as ggml reads it.
std::vector<float> direction(int layer) {
    ggml_context * tensors = nullptr;
    const gguf_ptr file(gguf_init_from_file(fixture_path().c_str(), {false, &tensors}));
    const ggml_context_ptr owner(tensors);
    const ggml_tensor * tensor = ggml_get_tensor(tensors, ("direction." + std::to_string(layer)).c_str());
    const auto * values = static_cast<const float *>(tensor->data);
    return {values, values + ggml_nelements(tensor)};
}

/// Logits of the tokens from `first` on, [n_tokens - first, n_vocab], under the vectors of these layers, inclusive; of
/// none where `from` is 0. All tokens are one batch.
std::vector<float> by_llama_cpp(const model & model, int from, int to, int first) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 256;
    params.n_batch = params.n_ubatch = 64;
    params.n_threads = params.n_threads_batch = 1;
    params.type_k = params.type_v = GGML_TYPE_F32;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED; // it rounds; the engine has none with such a cache
    const log_scope log;
    const llama_context_ptr context(llama_init_from_model(model.get(), params));
    if (from > 0) {
        const auto loaded = common_control_vector_load({{1.0f, fixture_path()}});
        CHECK(llama_set_adapter_cvec(context.get(), loaded.data.data(), loaded.data.size(), loaded.n_embd, from, to) ==
              0);
    }
    llama_batch batch = llama_batch_init(n_tokens, 0, 1);
    for (int i = 0; i < n_tokens; i++) {
        batch.token[i] = token_at(i);
        batch.pos[i] = i;
        batch.n_seq_id[i] = 1;
        batch.seq_id[i][0] = 0;
        batch.logits[i] = i >= first;
    }
    batch.n_tokens = n_tokens;
    CHECK(llama_decode(context.get(), batch) == 0);
    llama_batch_free(batch);
    const float * logits = llama_get_logits(context.get());
    return {logits, logits + static_cast<ptrdiff_t>(n_tokens - first) * model.info().n_vocab};
}

/// The same by the engine, which steers the whole prompt, of so many of the tokens, and goes on with the others: the
/// logits from the prompt's last token on.
std::vector<float> by_engine(const std::shared_ptr<const model> & model, int from, int to, int n_prompt) {
    std::vector<steering_operation> operations;
    for (int layer = from; layer <= to; layer++) {
        operations.emplace_back();
        operations.back().layer = layer;
        operations.back().vector = direction(layer);
        operations.back().window.from = std::numeric_limits<int>::min();
    }
    run_spec run;
    for (int i = 0; i < n_prompt; i++) run.prompt.push_back(token_at(i));
    branch_spec branch;
    branch.steering = std::make_shared<steering>(model->info().n_embd, operations);
    for (int i = n_prompt; i <= n_tokens; i++) branch.forced_tokens.push_back(token_at(i));
    branch.logits = row_choice::generated;
    run.branches.push_back(std::move(branch));
    engine_options options = fixture::options(1);
    options.kv_type = GGML_TYPE_F32;
    fixture::subject subject(model, options);
    return subject.result_of(std::move(run)).branches.front().logits;
}

double nmse(const std::vector<float> & actual, const std::vector<float> & expected) {
    CHECK(actual.size() == expected.size());
    double error = 0, norm = 0;
    for (size_t i = 0; i < expected.size(); i++) {
        error += (static_cast<double>(actual[i]) - expected[i]) * (static_cast<double>(actual[i]) - expected[i]);
        norm += static_cast<double>(expected[i]) * expected[i];
    }
    return error / norm;
}

void check_layers(int from, int to) {
    for (const char * name : {"llama", "qwen3", "gemma3", "gpt2"}) {
        const auto model = fixture::load(name);
        for (const int n_prompt : {1, 12}) {
            const std::vector<float> expected = by_llama_cpp(*model, from, to, n_prompt - 1);
            // It is 0: the same floats in the same order, as long as batches have the same shapes.
            CHECK(nmse(by_engine(model, from, to, n_prompt), expected) <= 1e-9);
            CHECK(nmse(by_llama_cpp(*model, 0, 0, n_prompt - 1), expected) > 1e-3); // it does something
        }
    }
}

/// What the library's own test compares itself to: logits of every token of one prompt, [n_tokens, n_vocab].
std::vector<float> golden_logits() {
    return by_llama_cpp(*fixture::load("llama"), first_layer, last_layer, 0);
}

void write_golden(const char * path) {
    const std::vector<float> logits = golden_logits();
    const std::vector<uint64_t> shape = {n_tokens, logits.size() / n_tokens};
    std::ofstream(path, std::ios::binary)
        << fixture::safetensors_bytes({fixture::float_tensor("logits", "F32", shape, logits)});
}

} // namespace

TEST("each layer's vector has the effect that llama.cpp gives it") {
    for (int layer = first_layer; layer <= last_layer; layer++) check_layers(layer, layer);
}

TEST("all of them together do, too") {
    check_layers(first_layer, last_layer);
}

TEST("what other tests have of llama.cpp is what it gives") {
    const safetensors file(fixture_path("-logits.safetensors"));
    CHECK(nmse(golden_logits(), read_floats(*file.find("logits"))) <= 1e-9);
}

int main(int argc, char ** argv) {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    if (argc < 2) return check::run_all();
    write_golden(argv[1]);
    return 0;
}

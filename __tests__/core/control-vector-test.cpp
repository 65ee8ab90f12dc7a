// A control vector's file by llama.cpp: its own loader, its own adapter, and the logits that the engine has when it
// steers every position by the same vectors.
#include <cstdlib>
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

std::string fixture_path() {
    return std::string(std::getenv("CORRSTEER_FIXTURES")) + "/control-vector.gguf";
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

/// Logits [n_tokens, n_vocab] under the vectors of these layers, inclusive; of none where `from` is 0.
std::vector<float> by_llama_cpp(const model & model, int from, int to) {
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
    std::vector<float> all;
    for (int i = 0; i < n_tokens; i++) { // one by one, as the engine does: GPT-2's products round by their shape
        llama_token token = token_at(i);
        CHECK(llama_decode(context.get(), llama_batch_get_one(&token, 1)) == 0);
        const float * logits = llama_get_logits(context.get());
        all.insert(all.end(), logits, logits + model.info().n_vocab);
    }
    return all;
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
        const std::vector<float> expected = by_llama_cpp(*model, from, to);
        CHECK(nmse(by_engine(model, from, to, 1), expected) <= 1e-9); // it is 0: the same floats in the same order
        const int n_prompt = 12;
        const std::vector<float> rest(expected.begin() + (n_prompt - 1) * model->info().n_vocab, expected.end());
        CHECK(nmse(by_engine(model, from, to, n_prompt), rest) <= 1e-8); // 1e-10, but for GPT-2's products
        CHECK(nmse(by_llama_cpp(*model, 0, 0), expected) > 1e-3);        // it does something
    }
}

} // namespace

TEST("each layer's vector has the effect that llama.cpp gives it") {
    for (int layer = first_layer; layer <= last_layer; layer++) check_layers(layer, layer);
}

TEST("all of them together do, too") {
    check_layers(first_layer, last_layer);
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

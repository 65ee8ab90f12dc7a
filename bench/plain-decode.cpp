// A plain decode loop on llama.cpp's C API: what the engine is measured against.
//   plain-decode --libraries DIR --plugins FILE:FILE --device NAME --model FILE --prompts FILE --generate N --threads N
//     --batch N --context N
// The prompts file has one stream a line, token ids separated by spaces. All streams are prefilled, then decoded
// together for N tokens, greedily and past any end token. Prints JSON: tokens and seconds of the two phases, and what
// was generated, so that a caller can check that both sides did the same work.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "llama-cpp.h"

using clock_type = std::chrono::steady_clock;
using token_rows = std::vector<std::vector<llama_token>>;

struct stopwatch {
    clock_type::time_point wall = clock_type::now();
    std::clock_t processor = std::clock(); // of all threads

    std::string json() const {
        char text[96];
        std::snprintf(text, sizeof(text), "{\"wall\": %.6f, \"processor\": %.6f}",
                      std::chrono::duration<double>(clock_type::now() - wall).count(),
                      static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC);
        return text;
    }
};

static token_rows read_prompts(const std::string & path) {
    std::ifstream file(path);
    token_rows prompts;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        prompts.emplace_back();
        for (llama_token token; words >> token;) prompts.back().push_back(token);
    }
    if (prompts.empty()) throw std::runtime_error("no prompt in " + path);
    return prompts;
}

template <typename function>
static function cpu_function(const char * name) {
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    if (!cpu) throw std::runtime_error("no CPU backend was loaded");
    return reinterpret_cast<function>(ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(cpu), name));
}

/// Rows waiting for one llama_decode.
class batch {
  public:
    explicit batch(int capacity) : batch_(llama_batch_init(capacity, 0, 1)), capacity_(capacity) {}
    ~batch() { llama_batch_free(batch_); }
    batch(const batch &) = delete;
    batch & operator=(const batch &) = delete;

    bool full() const { return batch_.n_tokens == capacity_; }

    /// Returns the row's place among the batch's rows, for llama_get_logits_ith.
    int add(llama_token token, int position, int sequence, bool output) {
        const int row = batch_.n_tokens++;
        batch_.token[row] = token;
        batch_.pos[row] = position;
        batch_.n_seq_id[row] = 1;
        batch_.seq_id[row][0] = sequence;
        batch_.logits[row] = output;
        return row;
    }

    void decode(llama_context * context) {
        if (batch_.n_tokens == 0) return;
        if (const int status = llama_decode(context, batch_))
            throw std::runtime_error("llama_decode returned " + std::to_string(status));
        llama_synchronize(context);
        batch_.n_tokens = 0;
    }

  private:
    llama_batch batch_;
    int capacity_;
};

static llama_token greedy(llama_context * context, int row, int n_vocab) {
    const float * logits = llama_get_logits_ith(context, row);
    return static_cast<llama_token>(std::max_element(logits, logits + n_vocab) - logits);
}

/// Decodes the prompts; the first token of each stream.
static std::vector<llama_token> prefill(llama_context * context, batch & rows, const token_rows & prompts,
                                        int n_vocab) {
    std::vector<llama_token> first(prompts.size());
    std::vector<std::pair<size_t, int>> outputs; // stream, row of the batch
    const auto flush = [&] {
        rows.decode(context);
        for (const auto & [stream, row] : outputs) first[stream] = greedy(context, row, n_vocab);
        outputs.clear();
    };
    for (size_t stream = 0; stream < prompts.size(); stream++) {
        const auto & prompt = prompts[stream];
        for (size_t i = 0; i < prompt.size(); i++) {
            if (rows.full()) flush();
            const bool last = i + 1 == prompt.size();
            const int row = rows.add(prompt[i], static_cast<int>(i), static_cast<int>(stream), last);
            if (last) outputs.emplace_back(stream, row);
        }
    }
    flush();
    return first;
}

/// Decodes all streams side by side until each has `n` tokens more than its prompt, the first included.
static token_rows generate(llama_context * context, batch & rows, const token_rows & prompts,
                           const std::vector<llama_token> & first, int n, int n_vocab) {
    token_rows generated;
    for (const llama_token token : first) generated.push_back({token});
    for (int step = 1; step < n; step++) {
        for (size_t stream = 0; stream < prompts.size(); stream++)
            rows.add(generated[stream].back(), static_cast<int>(prompts[stream].size()) + step - 1,
                     static_cast<int>(stream), true);
        rows.decode(context);
        for (size_t stream = 0; stream < prompts.size(); stream++)
            generated[stream].push_back(greedy(context, static_cast<int>(stream), n_vocab));
    }
    return generated;
}

static void print_json(const token_rows & prompts, const token_rows & generated, const std::string & prefill,
                       const std::string & decode) {
    size_t n_prompt = 0;
    for (const auto & prompt : prompts) n_prompt += prompt.size();
    const size_t n_decoded = generated.size() * (generated[0].size() - 1);
    std::printf("{\"prefillTokens\": %zu, \"prefill\": %s, \"decodeTokens\": %zu, \"decode\": %s,\n"
                " \"generated\": [",
                n_prompt, prefill.c_str(), n_decoded, decode.c_str());
    for (size_t stream = 0; stream < generated.size(); stream++) {
        std::printf(stream ? ", [" : "[");
        for (size_t i = 0; i < generated[stream].size(); i++) std::printf(i ? ", %d" : "%d", generated[stream][i]);
        std::printf("]");
    }
    std::printf("]}\n");
}

static void load_backends(const std::string & directory, const std::string & plugins) {
    ggml_backend_load_all_from_path(directory.c_str());
    std::istringstream files(plugins);
    for (std::string file; std::getline(files, file, ':');) {
        if (!ggml_backend_load(file.c_str())) throw std::runtime_error("cannot load " + file);
    }
}

static void run(std::map<std::string, std::string> & options) {
    const token_rows prompts = read_prompts(options.at("--prompts"));
    const int n_threads = std::stoi(options.at("--threads"));
    const int n_batch = std::stoi(options.at("--batch"));
    const int n_generate = std::stoi(options.at("--generate"));

    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    load_backends(options.at("--libraries"), options.at("--plugins"));
    llama_model_params model_params = llama_model_default_params();
    ggml_backend_dev_t device = ggml_backend_dev_by_name(options.at("--device").c_str());
    if (!device) throw std::runtime_error("no such device");
    const bool on_cpu = ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
    ggml_backend_dev_t devices[] = {on_cpu ? nullptr : device, nullptr};
    model_params.devices = devices;
    model_params.n_gpu_layers = on_cpu ? 0 : -1;
    model_params.split_mode = LLAMA_SPLIT_MODE_NONE;
    const llama_model_ptr model(llama_model_load_from_file(options.at("--model").c_str(), model_params));
    if (!model) throw std::runtime_error("cannot load the model");
    const int n_vocab = llama_vocab_n_tokens(llama_model_get_vocab(model.get()));

    // The engine's own settings (cpp/core/engine.cpp), so that the difference is the engine.
    llama_context_params params = llama_context_default_params();
    params.n_ctx = static_cast<uint32_t>(std::stoi(options.at("--context")));
    params.n_batch = params.n_ubatch = static_cast<uint32_t>(n_batch);
    params.n_seq_max = static_cast<uint32_t>(prompts.size());
    params.n_threads = params.n_threads_batch = n_threads;
    params.kv_unified = true;
    params.swa_full = true;
    params.no_perf = true;
    const llama_context_ptr context(llama_init_from_model(model.get(), params));
    if (!context) throw std::runtime_error("cannot create the context");

    // Without a pool that stays, each decode would start and end its threads.
    ggml_threadpool_params pool_params = ggml_threadpool_params_default(n_threads);
    auto * pool = cpu_function<decltype(&ggml_threadpool_new)>("ggml_threadpool_new")(&pool_params);
    llama_attach_threadpool(context.get(), pool, pool);

    batch rows(n_batch);
    prefill(context.get(), rows, {prompts[0]}, n_vocab); // warm-up: pages of the file, buffers of the graph
    llama_memory_clear(llama_get_memory(context.get()), true);

    const stopwatch prefilling;
    const auto first = prefill(context.get(), rows, prompts, n_vocab);
    const std::string prefilled = prefilling.json();
    const stopwatch decoding;
    const auto generated = generate(context.get(), rows, prompts, first, n_generate, n_vocab);
    print_json(prompts, generated, prefilled, decoding.json());

    llama_detach_threadpool(context.get());
    cpu_function<decltype(&ggml_threadpool_free)>("ggml_threadpool_free")(pool);
}

int main(int argc, char ** argv) {
    std::map<std::string, std::string> options;
    for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
    try {
        run(options);
    } catch (const std::exception & e) {
        std::fprintf(stderr, "plain-decode: %s\n", e.what());
        return 1;
    }
}

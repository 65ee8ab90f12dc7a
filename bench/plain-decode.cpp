// A plain decode loop on llama.cpp's C API: what the engine is measured against.
//   plain-decode --libraries DIR --plugins FILE:FILE --device NAME --model FILE --prompts FILE --streams N --threads N
//     --batch N --context N
// The prompts file has one stream a line: how many tokens it generates, then the prompt's token ids, separated by
// spaces. So many streams at a time are prefilled, then decoded together, greedily and past any end token, until the
// last has its tokens. Prints JSON: tokens and seconds of the two phases, and what was generated, so that a caller can
// check that both sides did the same work.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "llama-cpp.h"
#include "program.h"

using clock_type = std::chrono::steady_clock;
struct stream {
    size_t n_generate = 0;
    std::vector<llama_token> prompt;
    std::vector<llama_token> generated;
};

using streams = std::vector<stream>;

/// Tokens, and the seconds that they took.
struct phase {
    size_t tokens = 0;
    double wall = 0;
    double processor = 0; // of all threads

    template <typename work>
    void time(const work & run) {
        const auto start = clock_type::now();
        const std::clock_t processor_start = std::clock();
        run();
        wall += std::chrono::duration<double>(clock_type::now() - start).count();
        processor += static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC;
    }
};

static streams read_streams(const std::string & path) {
    std::ifstream file(path);
    streams all;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        all.emplace_back();
        words >> all.back().n_generate;
        for (llama_token token; words >> token;) all.back().prompt.push_back(token);
    }
    if (all.empty()) throw std::runtime_error("no prompt in " + path);
    return all;
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

/// Decodes the prompts, and takes each stream's first token.
static void prefill(llama_context * context, batch & rows, streams & group, int n_vocab) {
    std::vector<std::pair<size_t, int>> outputs; // stream, row of the batch
    const auto flush = [&] {
        rows.decode(context);
        for (const auto & [i, row] : outputs) group[i].generated.push_back(greedy(context, row, n_vocab));
        outputs.clear();
    };
    for (size_t i = 0; i < group.size(); i++) {
        const auto & prompt = group[i].prompt;
        for (size_t position = 0; position < prompt.size(); position++) {
            if (rows.full()) flush();
            const bool last = position + 1 == prompt.size();
            const int row = rows.add(prompt[position], static_cast<int>(position), static_cast<int>(i), last);
            if (last) outputs.emplace_back(i, row);
        }
    }
    flush();
}

/// Decodes the streams side by side until each has its tokens.
static void generate(llama_context * context, batch & rows, streams & group, int n_vocab) {
    for (;;) {
        std::vector<size_t> live;
        for (size_t i = 0; i < group.size(); i++) {
            const auto & [n_generate, prompt, generated] = group[i];
            if (generated.size() >= n_generate) continue;
            const size_t position = prompt.size() + generated.size() - 1;
            rows.add(generated.back(), static_cast<int>(position), static_cast<int>(i), true);
            live.push_back(i);
        }
        if (live.empty()) return;
        rows.decode(context);
        for (size_t row = 0; row < live.size(); row++)
            group[live[row]].generated.push_back(greedy(context, static_cast<int>(row), n_vocab));
    }
}

static void print_phase(const char * name, const phase & phase) {
    std::printf("\"%s\": {\"tokens\": %zu, \"wall\": %.6f, \"processor\": %.6f},\n", name, phase.tokens, phase.wall,
                phase.processor);
}

static void print_json(const streams & all, const phase & prefill, const phase & decode) {
    std::printf("{");
    print_phase("prefill", prefill);
    print_phase("decode", decode);
    std::printf("\"generated\": [");
    for (size_t i = 0; i < all.size(); i++) {
        std::printf(i ? ", [" : "[");
        for (size_t n = 0; n < all[i].generated.size(); n++) std::printf(n ? ", %d" : "%d", all[i].generated[n]);
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

static void run(program_options & options) {
    const streams asked = read_streams(options.at("--prompts"));
    const int n_threads = std::stoi(options.at("--threads"));
    const int n_batch = std::stoi(options.at("--batch"));
    const size_t n_streams = std::stoul(options.at("--streams"));

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
    params.n_seq_max = static_cast<uint32_t>(n_streams);
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
    streams warm_up = {asked[0]}; // pages of the file, buffers of the graph
    prefill(context.get(), rows, warm_up, n_vocab);

    streams all;
    phase prefilling, decoding;
    for (size_t begin = 0; begin < asked.size(); begin += n_streams) {
        llama_memory_clear(llama_get_memory(context.get()), true);
        const size_t end = std::min(asked.size(), begin + n_streams);
        streams group(asked.begin() + static_cast<std::ptrdiff_t>(begin),
                      asked.begin() + static_cast<std::ptrdiff_t>(end));
        prefilling.time([&] { prefill(context.get(), rows, group, n_vocab); });
        decoding.time([&] { generate(context.get(), rows, group, n_vocab); });
        for (const auto & stream : group) {
            prefilling.tokens += stream.prompt.size();
            decoding.tokens += stream.generated.size() - 1; // the first is the prefill's
            all.push_back(stream);
        }
    }
    print_json(all, prefilling, decoding);

    llama_detach_threadpool(context.get());
    cpu_function<decltype(&ggml_threadpool_free)>("ggml_threadpool_free")(pool);
}

int main(int argc, char ** argv) {
    return run_program("plain-decode", argc, argv, run);
}

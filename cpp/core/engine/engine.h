#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "attention/attention.h"
#include "engine/batch-plan.h"
#include "engine/model.h"
#include "engine/residual-hook.h"
#include "engine/run-check.h"
#include "engine/sequence.h"
#include "platform/cancel.h"
#include "platform/cpu-threads.h"
#include "platform/error.h"
#include "platform/log.h"
#include "products/products.h"

namespace corrsteer {

struct engine_options {
    int context_tokens = 0; ///< cells of the key-value cache, shared by all sequences
    int batch_tokens = 0;
    int micro_batch_tokens = 0;
    int max_sequences = 0;
    int threads = 0;
    ggml_type kv_type = GGML_TYPE_F16;
    products::policy products = products::policy::llama_cpp;
};

struct run_result {
    std::vector<branch_result> branches;
    int shared_tokens = 0;
};

struct tokens_event {
    int run;
    int branch;
    token_chunk chunk;
};
struct finished_event {
    int run;
    run_result result;
};
struct failed_event {
    int run;
    std::exception_ptr reason;
};
using engine_event = std::variant<tokens_event, finished_event, failed_event>;
/// Called on the engine's thread, once a step, with all that happened in it. Must not throw: what it does not take out
/// of the list is lost.
using event_sink = std::function<void(std::list<engine_event> &)>;

struct engine_statistics {
    uint64_t decodes = 0;
    uint64_t decoded_tokens = 0;
    uint64_t shared_tokens = 0;
    double decode_seconds = 0;
    device_rows on_device;
};

struct context_deleter {
    void operator()(llama_context * context) const {
        const log_scope log;
        llama_free(context);
    }
};

/// One worker thread, one llama_context, a queue: runs are taken in at any time and share batches. What goes wrong with
/// one run ends it alone; after anything else all runs end, and the cache is begun anew. Each gets its last event, even
/// where there is no memory left: that event was made with the run.
class engine {
  public:
    /// Throws ERR_OUT_OF_RANGE, ERR_OUT_OF_MEMORY, ERR_HOOK_POINT (an architecture without `l_out`).
    engine(std::shared_ptr<const model> model, const engine_options & options, event_sink sink);
    ~engine();
    engine(const engine &) = delete;
    engine & operator=(const engine &) = delete;

    /// Checks all that the caller may get wrong, queues the runs and returns their numbers: one finished or failed
    /// event follows for each. Runs queued together reach the worker together, so the batches they form are always the
    /// same. An error's detail `run` is the index of the run at fault; nothing is queued then.
    std::vector<int> submit(std::vector<run_spec> specs);
    void cancel(int run);
    engine_statistics statistics() const;
    int context_tokens() const { return n_cells_; }
    /// Ends what is running (ERR_DISPOSED) and joins the thread. Idempotent.
    void stop();

  private:
    struct run {
        std::vector<int32_t> prompt;
        std::vector<sequence> branches;
        int unfinished = 0;
        run_result result;              ///< with room for all branches
        std::list<engine_event> ending; ///< of one
    };

    run make_run(run_spec spec) const;
    error no_context(const std::string & reason) const;
    static bool on_node(ggml_tensor * node, bool ask, void * self) noexcept;
    void probe(const log_scope & log);
    void work() noexcept;
    bool wait_for_work();
    void take_in();
    void plan(int id);
    bool is_interrupted();
    void step(std::unique_lock<fair_mutex> cpu, const log_scope & log);
    void apply(const std::vector<memory_operation> & operations);
    int decode(const batch_plan & plan);
    bool wants_rows_alone(const batch_plan & plan) const;
    void check_decoded(int status, size_t n_rows, const log_scope & log) const;
    void collect_outputs(const batch_plan & plan);
    bool is_before_last(const planned_row & row) const;
    bool take_logits(const planned_row & row, int32_t index);
    void finish(const planned_row & row);
    hook_row hook_row_of(const planned_row & row);
    void fail(int id, std::exception_ptr reason);
    void fail_batch(const batch_plan & plan, std::exception_ptr reason);
    void fail_all(std::exception_ptr reason) noexcept;
    void end(int id, engine_event last) noexcept;
    void deliver() noexcept;

    std::shared_ptr<const model> model_;
    engine_options options_;
    event_sink sink_;
    std::shared_ptr<cpu_threads> threads_;
    cancel_token stopping_; // before the context, which polls it
    residual_hook hook_;    // before the context, which calls it, as it does these
    std::optional<matrix_products> products_;
    seen_attention attention_;
    std::unique_ptr<llama_context, context_deleter> context_;
    int n_cells_ = 0;
    bool is_one_part_ = false; ///< the graph, for llama.cpp's scheduler
    batch_planner::limits limits_;
    std::optional<batch_planner> planner_; ///< none after `fail_all`: its cells are nobody's then
    std::map<int, run> runs_;
    std::list<engine_event> events_; ///< of this step
    const std::exception_ptr disposed_ = std::make_exception_ptr(error("ERR_DISPOSED", "the engine was disposed of"));

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::map<int, run> queue_;
    std::vector<int> cancelled_;
    int next_run_ = 1;
    engine_statistics statistics_;
    std::thread worker_;
    std::mutex joining_;
};

} // namespace corrsteer

#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "engine/batch-plan.h"
#include "engine/model.h"
#include "engine/residual-hook.h"
#include "engine/run-check.h"
#include "engine/sequence.h"
#include "platform/cancel.h"
#include "platform/cpu-threads.h"
#include "platform/error.h"

namespace corrsteer {

struct engine_options {
    int context_tokens = 0; ///< cells of the key-value cache, shared by all sequences
    int batch_tokens = 0;
    int micro_batch_tokens = 0;
    int max_sequences = 0;
    int threads = 0;
    ggml_type kv_type = GGML_TYPE_F16;
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
    error reason;
};
using engine_event = std::variant<tokens_event, finished_event, failed_event>;
/// Called on the engine's thread, once a step, with all that happened in it.
using event_sink = std::function<void(std::vector<engine_event>)>;

struct engine_statistics {
    uint64_t decodes = 0;
    uint64_t decoded_tokens = 0;
    uint64_t shared_tokens = 0;
    double decode_seconds = 0;
};

/// One worker thread, one llama_context, a queue: runs are taken in at any time and share batches.
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
        std::vector<sequence> branches;
        int unfinished = 0;
    };
    struct submission {
        int id;
        run_spec spec;
    };

    void probe();
    void work() noexcept;
    bool take_in(std::vector<engine_event> & events);
    void step(std::vector<engine_event> & events);
    void apply(const std::vector<memory_operation> & operations);
    int decode(const batch_plan & plan);
    void throw_decode_error(int status, size_t n_rows) const;
    void collect_outputs(const batch_plan & plan, std::vector<engine_event> & events);
    void take_logits(const planned_row & row, const float * logits, std::vector<engine_event> & events);
    void finish(const planned_row & row, std::vector<engine_event> & events);
    hook_row hook_row_of(const planned_row & row);
    void fail(int run, const error & reason, std::vector<engine_event> & events);
    void fail_batch(const batch_plan & plan, const error & reason, std::vector<engine_event> & events);

    std::shared_ptr<const model> model_;
    engine_options options_;
    event_sink sink_;
    std::shared_ptr<cpu_threads> threads_;
    cancel_token stopping_; // before the context, which polls it
    residual_hook hook_;    // before the context, which calls it
    llama_context_ptr context_;
    int n_cells_ = 0;
    std::unique_ptr<batch_planner> planner_;
    std::map<int, run> runs_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<submission> queue_;
    std::vector<int> cancelled_;
    int next_run_ = 1;
    engine_statistics statistics_;
    std::thread worker_;
    std::mutex joining_;
};

} // namespace corrsteer

#include "engine/engine.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <set>

#include "engine/token-batch.h"
#include "platform/backend.h"

namespace corrsteer {

namespace {

/// Hundreds of GB for any model of use: llama.cpp would touch memory for half a minute before it fails.
constexpr int most_cells = 1 << 24;

llama_context_params context_params(const engine_options & options, residual_hook & hook, cancel_token & stopping) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = static_cast<uint32_t>(options.context_tokens);
    params.n_batch = static_cast<uint32_t>(options.batch_tokens);
    params.n_ubatch = static_cast<uint32_t>(options.micro_batch_tokens);
    params.n_seq_max = static_cast<uint32_t>(options.max_sequences);
    params.n_threads = options.threads;
    params.n_threads_batch = options.threads;
    // llama.cpp asserts that a row of logits for each sequence fits, even where the batch is smaller.
    params.n_outputs_max = static_cast<uint32_t>(std::max(options.batch_tokens, options.max_sequences));
    // Flash attention rounds: 1e-6 of the rows' squares where the plain graph has 1e-12. An f32 cache asks for the
    // latter.
    if (options.kv_type == GGML_TYPE_F32) params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = options.kv_type;
    params.type_v = options.kv_type;
    params.kv_unified = true; // forks share cells
    params.swa_full = true;   // else cells outside the window vanish, and with them what a later run could share
    params.no_perf = true;
    params.cb_eval = residual_hook::on_node;
    params.cb_eval_user_data = &hook;
    params.abort_callback = [](void * token) { return static_cast<cancel_token *>(token)->requested(); };
    params.abort_callback_data = &stopping;
    return params;
}

/// `exit` destroys what llama.cpp's threads use while they still run: it has to end the engines that are left first.
struct live_engines {
    std::mutex mutex;
    std::set<engine *> all;

    static live_engines & instance() {
        static live_engines * const engines = [] {
            std::atexit([] {
                const std::lock_guard<std::mutex> lock(instance().mutex);
                for (engine * each : instance().all) each->stop();
            });
            return new live_engines; // never destroyed
        }();
        return *engines;
    }
};

uint64_t fingerprint_of(const branch_spec & spec) {
    return spec.vectors ? spec.vectors->fingerprint() : 0;
}

} // namespace

engine::engine(std::shared_ptr<const model> model, const engine_options & options, event_sink sink)
    : model_(std::move(model)), options_(options), sink_(std::move(sink)), threads_(cpu_threads::get(options.threads)),
      hook_(model_->info().n_layer, model_->info().n_embd, std::min(options.micro_batch_tokens, options.batch_tokens)) {
    const int most_sequences = static_cast<int>(llama_max_parallel_sequences());
    if (options.max_sequences < 2 || options.max_sequences > most_sequences) {
        throw range_error("maxSequences", "2 to " + std::to_string(most_sequences), options.max_sequences);
    }
    if (options.micro_batch_tokens < 1) throw range_error("microBatchTokens", "at least 1", options.micro_batch_tokens);
    if (options.batch_tokens < 1) throw range_error("batchTokens", "at least 1", options.batch_tokens);
    if (options.context_tokens < 1 || options.context_tokens > most_cells) {
        throw range_error("contextTokens", "1 to " + std::to_string(most_cells), options.context_tokens);
    }
    clear_logged_errors();
    context_.reset(llama_init_from_model(model_->get(), context_params(options_, hook_, stopping_)));
    if (!context_) {
        throw error("ERR_OUT_OF_MEMORY",
                    "no context of " + std::to_string(options.context_tokens) + " tokens. " + logged_errors(),
                    {{"device", model_->info().device}, {"nCtx", static_cast<double>(options.context_tokens)}});
    }
    llama_attach_threadpool(context_.get(), threads_->pool(), threads_->pool());
    n_cells_ = static_cast<int>(llama_n_ctx(context_.get()));
    const int n_batch = static_cast<int>(llama_n_batch(context_.get()));
    batch_planner::limits limits = {n_cells_, options_.max_sequences, n_batch, model_->truncates()};
    if (const int window = llama_model_n_swa(model_->get()); window > 0) {
        // llama.cpp writes over cells that the end of their sequence no longer sees, swa_full or not (find_slot).
        limits.holds = [this, window](int sequence, int length) {
            const llama_pos first = llama_memory_seq_pos_min(llama_get_memory(context_.get()), sequence);
            return first >= 0 && first <= std::max(0, length - window);
        };
    }
    planner_ = std::make_unique<batch_planner>(limits);
    probe();
    live_engines & live = live_engines::instance();
    const std::lock_guard<std::mutex> lock(live.mutex);
    worker_ = std::thread([this] { work(); });
    live.all.insert(this);
}

engine::~engine() {
    stop();
    live_engines & live = live_engines::instance();
    const std::lock_guard<std::mutex> lock(live.mutex);
    live.all.erase(this);
}

/// Decodes one token to see which residual nodes this architecture's graph has; the cache is cleared afterwards.
void engine::probe() {
    const auto lock = threads_->use();
    hook_.begin_probe();
    token_batch batch({{0, 0, model_->info().bos.value_or(0), 0, 0, true, {}}});
    const int status = llama_decode(context_.get(), batch.get());
    hook_.end_probe();
    if (status != 0) throw_decode_error(status, 1);
    llama_memory_clear(llama_get_memory(context_.get()), true);
    for (int layer = 0; layer < model_->info().n_layer; layer++) {
        if (hook_.has_layer(layer)) continue;
        throw error("ERR_HOOK_POINT",
                    "architecture " + model_->info().architecture + ": llama.cpp's graph has no l_out-" +
                        std::to_string(layer) + ", so its residual stream can't be read or steered",
                    {{"layer", static_cast<double>(layer)}, {"architecture", model_->info().architecture}});
    }
}

std::vector<int> engine::submit(std::vector<run_spec> specs) {
    for (size_t i = 0; i < specs.size(); i++) {
        try {
            check_run(specs[i], *model_, hook_, n_cells_);
        } catch (error & e) {
            e.details.push_back({"run", static_cast<double>(i)});
            throw;
        }
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_.requested()) throw error("ERR_DISPOSED", "the engine was disposed of");
    std::vector<int> ids;
    for (run_spec & spec : specs) {
        ids.push_back(next_run_++);
        queue_.push_back({ids.back(), std::move(spec)});
    }
    wake_.notify_one();
    return ids;
}

void engine::cancel(int run) {
    const std::lock_guard<std::mutex> lock(mutex_);
    cancelled_.push_back(run);
    wake_.notify_one();
}

engine_statistics engine::statistics() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return statistics_;
}

void engine::stop() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        stopping_.request();
        wake_.notify_one();
    }
    const std::lock_guard<std::mutex> lock(joining_);
    if (worker_.joinable()) worker_.join();
}

void engine::work() noexcept {
    std::vector<engine_event> events;
    while (take_in(events)) {
        try {
            step(events);
        } catch (const error & e) {
            while (!runs_.empty()) fail(runs_.begin()->first, e, events);
        } catch (const std::exception & e) {
            while (!runs_.empty()) fail(runs_.begin()->first, error("ERR_INTERNAL", e.what()), events);
        }
        if (!events.empty()) sink_(std::move(events));
        events.clear();
    }
    while (!runs_.empty()) fail(runs_.begin()->first, error("ERR_DISPOSED", "the engine was disposed of"), events);
    if (!events.empty()) sink_(std::move(events));
}

/// Takes new runs and cancellations; waits while there is nothing to do. False: the engine stops.
bool engine::take_in(std::vector<engine_event> & events) {
    std::unique_lock<std::mutex> lock(mutex_);
    wake_.wait(lock,
               [&] { return stopping_.requested() || !queue_.empty() || !cancelled_.empty() || !planner_->idle(); });
    for (auto & [id, spec] : queue_) {
        run & run = runs_[id];
        std::vector<planned_branch> plans;
        for (branch_spec & branch : spec.branches) {
            plans.push_back({std::max(branch.max_tokens, 1), fingerprint_of(branch)});
            run.branches.emplace_back(std::move(branch), *model_);
        }
        run.unfinished = static_cast<int>(plans.size());
        planner_->submit(id, std::move(spec.prompt), std::move(plans), wants_prompt(run.branches.front().spec()));
    }
    queue_.clear();
    const std::vector<int> cancelled = std::move(cancelled_);
    cancelled_.clear();
    lock.unlock();
    for (const int id : cancelled) {
        if (runs_.count(id)) fail(id, error("ERR_CANCELLED", "the run was cancelled"), events);
    }
    return !stopping_.requested();
}

void engine::step(std::vector<engine_event> & events) {
    const batch_plan plan = planner_->next();
    apply(plan.operations);
    if (plan.rows.empty()) {
        if (!planner_->idle()) throw error("ERR_INTERNAL", "no run can go on");
        return;
    }
    try {
        int status = decode(plan);
        if (status == 1 && planner_->evict()) { // no slot: give up what is resident and try once more
            apply(planner_->take_operations());
            status = decode(plan);
        }
        if (status != 0) throw_decode_error(status, plan.rows.size());
        hook_.end();
    } catch (const error & e) {
        fail_batch(plan, e, events);
        return;
    }
    collect_outputs(plan, events);
}

void engine::apply(const std::vector<memory_operation> & operations) {
    llama_memory_t memory = llama_get_memory(context_.get());
    for (const auto & operation : operations) {
        if (operation.kind == memory_operation::remove) {
            llama_memory_seq_rm(memory, operation.sequence, operation.length, -1);
        } else {
            // A recurrent state can only be copied whole, and the planner then forks nothing less.
            const int end = model_->truncates() ? operation.length : -1;
            llama_memory_seq_cp(memory, operation.sequence, operation.to, -1, end);
        }
    }
}

int engine::decode(const batch_plan & plan) {
    std::vector<hook_row> rows;
    rows.reserve(plan.rows.size());
    for (const planned_row & row : plan.rows) rows.push_back(hook_row_of(row));
    hook_.begin(std::move(rows));
    token_batch batch(plan.rows);
    const auto lock = threads_->use();
    const auto start = std::chrono::steady_clock::now();
    const int status = llama_decode(context_.get(), batch.get());
    llama_synchronize(context_.get());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const std::lock_guard<std::mutex> guard(mutex_);
    statistics_.decodes++;
    statistics_.decoded_tokens += plan.rows.size();
    statistics_.decode_seconds += seconds.count();
    return status;
}

void engine::throw_decode_error(int status, size_t n_rows) const {
    const std::vector<error_detail> details = {{"status", static_cast<double>(status)},
                                               {"nTokens", static_cast<double>(n_rows)},
                                               {"nCtx", static_cast<double>(n_cells_)}};
    if (status == 1) {
        throw error("ERR_CONTEXT_FULL", "the key-value cache has no room for " + std::to_string(n_rows) + " tokens",
                    details);
    }
    if (stopping_.requested()) throw error("ERR_DISPOSED", "the engine was disposed of");
    throw error("ERR_DECODE", "llama_decode failed with status " + std::to_string(status) + ". " + logged_errors(),
                details);
}

/// Steering and capture of one row. A trunk row is never steered; it is captured only for the branch that wants the
/// prompt.
hook_row engine::hook_row_of(const planned_row & row) {
    hook_row hook;
    hook.output = row.output;
    sequence & branch = runs_.at(row.run).branches[std::max(row.branch, 0)];
    const branch_spec & spec = branch.spec();
    const bool of_prompt = row.branch < 0 || branch.at_prompt();
    const bool of_answer = row.branch >= 0;
    const bool begins = row.position == 0 && row.token == model_->info().bos;
    const row_choice positions = spec.capture.positions;
    if (spec.capture.sink && (positions == row_choice::all      ? !begins
                              : positions == row_choice::prompt ? of_prompt
                                                                : of_answer)) {
        hook.sink = spec.capture.sink.get();
        hook.slot = spec.capture.slot;
    }
    if (row.branch >= 0 && spec.vectors) {
        hook.vectors = spec.vectors.get();
        hook.receipts = &branch.receipts();
    }
    return hook;
}

void engine::collect_outputs(const batch_plan & plan, std::vector<engine_event> & events) {
    for (size_t i = 0; i < plan.rows.size(); i++) {
        const planned_row & row = plan.rows[i];
        if (!row.output || !runs_.count(row.run)) continue; // failed on an earlier row of this batch
        const float * logits = llama_get_logits_ith(context_.get(), static_cast<int32_t>(i));
        try {
            if (const error * reason = hook_.failure_of(static_cast<int>(i))) throw *reason;
            take_logits(row, logits, events);
        } catch (const error & e) {
            fail(row.run, e, events);
        }
    }
}

void engine::take_logits(const planned_row & row, const float * logits, std::vector<engine_event> & events) {
    run & run = runs_.at(row.run);
    if (row.branch < 0) {
        if (run.branches.front().spec().logits == row_choice::prompt) run.branches.front().keep_logits(logits);
        return;
    }
    sequence & branch = run.branches[row.branch];
    const bool more = branch.accept(logits);
    if (branch.spec().stream) {
        token_chunk chunk = branch.take_chunk();
        if (!chunk.tokens.empty() || !chunk.bytes.empty()) {
            events.push_back(tokens_event{row.run, row.branch, std::move(chunk)});
        }
    }
    if (more) {
        planner_->feed(row.run, row.branch, branch.next_token());
    } else {
        finish(row, events);
    }
}

void engine::finish(const planned_row & row, std::vector<engine_event> & events) {
    run & run = runs_.at(row.run);
    run_result result;
    result.shared_tokens = planner_->shared_tokens(row.run);
    planner_->finish(row.run, row.branch);
    if (--run.unfinished > 0) return;
    for (sequence & each : run.branches) result.branches.push_back(each.take_result());
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        statistics_.shared_tokens += static_cast<uint64_t>(result.shared_tokens);
    }
    runs_.erase(row.run);
    events.push_back(finished_event{row.run, std::move(result)});
}

void engine::fail(int id, const error & reason, std::vector<engine_event> & events) {
    planner_->drop(id);
    runs_.erase(id);
    events.push_back(failed_event{id, reason});
}

/// A failed decode leaves garbage in the cells it was to fill: every run that had a row in it ends.
void engine::fail_batch(const batch_plan & plan, const error & reason, std::vector<engine_event> & events) {
    for (const planned_row & row : plan.rows) {
        if (runs_.count(row.run)) fail(row.run, reason, events);
    }
    planner_->evict();
}

} // namespace corrsteer

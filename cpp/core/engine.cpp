#include "engine.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <set>

#include "backend.h"

namespace corrsteer {

namespace {

llama_context_params context_params(const engine_options & options, residual_hook & hook, cancel_token & stopping) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = static_cast<uint32_t>(options.context_tokens);
    params.n_batch = static_cast<uint32_t>(options.batch_tokens);
    params.n_ubatch = static_cast<uint32_t>(options.micro_batch_tokens);
    params.n_seq_max = static_cast<uint32_t>(options.max_sequences);
    // llama.cpp makes room for an output a sequence, and asserts that this is within n_outputs_max (n_batch by default).
    params.n_outputs_max = std::max(params.n_batch, params.n_seq_max);
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

error range_error(const std::string & name, const std::string & expected, int64_t actual) {
    return error("ERR_OUT_OF_RANGE", name + ": expected " + expected + ", got " + std::to_string(actual),
                 {{"name", name}, {"expected", expected}, {"actual", static_cast<double>(actual)}});
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

/// Positions whose rows a run wants for themselves: its trunk can't be shared then.
bool wants_prompt(const branch_spec & spec) {
    return (spec.capture.spool && spec.capture.positions == row_choice::prompt) || spec.logits == row_choice::prompt;
}

/// Whether adding it can't leave the floats: only the hook checks the sums.
bool is_safe(const steering & vectors) {
    const auto & layers = vectors.layers();
    return std::all_of(layers.begin(), layers.end(), [&](int layer) { return vectors.norm_at(layer) < 1e30; });
}

/// llama_batch over vectors: rows of one token each.
class token_batch {
  public:
    explicit token_batch(const std::vector<planned_row> & rows) : n_seq_(rows.size(), 1) {
        sequences_.reserve(rows.size());
        for (const auto & row : rows) {
            tokens_.push_back(row.token);
            positions_.push_back(row.position);
            sequences_.push_back(row.sequence);
            outputs_.push_back(row.output);
            sequence_of_.push_back(&sequences_.back());
        }
    }

    llama_batch get() {
        return {static_cast<int32_t>(tokens_.size()),
                tokens_.data(),
                nullptr,
                positions_.data(),
                n_seq_.data(),
                sequence_of_.data(),
                outputs_.data()};
    }

  private:
    std::vector<llama_token> tokens_;
    std::vector<llama_pos> positions_;
    std::vector<int32_t> n_seq_;
    std::vector<llama_seq_id> sequences_;
    std::vector<llama_seq_id *> sequence_of_;
    std::vector<int8_t> outputs_;
};

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
    if (options.context_tokens < 1) throw range_error("contextTokens", "at least 1", options.context_tokens);
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
    token_batch batch({{0, 0, model_->info().bos.value_or(0), 0, 0, true}});
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

void engine::check(run_spec & spec) const {
    const int n_prompt = static_cast<int>(spec.prompt.size());
    const int n_vocab = model_->info().n_vocab;
    if (n_prompt < 1) throw error("ERR_INVALID_ARGUMENT", "prompt: expected at least one token, got none");
    if (spec.branches.empty()) throw error("ERR_INVALID_ARGUMENT", "branches: expected at least one, got none");
    const int most = std::min(n_cells_, model_->info().n_positions.value_or(n_cells_));
    if (n_prompt > most) {
        throw error("ERR_CONTEXT_FULL",
                    "the prompt has " + std::to_string(n_prompt) + " tokens, the context " + std::to_string(most) +
                        ": shorten it or raise contextTokens",
                    {{"nTokens", static_cast<double>(n_prompt)}, {"nCtx", static_cast<double>(most)}});
    }
    const auto check_tokens = [&](const char * name, const std::vector<llama_token> & tokens) {
        for (const llama_token token : tokens) {
            if (token < 0 || token >= n_vocab)
                throw range_error(name, "tokens in [0, " + std::to_string(n_vocab) + ")", token);
        }
    };
    check_tokens("prompt", spec.prompt);
    for (branch_spec & branch : spec.branches) {
        check_tokens("allowedFirstTokens", branch.allowed_first_tokens);
        check_tokens("choiceTokens", branch.choice_tokens);
        if (branch.max_tokens < 0) throw range_error("maxTokens", "at least 0", branch.max_tokens);
        branch.max_tokens = std::min(branch.max_tokens, most - n_prompt + 1); // the rest ends with reason "length"
        if (wants_prompt(branch) && spec.branches.size() > 1) {
            throw error("ERR_INVALID_ARGUMENT",
                        "branches: the prompt's rows can be captured by a run of one branch only");
        }
        const auto check_width = [&](const char * what, int n_embd) {
            if (n_embd == model_->info().n_embd) return;
            throw error(
                "ERR_SHAPE_MISMATCH",
                std::string(what) + " has rows of " + std::to_string(n_embd) + " values, the model of " +
                    std::to_string(model_->info().n_embd),
                {{"expected", static_cast<double>(model_->info().n_embd)}, {"actual", static_cast<double>(n_embd)}});
        };
        if (branch.vectors) check_width("the steering", branch.vectors->n_embd());
        if (branch.capture.spool) check_width("the spool", branch.capture.spool->n_embd());
        const auto check_layers = [&](const std::vector<int> & layers) {
            for (const int layer : layers) {
                if (hook_.has_layer(layer)) continue;
                throw error("ERR_HOOK_POINT",
                            "layer " + std::to_string(layer) + ": this model has layers 0 to " +
                                std::to_string(model_->info().n_layer - 1),
                            {{"layer", static_cast<double>(layer)}});
            }
        };
        if (branch.vectors) check_layers(branch.vectors->layers());
        if (branch.capture.spool) check_layers(branch.capture.spool->layers());
    }
}

std::vector<int> engine::submit(std::vector<run_spec> specs) {
    for (size_t i = 0; i < specs.size(); i++) {
        try {
            check(specs[i]);
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
    const bool by_control_vector = use_control_vector(plan);
    std::vector<hook_row> rows;
    rows.reserve(plan.rows.size());
    for (const planned_row & row : plan.rows) rows.push_back(hook_row_of(row));
    hook_.begin(std::move(rows), by_control_vector);
    token_batch batch(plan.rows);
    const auto lock = threads_->use();
    const auto start = std::chrono::steady_clock::now();
    const int status = llama_decode(context_.get(), batch.get());
    llama_synchronize(context_.get());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const std::lock_guard<std::mutex> guard(mutex_);
    statistics_.decodes++;
    statistics_.decoded_tokens += plan.rows.size();
    statistics_.control_vector_decodes += by_control_vector;
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
    const row_choice positions = spec.capture.positions;
    if (spec.capture.spool && (positions == row_choice::prompt ? of_prompt : row.branch >= 0)) {
        hook.spool = spec.capture.spool.get();
        hook.slot = spec.capture.slot;
    }
    if (row.branch >= 0 && spec.vectors) {
        hook.vectors = spec.vectors.get();
        hook.receipts = &branch.receipts();
    }
    return hook;
}

/// A control vector in the graph is free where the hook costs a pause a layer, but it is one per context, for every
/// row, and changing it makes llama.cpp reserve its graphs again. So it stands in when all rows of two batches running
/// have the same steering and none is captured: the long answer of a single stream.
bool engine::use_control_vector(const batch_plan & plan) {
    const auto common = [&]() -> const steering * {
        const planned_row & first = plan.rows.front();
        if (first.branch < 0) return nullptr;
        const steering * vectors = branch_of(first).spec().vectors.get();
        if (vectors && !is_safe(*vectors)) return nullptr;
        for (const planned_row & row : plan.rows) {
            if (row.branch < 0 || branch_of(row).spec().capture.spool) return nullptr;
            if (!vectors || fingerprint_of(branch_of(row).spec()) != vectors->fingerprint()) return nullptr;
        }
        return vectors;
    };
    const steering * vectors = options_.control_vector_fast_path ? common() : nullptr;
    const uint64_t fingerprint = vectors ? vectors->fingerprint() : 0;
    const bool settled = fingerprint != 0 && fingerprint == last_fingerprint_;
    last_fingerprint_ = fingerprint;
    set_control_vector(settled ? vectors : nullptr);
    return settled;
}

void engine::set_control_vector(const steering * vectors) {
    const uint64_t wanted = vectors ? vectors->fingerprint() : 0;
    if (wanted == control_vector_) return;
    control_vector_ = 0;
    if (!vectors) {
        llama_set_adapter_cvec(context_.get(), nullptr, 0, model_->info().n_embd, -1, -1);
        return;
    }
    const int n_embd = model_->info().n_embd;
    const int n_layer = model_->info().n_layer;
    std::vector<float> packed(static_cast<size_t>(n_layer - 1) * n_embd,
                              0.0f); // layer 1 first: layer 0 has no place in it
    for (const int layer : vectors->layers()) {
        if (layer < 1) continue;
        std::copy_n(vectors->at(layer), n_embd, packed.begin() + static_cast<std::ptrdiff_t>(layer - 1) * n_embd);
    }
    if (llama_set_adapter_cvec(context_.get(), packed.data(), packed.size(), n_embd, 1, n_layer - 1) != 0) {
        throw error("ERR_OUT_OF_MEMORY", "llama.cpp could not take the control vector");
    }
    control_vector_ = wanted;
}

void engine::collect_outputs(const batch_plan & plan, std::vector<engine_event> & events) {
    for (size_t i = 0; i < plan.rows.size(); i++) {
        const planned_row & row = plan.rows[i];
        if (!row.output || !runs_.count(row.run)) continue; // failed on an earlier row of this batch
        const float * logits = llama_get_logits_ith(context_.get(), static_cast<int32_t>(i));
        if (const error * reason = hook_.failure_of(static_cast<int>(i))) {
            fail(row.run, *reason, events);
            continue;
        }
        run & run = runs_.at(row.run);
        if (row.branch < 0) {
            if (run.branches.front().spec().logits == row_choice::prompt) run.branches.front().keep_logits(logits);
            continue;
        }
        sequence & branch = run.branches[row.branch];
        if (control_vector_ != 0) {
            for (layer_receipt & receipt : branch.receipts()) {
                if (receipt.layer < 1) continue;
                const double added = branch.spec().vectors->norm_at(receipt.layer);
                receipt.rows++;
                receipt.control_vector_rows++;
                receipt.added_norm_sum += added;
                receipt.added_norm_max = std::max(receipt.added_norm_max, added);
            }
        }
        bool more = false;
        try {
            more = branch.accept(logits);
        } catch (const error & e) {
            fail(row.run, e, events);
            continue;
        }
        if (branch.spec().stream) {
            token_chunk chunk = branch.take_chunk();
            if (!chunk.tokens.empty() || !chunk.bytes.empty())
                events.push_back(tokens_event{row.run, row.branch, std::move(chunk)});
        }
        if (more) {
            planner_->feed(row.run, row.branch, branch.next_token());
            continue;
        }
        const int shared = planner_->shared_tokens(row.run);
        planner_->finish(row.run, row.branch);
        if (--run.unfinished > 0) continue;
        run_result result;
        result.shared_tokens = shared;
        for (sequence & each : run.branches) result.branches.push_back(each.take_result());
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            statistics_.shared_tokens += static_cast<uint64_t>(shared);
        }
        runs_.erase(row.run);
        events.push_back(finished_event{row.run, std::move(result)});
    }
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

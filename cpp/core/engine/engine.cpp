#include "engine/engine.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <set>

#include "engine/gguf-header.h"
#include "engine/token-batch.h"
#include "platform/backend.h"

namespace corrsteer {

namespace {

/// Hundreds of GB for any model of use: llama.cpp would touch memory for half a minute before it fails.
constexpr int most_cells = 1 << 24;
/// Conversations, beside those under way, that go on without being read again.
constexpr int most_residents = 8;

llama_context_params context_params(const engine_options & options, cancel_token & stopping) {
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
    return spec.steering ? spec.steering->fingerprint() : 0;
}

} // namespace

engine::engine(std::shared_ptr<const model> model, const engine_options & options, event_sink sink)
    : model_(std::move(model)), options_(options), sink_(std::move(sink)), threads_(cpu_threads::get(options.threads)),
      hook_(model_->info().n_layer, model_->info().n_embd, std::min(options.micro_batch_tokens, options.batch_tokens)),
      attention_(options.threads) {
    const int most_sequences = static_cast<int>(llama_max_parallel_sequences());
    if (options.max_sequences < 2 || options.max_sequences > most_sequences) {
        throw range_error("maxSequences", "2 to " + std::to_string(most_sequences), options.max_sequences);
    }
    if (options.micro_batch_tokens < 1) throw range_error("microBatchTokens", "at least 1", options.micro_batch_tokens);
    if (options.batch_tokens < 1) throw range_error("batchTokens", "at least 1", options.batch_tokens);
    if (options.context_tokens < 1 || options.context_tokens > most_cells) {
        throw range_error("contextTokens", "1 to " + std::to_string(most_cells), options.context_tokens);
    }
    if (options.products == products::policy::float32 && !products::are_here()) {
        throw error("ERR_INVALID_ARGUMENT", "products: float32 ones are written for x86 processors with AVX2",
                    {{"name", "products"}});
    }
    const log_scope log;
    llama_context_params params = context_params(options_, stopping_);
    params.cb_eval = on_node;
    params.cb_eval_user_data = this;
    context_.reset(llama_init_from_model(model_->get(), params));
    if (!context_) throw no_context(log.errors());
    if (!llama_get_memory(context_.get())) // it would encode the batch, and give no logits
        throw model_load_error(model_->info().path, "not a language model that reads from left to right");
    model_->adapt(context_.get());
    llama_attach_threadpool(context_.get(), threads_->pool(), threads_->pool());
    // A pass has no more rows than the cache has cells, whatever was asked for.
    if (options.products != products::policy::llama_cpp && products::are_here())
        products_.emplace(options.products, options.threads, static_cast<int>(llama_n_ubatch(context_.get())));
    is_one_part_ = is_cpu(find_device(model_->info().device)) && !has_accelerator();
    n_cells_ = static_cast<int>(llama_n_ctx(context_.get()));
    const int n_batch = static_cast<int>(llama_n_batch(context_.get()));
    limits_ = {n_cells_, options_.max_sequences, n_batch, model_->truncates()};
    if (const int window = llama_model_n_swa(model_->get()); window > 0) {
        // llama.cpp writes over cells that the end of their sequence no longer sees, swa_full or not (find_slot).
        limits_.holds = [this, window](int sequence, int length) {
            const llama_pos first = llama_memory_seq_pos_min(llama_get_memory(context_.get()), sequence);
            return first >= 0 && first <= std::max(0, length - window);
        };
    }
    probe(log);
    if (attention_.has_taken()) limits_.residents = most_residents; // idle cells cost llama.cpp's attention
    planner_.emplace(limits_);
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

/// llama.cpp says on its log alone what it lacked.
error engine::no_context(const std::string & reason) const {
    // A quantised cache asks for heads of whole blocks, and for flash attention.
    if (ggml_is_quantized(options_.kv_type) && reason.find("alloc") == std::string::npos) {
        const std::string actual = ggml_type_name(options_.kv_type);
        const std::string expected = "a type that the model's heads fit";
        return error("ERR_INVALID_ARGUMENT", "kvType: expected " + expected + ", got \"" + actual + "\". " + reason,
                     {{"name", "kvType"}, {"expected", expected}, {"actual", actual}});
    }
    return error("ERR_OUT_OF_MEMORY", "no context of " + std::to_string(options_.context_tokens) + " tokens. " + reason,
                 {{"device", model_->info().device}, {"nCtx", static_cast<double>(options_.context_tokens)}});
}

/// llama.cpp asks about every node before it computes it.
bool engine::on_node(ggml_tensor * node, bool ask, void * self) noexcept {
    auto & asked = *static_cast<engine *>(self);
    if (ask && asked.products_) asked.products_->take(*node);
    if (ask) asked.attention_.take(*node);
    return residual_hook::on_node(node, ask, &asked.hook_);
}

/// Decodes one token to see which residual nodes this architecture's graph has; the cache is cleared afterwards.
void engine::probe(const log_scope & log) {
    const auto lock = threads_->use();
    hook_.begin_probe();
    token_batch batch({{0, 0, model_->info().bos.value_or(0), 0, 0, true, {}}});
    const int status = llama_decode(context_.get(), batch.get());
    hook_.end_probe();
    check_decoded(status, 1, log);
    llama_memory_clear(llama_get_memory(context_.get()), true);
    for (int layer = 0; layer < model_->info().n_layer; layer++) {
        if (hook_.has_layer(layer)) continue;
        throw error("ERR_HOOK_POINT",
                    "architecture " + model_->info().architecture + ": llama.cpp's graph has no l_out-" +
                        std::to_string(layer) + ", so its residual stream can't be read or steered",
                    {{"layer", static_cast<double>(layer)}, {"architecture", model_->info().architecture}});
    }
}

engine::run engine::make_run(run_spec spec) const {
    run made;
    made.prompt = std::move(spec.prompt);
    made.branches.reserve(spec.branches.size());
    for (branch_spec & branch : spec.branches) made.branches.emplace_back(std::move(branch), *model_, made.prompt);
    made.unfinished = static_cast<int>(made.branches.size());
    made.result.branches.reserve(made.branches.size());
    made.ending.emplace_back();
    return made;
}

std::vector<int> engine::submit(std::vector<run_spec> specs) {
    std::vector<run> made;
    for (size_t i = 0; i < specs.size(); i++) {
        try {
            check_run(specs[i], *model_, hook_, n_cells_);
        } catch (error & e) {
            e.details.push_back({"run", static_cast<double>(i)});
            throw;
        }
    }
    for (run_spec & spec : specs) made.push_back(make_run(std::move(spec)));
    const std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_.requested()) std::rethrow_exception(disposed_);
    std::vector<int> ids;
    std::map<int, run> queued;
    for (run & each : made) {
        ids.push_back(next_run_ + static_cast<int>(ids.size()));
        queued.emplace(ids.back(), std::move(each));
    }
    next_run_ += static_cast<int>(ids.size());
    queue_.merge(queued);
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
    while (wait_for_work()) {
        try {
            const log_scope log;
            std::unique_lock<fair_mutex> cpu = cpu_threads::use_unless([&] { return is_interrupted(); });
            take_in();
            if (cpu.owns_lock()) step(std::move(cpu), log);
        } catch (...) {
            fail_all(std::current_exception());
        }
        deliver();
    }
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        runs_.merge(queue_);
    }
    fail_all(disposed_);
    deliver();
}

/// False: the engine stops.
bool engine::wait_for_work() {
    std::unique_lock<std::mutex> lock(mutex_);
    wake_.wait(lock, [&] { return stopping_.requested() || !queue_.empty() || !cancelled_.empty() || !runs_.empty(); });
    return !stopping_.requested();
}

/// Whether there is something to do that needs no CPU threads.
bool engine::is_interrupted() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return stopping_.requested() || !cancelled_.empty();
}

/// Takes new runs and cancellations.
void engine::take_in() {
    int first = 0; // new ones have higher numbers than those there
    std::vector<int> cancelled;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        first = queue_.empty() ? next_run_ : queue_.begin()->first;
        runs_.merge(queue_);
        cancelled.swap(cancelled_);
    }
    if (!planner_) {
        llama_memory_clear(llama_get_memory(context_.get()), true);
        planner_.emplace(limits_);
    }
    for (auto next = runs_.lower_bound(first); next != runs_.end();) {
        const int id = (next++)->first;
        try {
            plan(id);
        } catch (...) {
            fail(id, std::current_exception());
        }
    }
    for (const int id : cancelled) {
        if (runs_.count(id)) fail(id, std::make_exception_ptr(error("ERR_CANCELLED", "the run was cancelled")));
    }
}

void engine::plan(int id) {
    run & run = runs_.at(id);
    std::vector<planned_branch> plans;
    for (const sequence & branch : run.branches) {
        plans.push_back({std::max(branch.spec().max_tokens, 1), fingerprint_of(branch.spec()),
                         own_prompt_tokens(branch.spec(), static_cast<int>(run.prompt.size())),
                         branch.spec().forced_tokens});
    }
    planner_->submit(id, run.prompt, std::move(plans), wants_prompt(run.branches.front().spec()));
}

/// Computes nothing that takes long beyond the decode, so that others have their turn at the CPU sooner.
void engine::step(std::unique_lock<fair_mutex> cpu, const log_scope & log) {
    const batch_plan plan = planner_->next();
    apply(plan.operations);
    if (plan.rows.empty()) {
        if (!planner_->idle()) throw error("ERR_INTERNAL", "no run can go on");
        return;
    }
    try {
        int status = decode(plan);
        while (status == 1 && planner_->evict()) { // no slot: give up what is resident and try once more
            apply(planner_->take_operations());
            status = decode(plan);
        }
        cpu.unlock();
        check_decoded(status, plan.rows.size(), log);
        hook_.end();
    } catch (...) {
        fail_batch(plan, std::current_exception());
        return;
    }
    collect_outputs(plan);
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
    hook_.begin(std::move(rows), wants_rows_alone(plan));
    token_batch batch(plan.rows, !hook_.ends_before_outputs());
    const auto start = std::chrono::steady_clock::now();
    const int status = llama_decode(context_.get(), batch.get());
    llama_synchronize(context_.get());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const std::lock_guard<std::mutex> guard(mutex_);
    statistics_.decodes++;
    statistics_.decoded_tokens += plan.rows.size();
    statistics_.decode_seconds += seconds.count();
    statistics_.on_device = hook_.on_device();
    return status;
}

/// Whether nothing has to be computed beyond the last layer whose rows are wanted: neither logits, nor keys and values
/// of cells that others may come to share. Of a graph in parts the hook would end one; and a recurrent memory moves the
/// states of other sequences as well, at every layer.
bool engine::wants_rows_alone(const batch_plan & plan) const {
    return is_one_part_ && limits_.truncates &&
           std::all_of(plan.rows.begin(), plan.rows.end(), [&](const planned_row & row) {
               const branch_spec & spec = runs_.at(row.run).branches.front().spec();
               return wants_prompt(spec) && !wants_logits(spec);
           });
}

/// Whoever stopped the decode comes before the status, which may be 0 then.
void engine::check_decoded(int status, size_t n_rows, const log_scope & log) const {
    if (stopping_.requested()) std::rethrow_exception(disposed_);
    hook_.throw_failure();
    if (status == 0) return;
    const std::vector<error_detail> details = {{"status", static_cast<double>(status)},
                                               {"nTokens", static_cast<double>(n_rows)},
                                               {"nCtx", static_cast<double>(n_cells_)}};
    if (status == 1) {
        throw error("ERR_CONTEXT_FULL", "the key-value cache has no room for " + std::to_string(n_rows) + " tokens",
                    details);
    }
    throw error("ERR_DECODE", "llama_decode failed with status " + std::to_string(status) + ". " + log.errors(),
                details);
}

/// Steering, capture and probes of one row. A trunk row is never steered; it is captured only for the branch that wants
/// the prompt. A row that is replayed is steered once more, and nothing else.
hook_row engine::hook_row_of(const planned_row & row) {
    hook_row hook;
    hook.output = row.output;
    run & run = runs_.at(row.run);
    sequence & branch = run.branches[std::max(row.branch, 0)];
    const branch_spec & spec = branch.spec();
    const int position = row.position - (static_cast<int>(run.prompt.size()) - 1); // generated: 0 is the prompt's last
    const bool of_prompt = position <= 0;
    const bool of_answer = position >= 0;
    const bool begins = row.position == 0 && row.token == model_->info().bos;
    const row_choice positions = spec.capture.positions;
    if (spec.capture.sink && !row.replayed &&
        (positions == row_choice::all      ? !begins
         : positions == row_choice::prompt ? of_prompt
                                           : of_answer)) {
        hook.sink = spec.capture.sink.get();
        hook.slot = spec.capture.slot;
    }
    if (row.branch >= 0 && spec.steering) {
        hook.steering = spec.steering.get();
        hook.place = branch.place_of(position);
        hook.receipts = row.replayed ? nullptr : &branch.receipts();
    }
    if (of_answer && !row.replayed && !spec.watch.empty()) {
        hook.watch = &spec.watch;
        hook.watched = branch.watched(position);
    }
    return hook;
}

void engine::collect_outputs(const batch_plan & plan) {
    const bool has_logits = !wants_rows_alone(plan);
    for (size_t i = 0; i < plan.rows.size(); i++) {
        const planned_row & row = plan.rows[i];
        if (!runs_.count(row.run)) continue; // failed on an earlier row of this batch
        bool more = false;
        try {
            hook_.throw_failure_of(static_cast<int>(i));
            if (row.output && has_logits) more = take_logits(row, static_cast<int32_t>(i));
        } catch (...) {
            fail(row.run, std::current_exception());
            continue;
        }
        if (!row.output || is_before_last(row)) continue;
        if (!more) {
            finish(row);
            continue;
        }
        const sequence & branch = runs_.at(row.run).branches[row.branch];
        if (!branch.is_forced()) planner_->feed(row.run, row.branch, branch.next_token());
    }
}

/// Whether it is a row of the prompt, and not the last.
bool engine::is_before_last(const planned_row & row) const {
    return row.position + 1 < static_cast<int>(runs_.at(row.run).prompt.size());
}

/// Of the batch's row of that index. Whether its branch goes on.
bool engine::take_logits(const planned_row & row, int32_t index) {
    const float * logits = llama_get_logits_ith(context_.get(), index);
    if (!logits) throw error("ERR_DECODE", "llama.cpp gave no logits");
    run & run = runs_.at(row.run);
    if (is_before_last(row)) {
        run.branches.front().accept_prompt(logits, run.prompt[row.position + 1]);
        return true;
    }
    sequence & branch = run.branches[row.branch];
    const bool more = branch.accept(logits);
    if (branch.spec().stream) {
        token_chunk chunk = branch.take_chunk();
        if (!chunk.tokens.empty() || !chunk.bytes.empty()) {
            events_.push_back(tokens_event{row.run, row.branch, std::move(chunk)});
        }
    }
    return more;
}

void engine::finish(const planned_row & row) {
    run & run = runs_.at(row.run);
    run.result.shared_tokens = planner_->shared_tokens(row.run);
    planner_->finish(row.run, row.branch);
    if (--run.unfinished > 0) return;
    for (sequence & each : run.branches) run.result.branches.push_back(each.take_result());
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        statistics_.shared_tokens += static_cast<uint64_t>(run.result.shared_tokens);
    }
    end(row.run, finished_event{row.run, std::move(run.result)});
}

void engine::fail(int id, std::exception_ptr reason) {
    planner_->drop(id);
    end(id, failed_event{id, std::move(reason)});
}

/// A failed decode leaves garbage in the cells it was to fill: every run that had a row in it ends. What is one row's
/// own (a sink that takes no more, steering too strong for floats) the hook keeps apart, and it never comes here; what
/// does, such as a failed allocation or a lost device, llama.cpp tells of the graph and of no row. Nor could runs be
/// tried again one by one: rows of layers before the failure have gone to sinks, probes and receipts, which would have
/// them twice.
void engine::fail_batch(const batch_plan & plan, std::exception_ptr reason) {
    for (const planned_row & row : plan.rows) {
        if (runs_.count(row.run)) fail(row.run, reason);
    }
    while (planner_->evict()) {
    }
}

void engine::fail_all(std::exception_ptr reason) noexcept {
    while (!runs_.empty()) end(runs_.begin()->first, failed_event{runs_.begin()->first, reason});
    planner_.reset();
}

void engine::end(int id, engine_event last) noexcept {
    std::list<engine_event> & ending = runs_.at(id).ending;
    ending.front() = std::move(last);
    events_.splice(events_.end(), ending);
    runs_.erase(id);
}

void engine::deliver() noexcept {
    if (!events_.empty()) sink_(events_);
    events_.clear();
}

} // namespace corrsteer

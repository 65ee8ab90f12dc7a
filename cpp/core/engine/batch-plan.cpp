#include "engine/batch-plan.h"

#include <algorithm>

namespace corrsteer {

namespace {

/// Fewer shared tokens than this aren't worth waiting for a prefill that is under way, nor keeping what is resident:
/// attention looks at every cell up to the last one in use, whoever's it is (8 idle prompts: a fifth of the speed of 16
/// streams of a 135M model).
constexpr int worth_sharing = 16;

int common_prefix(const std::vector<int32_t> & a, size_t n_a, const std::vector<int32_t> & b, size_t n_b) {
    const size_t n = std::min(n_a, n_b);
    return static_cast<int>(std::mismatch(a.begin(), a.begin() + n, b.begin()).first - a.begin());
}

} // namespace

batch_planner::batch_planner(const limits & limits) : limits_(limits), ledger_(limits.n_cells, limits.n_sequences) {
    for (int i = limits.n_sequences - 1; i >= 0; i--) free_sequences_.push_back(i);
}

void batch_planner::submit(int id, std::vector<int32_t> prompt, std::vector<planned_branch> branches,
                           bool whole_prompt) {
    run & run = runs_[id];
    run.prompt = std::move(prompt);
    run.whole_prompt = whole_prompt;
    for (const auto & plan : branches) {
        run.branches.emplace_back();
        run.branches.back().plan = plan;
    }
}

int batch_planner::shared_tokens(int run) const {
    const auto found = runs_.find(run);
    return found == runs_.end() ? 0 : found->second.shared;
}

batch_plan batch_planner::next() {
    batch_plan plan;
    for (auto & [id, run] : runs_) run.settled = run.prefilled;
    if (limits_.truncates) {
        const bool all_started = plan_branches(plan);
        plan_prefill(plan, all_started);
    } else {
        // llama.cpp takes the rows of recurrent models sequence by sequence, and the hook counts on the order of the
        // batch: it stays when a batch is one run's prompt, or one row of each sequence.
        plan_prefill(plan, true);
        if (plan.rows.empty()) plan_branches(plan);
    }
    plan.operations = take_operations();
    return plan;
}

std::vector<memory_operation> batch_planner::take_operations() {
    std::vector<memory_operation> operations;
    operations.swap(pending_);
    return operations;
}

/// One row for each branch that has a token to decode, then branches that can start: oldest run first. False: one can't
/// yet.
bool batch_planner::plan_branches(batch_plan & plan) {
    bool all_started = true;
    for (const bool started : {true, false}) {
        for (auto & [id, run] : runs_) {
            if (!run.prefilled_whole()) continue;
            for (size_t i = 0; i < run.branches.size() && room(plan) > 0; i++) {
                branch & branch = run.branches[i];
                if (branch.at != (started ? stage::fed : stage::waiting)) continue;
                if (!started && !start(run, branch)) {
                    all_started = false;
                    break;
                }
                plan_row(plan, id, static_cast<int>(i), branch);
            }
        }
    }
    return all_started;
}

void batch_planner::plan_row(batch_plan & plan, int run, int index, branch & branch) {
    const int position = ledger_.length(branch.sequence);
    plan.rows.push_back({run, index, branch.token, position, branch.sequence, true});
    ledger_.append(branch.sequence, 1);
    branch.history.push_back(branch.token);
    branch.reserved--;
    reserved_--;
    branch.at = stage::decoding;
}

/// Fills the batch with prompt tokens; takes in queued runs only while there is room for their rows, and none while an
/// older one waits for cells, which newer ones would go on taking.
void batch_planner::plan_prefill(batch_plan & plan, bool may_start) {
    for (auto & [id, run] : runs_) {
        if (room(plan) <= 0) return;
        if (!limits_.truncates && !plan.rows.empty()) return;
        if (!run.admitted && !(may_start && admit(run))) return;
        const int n = std::min(room(plan), run.trunk_length() - run.prefilled);
        for (int i = 0; i < n; i++) {
            const int position = run.prefilled + i;
            plan.rows.push_back({id, -1, run.prompt[position], position, run.trunk, run.whole_prompt});
        }
        ledger_.append(run.trunk, n);
        reserved_ -= n;
        run.prefilled += n;
        if (may_start && limits_.truncates && run.prefilled_whole()) plan_first_rows(plan, id, run, n);
    }
}

/// Branches that start in the batch that ends their trunk: its last `n` rows, the trunk's, are theirs as well.
void batch_planner::plan_first_rows(batch_plan & plan, int id, run & run, int n) {
    const size_t end = plan.rows.size();
    for (size_t i = 0; i < run.branches.size() && room(plan) > 0; i++) {
        branch & branch = run.branches[i];
        if (branch.at != stage::waiting) continue;
        if (!start(run, branch)) return;
        for (size_t row = end - static_cast<size_t>(n); row < end; row++)
            plan.rows[row].also.push_back(branch.sequence);
        plan_row(plan, id, static_cast<int>(i), branch);
    }
}

bool batch_planner::admit(run & run) {
    source shared;
    if (!run.whole_prompt) {
        shared = longest_prefix(run, false);
        if (limits_.truncates && longest_prefix(run, true).length - shared.length >= worth_sharing) return false;
        const bool from_resident = resident_ && shared.sequence == resident_->sequence;
        if (from_resident && shared.length < std::min(worth_sharing, run.trunk_length())) shared = {};
        if (!from_resident || shared.length == 0) evict();
    }
    const int trunk_cells = run.trunk_length() - shared.length;
    int branch_cells = 0; // of the largest: each must be able to run once all others are done
    for (const branch & branch : run.branches) branch_cells = std::max(branch_cells, branch.plan.max_tokens);
    const int cells = trunk_cells + branch_cells;
    if (!has_room(cells, 2) && resident_ && shared.sequence != resident_->sequence) evict();
    if (has_room(cells, 2)) {
        run.trunk = take_sequence();
        if (shared.length > 0) {
            pending_.push_back({memory_operation::fork, shared.sequence, run.trunk, shared.length});
            ledger_.fork(shared.sequence, run.trunk, shared.length);
        }
    } else if (resident_ && take_over(shared.length, cells)) {
        run.trunk = shared.sequence;
    } else {
        return false;
    }
    run.prefilled = run.settled = run.shared = shared.length;
    reserved_ += trunk_cells;
    run.admitted = true;
    return true;
}

/// With no room beside it, the resident gives up what is not shared and becomes the trunk itself.
bool batch_planner::take_over(int length, int cells) {
    const int sequence = resident_->sequence;
    if (free_sequences_.empty() || unreserved() + ledger_.exclusive(sequence, length) < cells) return false;
    if (length < ledger_.length(sequence)) {
        pending_.push_back({memory_operation::remove, sequence, -1, length});
        ledger_.truncate(sequence, length);
    }
    resident_.reset();
    return true;
}

bool batch_planner::start(run & run, branch & branch) {
    if (!has_room(branch.plan.max_tokens, 1)) {
        evict();
        if (!has_room(branch.plan.max_tokens, 1)) return false;
    }
    branch.sequence = take_sequence();
    if (run.settled > 0) {
        pending_.push_back({memory_operation::fork, run.trunk, branch.sequence, run.settled});
    }
    ledger_.fork(run.trunk, branch.sequence, run.prefilled);
    branch.reserved = branch.plan.max_tokens;
    reserved_ += branch.reserved;
    branch.token = run.prompt.back();
    return true;
}

/// The sequence whose unsteered cells begin most like the run's trunk; with `planned`, counting what is still to come.
batch_planner::source batch_planner::longest_prefix(const run & run, bool planned) const {
    source best;
    const auto offer = [&](int sequence, const std::vector<int32_t> & tokens, int held, bool is_there) {
        const int length = common_prefix(run.prompt, run.trunk_length(), tokens, held);
        if (length <= best.length || (!limits_.truncates && length < held)) return;
        if (is_there && limits_.holds && !limits_.holds(sequence, length)) return;
        best = {sequence, length};
    };
    if (resident_) offer(resident_->sequence, resident_->tokens, static_cast<int>(resident_->tokens.size()), true);
    for (const auto & [id, other] : runs_) {
        if (&other == &run || !other.admitted || other.whole_prompt) continue;
        const bool whole = other.settled == other.trunk_length();
        offer(other.trunk, other.prompt, planned ? other.trunk_length() : other.settled, whole || !planned);
    }
    return best;
}

bool batch_planner::has_room(int cells, int sequences) const {
    return unreserved() >= cells && static_cast<int>(free_sequences_.size()) >= sequences;
}

int batch_planner::take_sequence() {
    const int sequence = free_sequences_.back();
    free_sequences_.pop_back();
    return sequence;
}

void batch_planner::release(int sequence) {
    pending_.push_back({memory_operation::remove, sequence});
    ledger_.truncate(sequence, 0);
    free_sequences_.push_back(sequence);
}

void batch_planner::feed(int id, int index, int32_t token) {
    branch & branch = runs_.at(id).branches[index];
    branch.token = token;
    branch.at = stage::fed;
}

void batch_planner::finish(int id, int index) {
    run & run = runs_.at(id);
    branch & branch = run.branches[index];
    branch.at = stage::done;
    reserved_ -= branch.reserved;
    run.done++;
    const bool last = run.done == static_cast<int>(run.branches.size());
    // The sequence of an only branch says all that its trunk does, and more; but among others' its cells lie scattered.
    if (last && runs_.size() == 1 && run.branches.size() == 1 && branch.plan.fingerprint == 0 && !run.whole_prompt) {
        auto tokens = run.prompt;
        tokens.insert(tokens.end(), branch.history.begin() + 1, branch.history.end());
        release(run.trunk);
        keep(branch.sequence, std::move(tokens));
        runs_.erase(id);
        return;
    }
    release(branch.sequence);
    if (last) end_run(id);
}

void batch_planner::end_run(int id) {
    run & run = runs_.at(id);
    if (run.prefilled > 0 && !run.whole_prompt) {
        keep(run.trunk, {run.prompt.begin(), run.prompt.begin() + run.prefilled});
    } else {
        release(run.trunk);
    }
    runs_.erase(id);
}

void batch_planner::keep(int sequence, std::vector<int32_t> tokens) {
    evict();
    resident_ = {sequence, std::move(tokens)};
}

void batch_planner::drop(int id) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) return;
    run & run = found->second;
    for (branch & branch : run.branches) {
        if (branch.at == stage::done || branch.sequence < 0) continue;
        reserved_ -= branch.reserved;
        release(branch.sequence);
    }
    if (run.admitted) {
        reserved_ -= run.trunk_length() - run.prefilled;
        release(run.trunk);
    }
    runs_.erase(found);
}

bool batch_planner::evict() {
    if (!resident_) return false;
    release(resident_->sequence);
    resident_.reset();
    return true;
}

} // namespace corrsteer

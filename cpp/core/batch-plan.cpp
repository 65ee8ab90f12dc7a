#include "batch-plan.h"

#include <algorithm>

namespace corrsteer {

namespace {

/// Fewer shared tokens than this aren't worth waiting for a prefill that is under way.
constexpr int worth_waiting = 16;
/// Residents beyond this only make every attention pass look at more cells.
constexpr size_t most_residents = 8;

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
        if (plan.rows.empty()) plan_branches(plan); // of a run whose whole trunk was shared
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
                const int position = ledger_.length(branch.sequence);
                plan.rows.push_back({id, static_cast<int>(i), branch.token, position, branch.sequence, true});
                ledger_.append(branch.sequence, 1);
                branch.history.push_back(branch.token);
                branch.reserved--;
                reserved_--;
                branch.at = stage::decoding;
            }
        }
    }
    return all_started;
}

/// Fills the batch with prompt tokens; takes in queued runs only while there is room for their rows, and none while an
/// older one waits for cells, which newer ones would go on taking.
void batch_planner::plan_prefill(batch_plan & plan, bool may_admit) {
    for (auto & [id, run] : runs_) {
        if (room(plan) <= 0) return;
        if (!limits_.truncates && !plan.rows.empty()) return;
        if (!run.admitted && !(may_admit && admit(run))) return;
        const int n = std::min(room(plan), run.trunk_length() - run.prefilled);
        for (int i = 0; i < n; i++) {
            const int position = run.prefilled + i;
            plan.rows.push_back({id, -1, run.prompt[position], position, run.trunk, run.whole_prompt});
        }
        if (n == 0) continue;
        ledger_.append(run.trunk, n);
        reserved_ -= n;
        run.prefilled += n;
    }
}

bool batch_planner::admit(run & run) {
    source shared;
    if (!run.whole_prompt) {
        shared = longest_prefix(run, false);
        if (limits_.truncates && longest_prefix(run, true).length - shared.length >= worth_waiting) return false;
    }
    const int trunk_cells = run.trunk_length() - shared.length;
    int branch_cells = 0; // of the largest: each must be able to run once all others are done
    for (const branch & branch : run.branches) branch_cells = std::max(branch_cells, branch.plan.max_tokens);
    const bool resident = shared.from != nullptr;
    if (resident) shared.from->used_at = ++clock_;
    if (make_room(trunk_cells + branch_cells, 2, shared.sequence)) {
        run.trunk = take_sequence();
        if (shared.length > 0) {
            pending_.push_back({memory_operation::fork, shared.sequence, run.trunk, shared.length});
            ledger_.fork(shared.sequence, run.trunk, shared.length);
        }
    } else if (resident && take_over(shared.sequence, shared.length, trunk_cells + branch_cells)) {
        run.trunk = shared.sequence;
    } else {
        return false;
    }
    run.prefilled = run.shared = shared.length;
    reserved_ += trunk_cells;
    run.admitted = true;
    return true;
}

/// With no room beside it, a resident gives up what is not shared and becomes the trunk itself.
bool batch_planner::take_over(int sequence, int length, int cells) {
    if (free_sequences_.empty() || unreserved() + ledger_.exclusive(sequence, length) < cells) return false;
    if (length < ledger_.length(sequence)) {
        pending_.push_back({memory_operation::remove, sequence, -1, length});
        ledger_.truncate(sequence, length);
    }
    residents_.erase(std::find_if(residents_.begin(), residents_.end(),
                                  [&](const resident & resident) { return resident.sequence == sequence; }));
    return true;
}

bool batch_planner::start(run & run, branch & branch) {
    if (!make_room(branch.plan.max_tokens, 1, run.trunk)) return false;
    branch.sequence = take_sequence();
    if (run.prefilled > 0) {
        pending_.push_back({memory_operation::fork, run.trunk, branch.sequence, run.prefilled});
        ledger_.fork(run.trunk, branch.sequence, run.prefilled);
    }
    branch.reserved = branch.plan.max_tokens;
    reserved_ += branch.reserved;
    branch.token = run.prompt.back();
    return true;
}

/// The sequence whose unsteered cells begin most like the run's trunk; with `planned`, counting what is still to come.
batch_planner::source batch_planner::longest_prefix(const run & run, bool planned) {
    source best;
    const auto offer = [&](int sequence, const std::vector<int32_t> & tokens, int held, bool is_there,
                           resident * from) {
        const int length = common_prefix(run.prompt, run.trunk_length(), tokens, held);
        if (length <= best.length || (!limits_.truncates && length < held)) return;
        if (is_there && limits_.holds && !limits_.holds(sequence, length)) return;
        best = {sequence, length, from};
    };
    for (auto & resident : residents_) {
        offer(resident.sequence, resident.tokens, static_cast<int>(resident.tokens.size()), true, &resident);
    }
    for (const auto & [id, other] : runs_) {
        if (&other == &run || !other.admitted || other.whole_prompt) continue;
        const bool whole = other.settled == other.trunk_length();
        offer(other.trunk, other.prompt, planned ? other.trunk_length() : other.settled, whole || !planned, nullptr);
    }
    return best;
}

/// Evicts residents, least recently used first, until so many cells and sequences are free; never `keep`.
bool batch_planner::make_room(int cells, int sequences, int keep) {
    const auto enough = [&] { return unreserved() >= cells && static_cast<int>(free_sequences_.size()) >= sequences; };
    while (!enough()) {
        auto oldest = residents_.end();
        for (auto it = residents_.begin(); it != residents_.end(); ++it) {
            if (it->sequence != keep && (oldest == residents_.end() || it->used_at < oldest->used_at)) oldest = it;
        }
        if (oldest == residents_.end()) return false;
        release(oldest->sequence);
        residents_.erase(oldest);
    }
    return true;
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
    if (last && run.branches.size() == 1 && branch.plan.fingerprint == 0 && !run.whole_prompt) {
        auto tokens = run.prompt; // the branch's sequence says all that its trunk does, and more
        tokens.insert(tokens.end(), branch.history.begin() + 1, branch.history.end());
        keep(branch.sequence, std::move(tokens));
        release(run.trunk);
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

/// The sequence stays resident; others that it says all of, or the oldest, make way.
void batch_planner::keep(int sequence, std::vector<int32_t> tokens) {
    for (size_t i = residents_.size(); i-- > 0;) {
        const auto & old = residents_[i];
        if (common_prefix(old.tokens, old.tokens.size(), tokens, tokens.size()) < static_cast<int>(old.tokens.size()))
            continue;
        release(old.sequence);
        residents_.erase(residents_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    residents_.push_back({sequence, std::move(tokens), ++clock_});
    if (residents_.size() <= most_residents) return;
    const auto oldest = std::min_element(residents_.begin(), residents_.end(),
                                         [](const auto & a, const auto & b) { return a.used_at < b.used_at; });
    release(oldest->sequence);
    residents_.erase(oldest);
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

bool batch_planner::evict_all() {
    const bool any = !residents_.empty();
    for (const auto & resident : residents_) release(resident.sequence);
    residents_.clear();
    return any;
}

} // namespace corrsteer

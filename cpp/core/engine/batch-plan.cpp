#include "engine/batch-plan.h"

#include <algorithm>

namespace corrsteer {

namespace {

/// Fewer shared tokens than this aren't worth waiting for a prefill that is under way, nor keeping what is resident:
/// llama.cpp's attention looks at every cell up to the last one in use, whoever's it is (8 idle prompts: a fifth of the
/// speed of 16 streams of a 135M model).
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
    const auto by_own = [](const planned_branch & a, const planned_branch & b) { return a.own < b.own; };
    const int most = std::max_element(branches.begin(), branches.end(), by_own)->own;
    for (planned_branch & plan : branches) {
        if (!limits_.truncates || limits_.holds) plan.own = most; // a fork must be of the whole trunk
        run.branches.emplace_back();
        branch & branch = run.branches.back();
        branch.plan = plan;
        branch.fork = static_cast<int>(run.prompt.size()) - plan.own;
        branch.tokens.assign(run.prompt.begin() + branch.fork, run.prompt.end());
        if (!plan.forced.empty()) branch.tokens.insert(branch.tokens.end(), plan.forced.begin(), plan.forced.end() - 1);
        run.trunk_length = std::max(run.trunk_length, branch.fork);
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
        start_oldest();
        const bool all_started = plan_branches(plan);
        plan_prefill(plan, all_started);
    } else {
        // llama.cpp takes the rows of recurrent models sequence by sequence, and the hook counts on the order of the
        // batch: it stays when a batch is rows of one sequence, or one row of each.
        plan_prefill(plan, true);
        if (plan.rows.empty()) plan_one_branch(plan);
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

/// What keeps the oldest run from starting any branch is put back, before others have rows.
void batch_planner::start_oldest() {
    if (runs_.empty()) return;
    auto & [id, run] = *runs_.begin();
    if (!run.prefilled_whole()) return;
    const auto waits = [](const branch & branch) { return branch.at == stage::waiting; };
    const auto is_under_way = [&](const branch & branch) { return !waits(branch) && branch.at != stage::done; };
    if (std::any_of(run.branches.begin(), run.branches.end(), is_under_way)) return;
    const auto first = std::find_if(run.branches.begin(), run.branches.end(), waits);
    const int index = static_cast<int>(first - run.branches.begin());
    if (has_room(step_of(*first), 1)) return;
    while (!start(run, *first, 0)) {
        if (!put_back_after(id, index)) return;
    }
    first->at = stage::fed;
}

/// Rows for each branch that has tokens to decode, then branches that can start: oldest run first. False: one can't
/// yet.
bool batch_planner::plan_branches(batch_plan & plan) {
    bool all_started = true;
    for (const bool started : {true, false}) {
        for (auto & [id, run] : runs_) {
            if (!run.prefilled_whole()) continue;
            for (size_t i = 0; i < run.branches.size() && room(plan) > 0; i++) {
                branch & branch = run.branches[i];
                if (branch.at != (started ? stage::fed : stage::waiting)) continue;
                if (!limits_.truncates && branch.pending() > 1) continue;
                if (started && !extend(id, static_cast<int>(i), branch)) continue;
                if (!started && !start(run, branch, spared())) {
                    all_started = false;
                    break;
                }
                plan_rows(plan, id, run, static_cast<int>(i), branch);
            }
        }
    }
    return all_started;
}

/// The rows of one branch that has several, of the oldest that can.
void batch_planner::plan_one_branch(batch_plan & plan) {
    for (auto & [id, run] : runs_) {
        if (!run.prefilled_whole()) continue;
        for (size_t i = 0; i < run.branches.size(); i++) {
            branch & branch = run.branches[i];
            if (branch.at == stage::done || branch.pending() < 2) continue;
            if (branch.at == stage::waiting && !start(run, branch, spared())) continue;
            plan_rows(plan, id, run, static_cast<int>(i), branch);
            return;
        }
    }
}

/// The branch's next tokens, behind those that it has to replay.
void batch_planner::plan_rows(batch_plan & plan, int id, const run & run, int index, branch & branch) {
    const int last = static_cast<int>(branch.tokens.size()) - 1;
    const int first = ledger_.length(branch.sequence) - branch.fork;
    branch.at = stage::fed;
    while (room(plan) > 0 && branch.at == stage::fed) {
        const int position = ledger_.length(branch.sequence);
        const int i = position - branch.fork;
        const bool replayed = i < branch.delivered;
        const bool output = !replayed && (i >= branch.plan.own - 1 || run.whole_prompt);
        if (i >= branch.plan.own && i > first && plan.n_outputs >= limits_.n_outputs) return;
        plan.rows.push_back({id, index, branch.tokens[i], position, branch.sequence, output, {}, replayed});
        plan.n_outputs += output;
        ledger_.append(branch.sequence, 1);
        branch.reserved--;
        reserved_--;
        if (replayed) continue;
        branch.delivered = i + 1;
        if (i == last) branch.at = stage::decoding;
    }
}

/// Fills the batch with prompt tokens; takes in queued runs only while there is room for their rows, and none while an
/// older one waits for cells, which newer ones would go on taking.
void batch_planner::plan_prefill(batch_plan & plan, bool may_start) {
    for (auto & [id, run] : runs_) {
        if (room(plan) <= 0) return;
        if (!limits_.truncates && !plan.rows.empty()) return;
        if (!run.admitted && !(may_start && admit(run))) return;
        const int n = std::min(room(plan), run.trunk_length - run.prefilled);
        for (int i = 0; i < n; i++) {
            const int position = run.prefilled + i;
            const bool replayed = position < run.delivered;
            const bool output = run.whole_prompt && !replayed;
            plan.rows.push_back({id, -1, run.prompt[position], position, run.trunk, output, {}, replayed});
            plan.n_outputs += output;
        }
        ledger_.append(run.trunk, n);
        reserved_ -= n;
        run.prefilled += n;
        run.delivered = std::max(run.delivered, run.prefilled);
        if (may_start && limits_.truncates && run.prefilled_whole()) plan_first_rows(plan, id, run, n);
    }
}

/// Branches that start in the batch that ends their trunk: of its last `n` rows, the trunk's, those up to where they
/// leave it are theirs as well.
void batch_planner::plan_first_rows(batch_plan & plan, int id, run & run, int n) {
    const size_t end = plan.rows.size();
    for (size_t i = 0; i < run.branches.size() && room(plan) > 0; i++) {
        branch & branch = run.branches[i];
        if (branch.at != stage::waiting) continue;
        if (!start(run, branch, spared())) return;
        for (size_t row = end - static_cast<size_t>(n); row < end; row++) {
            if (plan.rows[row].position < branch.fork) plan.rows[row].also.push_back(branch.sequence);
        }
        plan_rows(plan, id, run, static_cast<int>(i), branch);
    }
}

bool batch_planner::admit(run & run) {
    source shared;
    if (!run.whole_prompt) {
        shared = longest_prefix(run, false);
        if (limits_.truncates && longest_prefix(run, true).length - shared.length >= worth_sharing) return false;
        const auto used = find_resident(shared.sequence);
        const bool is_resident = used != residents_.end();
        if (is_resident && shared.length >= std::min(worth_sharing, run.trunk_length)) {
            residents_.splice(residents_.end(), residents_, used);
        } else {
            if (is_resident) shared = {};
            trim(limits_.residents - 1); // it will be one more
        }
    }
    const int trunk_cells = run.trunk_length - shared.length;
    int branch_cells = 0; // of the largest: each must be able to start once all others are done
    for (const branch & branch : run.branches) branch_cells = std::max(branch_cells, step_of(branch));
    const int cells = trunk_cells + branch_cells + spared();
    while (!has_room(cells, 2) && evict_but(shared.sequence)) {
    }
    if (has_room(cells, 2)) {
        run.trunk = take_sequence();
        if (shared.length > 0) {
            pending_.push_back({memory_operation::fork, shared.sequence, run.trunk, shared.length});
            ledger_.fork(shared.sequence, run.trunk, shared.length);
        }
    } else if (take_over(shared, cells)) {
        run.trunk = shared.sequence;
    } else {
        return false;
    }
    run.prefilled = run.settled = shared.length;
    if (run.delivered == 0) run.shared = run.delivered = shared.length;
    reserved_ += trunk_cells;
    run.admitted = true;
    return true;
}

/// With no room beside it, the resident gives up what is not shared and becomes the trunk itself.
bool batch_planner::take_over(const source & shared, int cells) {
    const auto [sequence, length] = shared;
    const auto resident = find_resident(sequence);
    if (resident == residents_.end()) return false;
    if (free_sequences_.empty() || unreserved() + ledger_.exclusive(sequence, length) < cells) return false;
    if (length < ledger_.length(sequence)) {
        pending_.push_back({memory_operation::remove, sequence, -1, length});
        ledger_.truncate(sequence, length);
    }
    residents_.erase(resident);
    return true;
}

bool batch_planner::start(run & run, branch & branch, int spared) {
    const int cells = step_of(branch);
    while (!has_room(cells + spared, 1)) {
        if (!evict()) return false;
    }
    branch.sequence = take_sequence();
    const int settled = std::min(run.settled, branch.fork);
    if (settled > 0) pending_.push_back({memory_operation::fork, run.trunk, branch.sequence, settled});
    ledger_.fork(run.trunk, branch.sequence, std::min(run.prefilled, branch.fork));
    branch.granted = branch.reserved = cells;
    reserved_ += cells;
    outstanding_ += branch.most_cells() - cells;
    return true;
}

/// Reserves more for a branch under way that has none left. False: it was put back itself.
bool batch_planner::extend(int id, int index, branch & branch) {
    if (branch.reserved > 0) return true;
    while (unreserved() < 1) {
        if (evict() || put_back_after(id, index)) continue;
        put_back(branch);
        return false;
    }
    const int cells = std::min({limits_.step, branch.most_cells() - branch.granted, unreserved()});
    branch.granted += cells;
    branch.reserved = cells;
    reserved_ += cells;
    outstanding_ -= cells;
    return true;
}

/// Puts back the youngest branch after this one, or the youngest run if it has none under way. False: there is none.
bool batch_planner::put_back_after(int id, int index) {
    for (auto next = runs_.rbegin(); next != runs_.rend() && next->first >= id; ++next) {
        run & run = next->second;
        if (!run.admitted) continue;
        const bool is_own = next->first == id;
        for (int i = static_cast<int>(run.branches.size()) - 1; i > (is_own ? index : -1); i--) {
            branch & branch = run.branches[i];
            if (branch.at == stage::waiting || branch.at == stage::done) continue;
            put_back(branch);
            return true;
        }
        if (is_own) break;
        reserved_ -= run.trunk_length - run.prefilled;
        release(run.trunk);
        run.admitted = false;
        return true;
    }
    return false;
}

void batch_planner::put_back(branch & branch) {
    let_go(branch);
    release(branch.sequence);
    branch.at = stage::waiting;
}

/// What is reserved for it.
void batch_planner::let_go(branch & branch) {
    reserved_ -= branch.reserved;
    outstanding_ -= branch.most_cells() - branch.granted;
}

/// Cells with which a branch starts: for what it replays and has of the prompt, and a step.
int batch_planner::step_of(const branch & branch) const {
    if (!limits_.truncates) return branch.most_cells();
    return std::min(branch.most_cells(), static_cast<int>(branch.tokens.size()) - 1 + limits_.step);
}

/// The sequence whose unsteered cells begin most like the run's trunk; with `planned`, counting what is still to come.
batch_planner::source batch_planner::longest_prefix(const run & run, bool planned) const {
    source best;
    const auto offer = [&](int sequence, const std::vector<int32_t> & tokens, int held, bool is_there) {
        const int length = common_prefix(run.prompt, run.trunk_length, tokens, held);
        if (length <= best.length || (!limits_.truncates && length < held)) return;
        if (is_there && limits_.holds && !limits_.holds(sequence, length)) return;
        best = {sequence, length};
    };
    for (const auto & [sequence, tokens] : residents_) offer(sequence, tokens, static_cast<int>(tokens.size()), true);
    for (const auto & [id, other] : runs_) {
        if (&other == &run || !other.admitted || other.whole_prompt) continue;
        const bool whole = other.settled == other.trunk_length;
        offer(other.trunk, other.prompt, planned ? other.trunk_length : other.settled, whole || !planned);
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
    branch.tokens.push_back(token);
    branch.at = stage::fed;
}

void batch_planner::finish(int id, int index) {
    run & run = runs_.at(id);
    branch & branch = run.branches[index];
    branch.at = stage::done;
    let_go(branch);
    run.done++;
    const bool last = run.done == static_cast<int>(run.branches.size());
    // The sequence of an only branch says all that its trunk does, and more; but among others' its cells lie scattered,
    // which costs attention where one resident does.
    const bool may_scatter = limits_.residents > 1 || runs_.size() == 1;
    if (last && may_scatter && run.branches.size() == 1 && branch.plan.fingerprint == 0 && !run.whole_prompt) {
        std::vector<int32_t> tokens(run.prompt.begin(), run.prompt.begin() + branch.fork);
        tokens.insert(tokens.end(), branch.tokens.begin(), branch.tokens.end());
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

/// What says no more than another is given up.
void batch_planner::keep(int sequence, std::vector<int32_t> tokens) {
    for (auto other = residents_.begin(); other != residents_.end();) {
        const auto next = std::next(other);
        const auto common =
            static_cast<size_t>(common_prefix(tokens, tokens.size(), other->tokens, other->tokens.size()));
        if (common == tokens.size()) {
            release(sequence);
            residents_.splice(residents_.end(), residents_, other);
            return;
        }
        if (common == other->tokens.size()) {
            release(other->sequence);
            residents_.erase(other);
        }
        other = next;
    }
    trim(limits_.residents - 1);
    residents_.push_back({sequence, std::move(tokens)});
}

void batch_planner::drop(int id) {
    const auto found = runs_.find(id);
    if (found == runs_.end()) return;
    run & run = found->second;
    for (branch & branch : run.branches) {
        if (branch.at == stage::done || branch.at == stage::waiting) continue;
        let_go(branch);
        release(branch.sequence);
    }
    if (run.admitted) {
        reserved_ -= run.trunk_length - run.prefilled;
        release(run.trunk);
    }
    runs_.erase(found);
}

std::list<batch_planner::resident>::iterator batch_planner::find_resident(int sequence) {
    return std::find_if(residents_.begin(), residents_.end(),
                        [&](const resident & resident) { return resident.sequence == sequence; });
}

void batch_planner::trim(int most) {
    while (static_cast<int>(residents_.size()) > most) evict();
}

bool batch_planner::evict() {
    return evict_but(-1);
}

bool batch_planner::evict_but(int sequence) {
    const auto oldest = std::find_if(residents_.begin(), residents_.end(),
                                     [&](const resident & resident) { return resident.sequence != sequence; });
    if (oldest == residents_.end()) return false;
    release(oldest->sequence);
    residents_.erase(oldest);
    return true;
}

} // namespace corrsteer

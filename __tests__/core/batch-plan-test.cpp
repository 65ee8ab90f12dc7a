#include "engine/batch-plan.h"

#include <algorithm>
#include <random>
#include <set>

#include "check.h"

using corrsteer::batch_plan;
using corrsteer::batch_planner;
using corrsteer::memory_operation;
using corrsteer::planned_branch;
using corrsteer::planned_row;

namespace {

using tokens = std::vector<int32_t>;

/// What llama.cpp's unified cache does, in the plainest way: cells with a position and the sequences that hold them.
/// Each cell knows all that it was computed from: the tokens up to its own, and the steering of each. With a `window`
/// it writes over cells that the end of their only sequence no longer sees, as llama.cpp's find_slot does.
class cache_model {
  public:
    struct seen {
        int32_t token;
        uint64_t fingerprint;
        bool operator==(const seen & other) const { return token == other.token && fingerprint == other.fingerprint; }
    };

    cache_model(int n_cells, int window, bool truncates) : cells_(n_cells), window_(window), truncates_(truncates) {}

    void apply(const memory_operation & operation) {
        if (operation.kind == memory_operation::remove) {
            for (cell & cell : cells_) {
                if (cell.holders.count(operation.sequence) && cell.position >= operation.length) {
                    CHECK(truncates_ || operation.length == 0);
                    cell.holders.erase(operation.sequence);
                }
            }
            return;
        }
        CHECK(length(operation.to) == 0);
        CHECK(length(operation.sequence) >= operation.length);
        CHECK(truncates_ || length(operation.sequence) == operation.length);
        for (cell & cell : cells_) {
            if (cell.holders.count(operation.sequence) && cell.position < operation.length) {
                cell.holders.insert(operation.to);
            }
        }
    }

    /// False when no cell is free.
    bool decode(const planned_row & row, uint64_t fingerprint) {
        std::set<int> holders(row.also.begin(), row.also.end());
        CHECK(holders.size() == row.also.size() && !holders.count(row.sequence));
        holders.insert(row.sequence);
        for (const int holder : holders) {
            CHECK(row.position == length(holder));
            CHECK(context(holder, row.position) == context(row.sequence, row.position));
        }
        std::vector<seen> history = context(row.sequence, row.position);
        history.push_back({row.token, fingerprint});
        cell * free = nullptr;
        for (cell & cell : cells_) {
            if (!cell.holders.empty() && !outside_window(cell)) continue;
            free = &cell;
            if (!cell.holders.empty()) break; // the worst case: write over what is there
        }
        if (!free) return false;
        if (!free->holders.empty()) purge(*free->holders.begin(), free->position);
        *free = {row.position, std::move(holders), std::move(history)};
        return true;
    }

    /// What the next row of a sequence is computed from; checks that all of it is there.
    std::vector<seen> context(int sequence, int position) const {
        std::vector<seen> latest;
        std::set<int> visible;
        for (const cell & cell : cells_) {
            if (!cell.holders.count(sequence) || cell.position >= position) continue;
            visible.insert(cell.position);
            if (cell.position == position - 1) latest = cell.history;
        }
        const int first = window_ > 0 ? std::max(0, position - window_ + 1) : 0;
        for (int i = first; i < position; i++) CHECK(visible.count(i));
        return latest;
    }

    int length(int sequence) const {
        int longest = 0;
        for (const cell & cell : cells_) {
            if (cell.holders.count(sequence)) longest = std::max(longest, cell.position + 1);
        }
        return longest;
    }

    int first_position(int sequence) const {
        int first = -1;
        for (const cell & cell : cells_) {
            if (cell.holders.count(sequence) && (first < 0 || cell.position < first)) first = cell.position;
        }
        return first;
    }

    int used() const {
        return static_cast<int>(
            std::count_if(cells_.begin(), cells_.end(), [](const cell & cell) { return !cell.holders.empty(); }));
    }

  private:
    struct cell {
        int position = 0;
        std::set<int> holders;
        std::vector<seen> history;
    };

    bool outside_window(const cell & cell) const {
        return window_ > 0 && cell.holders.size() == 1 && length(*cell.holders.begin()) - cell.position >= window_;
    }

    void purge(int sequence, int up_to) {
        for (cell & cell : cells_) {
            if (cell.position <= up_to) cell.holders.erase(sequence);
        }
    }

    std::vector<cell> cells_;
    int window_;
    bool truncates_;
};

/// Drives a planner as the engine does and checks each batch against what it was asked for.
class simulation {
  public:
    simulation(batch_planner::limits limits, int window = 0)
        : limits_(with_window(std::move(limits), window)), cells_(limits_.n_cells, 0, limits_.truncates),
          window_cells_(limits_.n_cells, window, limits_.truncates), window_(window), planner_(limits_) {}

    struct branch {
        planned_branch plan;
        int fork = 0;   ///< where it leaves the trunk
        int rows = 0;   ///< decoded, from the prompt's last on
        int stop = 0;   ///< such rows after which it is done
        tokens decoded; ///< from the fork on
        bool is_forced = false;
        bool done = false;
    };
    struct run {
        tokens prompt;
        std::vector<branch> branches;
        bool whole_prompt = false;
        int n_trunk = 0;
        std::vector<int> trunk_rows; ///< per position, times decoded
    };

    void submit(int id, tokens prompt, std::vector<branch> branches, bool whole_prompt = false) {
        std::vector<planned_branch> plans;
        for (size_t i = 0; i < branches.size(); i++) {
            planned_branch & plan = branches[i].plan;
            if (branches[i].is_forced) {
                for (int row = 1; row <= plan.max_tokens; row++)
                    plan.forced.push_back(next_token(id, static_cast<int>(i), row));
            }
            plans.push_back(plan);
        }
        planner_.submit(id, prompt, plans, whole_prompt);
        run & run = runs_[id];
        const auto by_own = [](const branch & a, const branch & b) { return a.plan.own < b.plan.own; };
        const int most = std::max_element(branches.begin(), branches.end(), by_own)->plan.own;
        const bool forks_within = limits_.truncates && !limits_.holds;
        for (branch & branch : branches) {
            if (!forks_within) branch.plan.own = most;
            branch.fork = static_cast<int>(prompt.size()) - branch.plan.own;
            run.n_trunk = std::max(run.n_trunk, branch.fork);
        }
        run.trunk_rows.assign(run.n_trunk, 0);
        run.prompt = std::move(prompt);
        run.branches = std::move(branches);
        run.whole_prompt = whole_prompt;
    }

    /// One batch; returns its number of rows.
    int step() {
        const batch_plan plan = planner_.next();
        CHECK(plan.rows.empty() == planner_.idle());
        CHECK(static_cast<int>(plan.rows.size()) <= limits_.n_batch);
        apply(plan.operations);
        for (const planned_row & row : plan.rows) check_row(row);
        check_order(plan);
        check_outputs(plan);
        for (const planned_row & row : plan.rows) go_on(row);
        return static_cast<int>(plan.rows.size());
    }

    void drop(int id) {
        planner_.drop(id);
        runs_.erase(id);
    }

    /// Everything ends in a bounded number of batches.
    void drain() {
        for (int steps = 0; !planner_.idle(); steps++) {
            CHECK(steps < 20000);
            step();
        }
        CHECK(runs_.empty());
    }

    /// All that is resident goes, and then nothing may be left.
    void check_empty() {
        while (planner_.evict()) {
        }
        apply(planner_.take_operations());
        CHECK(cells_.used() == 0);
    }

    batch_planner & planner() { return planner_; }
    const std::map<int, run> & runs() const { return runs_; }
    int shared = 0;   ///< of runs that have finished
    int replayed = 0; ///< rows

  private:
    batch_planner::limits with_window(batch_planner::limits limits, int window) {
        if (window == 0) return limits;
        limits.holds = [this](int sequence, int length) {
            const int first = window_cells_.first_position(sequence);
            return first >= 0 && first <= std::max(0, length - window_);
        };
        return limits;
    }

    void apply(const std::vector<memory_operation> & operations) {
        for (const auto & operation : operations) {
            cells_.apply(operation);
            if (window_ > 0) window_cells_.apply(operation);
        }
    }

    void check_row(const planned_row & row) {
        CHECK(runs_.count(row.run));
        run & run = runs_.at(row.run);
        CHECK(row.sequence >= 0 && row.sequence < limits_.n_sequences);
        std::vector<cache_model::seen> expected;
        uint64_t fingerprint = 0;
        const int n_unsteered = row.branch < 0 ? run.n_trunk : run.branches.at(row.branch).fork;
        for (int i = 0; i < std::min(row.position, n_unsteered); i++) expected.push_back({run.prompt[i], 0});
        if (row.branch < 0) {
            CHECK(row.position < run.n_trunk);
            CHECK(row.token == run.prompt[row.position]);
            CHECK(row.output == (run.whole_prompt && !row.replayed));
            CHECK(row.also.empty() || limits_.truncates);
            if (!row.replayed) CHECK(++run.trunk_rows[row.position] == 1);
        } else {
            branch & branch = run.branches.at(row.branch);
            fingerprint = branch.plan.fingerprint;
            const int last = static_cast<int>(run.prompt.size()) - 1;
            const bool is_wanted = row.position >= last || run.whole_prompt;
            CHECK(row.output == (is_wanted && !row.replayed) && row.also.empty());
            CHECK(!branch.done);
            CHECK(branch.rows < branch.plan.max_tokens);
            const int i = row.position - branch.fork;
            const int n_decoded = static_cast<int>(branch.decoded.size());
            CHECK(row.replayed ? i >= 0 && i < n_decoded : i == n_decoded);
            CHECK(row.token == (row.position <= last ? run.prompt[row.position]
                                                     : next_token(row.run, row.branch, row.position - last)));
            for (int k = 0; k < i; k++) expected.push_back({branch.decoded[k], fingerprint});
        }
        if (row.branch >= 0 && !row.replayed) run.branches[row.branch].decoded.push_back(row.token);
        CHECK(cells_.context(row.sequence, row.position) == expected);
        CHECK(cells_.decode(row, fingerprint));
        if (window_ > 0) {
            window_cells_.context(row.sequence, row.position);
            CHECK(window_cells_.decode(row, fingerprint));
        }
    }

    /// Recurrent models: rows of one sequence, or one row of each.
    void check_order(const batch_plan & plan) const {
        if (limits_.truncates || plan.rows.empty()) return;
        std::set<int> sequences;
        for (const planned_row & row : plan.rows) sequences.insert(row.sequence);
        CHECK(sequences.size() == 1 || sequences.size() == plan.rows.size());
    }

    /// Beyond the limit a branch adds no more than one of its answer.
    void check_outputs(const batch_plan & plan) const {
        int n_outputs = 0;
        std::set<int> answering;
        for (const planned_row & row : plan.rows) {
            const bool is_answer = row.position >= static_cast<int>(runs_.at(row.run).prompt.size());
            if (row.output && is_answer && answering.count(row.sequence)) CHECK(n_outputs < limits_.n_outputs);
            n_outputs += row.output;
            if (row.branch >= 0) answering.insert(row.sequence);
        }
        CHECK(plan.n_outputs == n_outputs);
    }

    static int32_t next_token(int run, int branch, int row) { return 1000 + (run * 31 + branch * 7 + row) % 97; }

    void go_on(const planned_row & row) {
        if (row.replayed) replayed++;
        if (row.branch < 0 || row.replayed || !runs_.count(row.run)) return;
        run & run = runs_.at(row.run);
        branch & branch = run.branches[row.branch];
        if (row.position + 1 < static_cast<int>(run.prompt.size())) return;
        branch.rows++;
        if (branch.rows < branch.stop) {
            if (!branch.is_forced) planner_.feed(row.run, row.branch, next_token(row.run, row.branch, branch.rows));
            return;
        }
        branch.done = true;
        const int shared_now = planner_.shared_tokens(row.run);
        planner_.finish(row.run, row.branch);
        for (const auto & each : run.branches) {
            if (!each.done) return;
        }
        for (int i = 0; i < static_cast<int>(run.trunk_rows.size()); i++) {
            CHECK(run.trunk_rows[i] == (i < shared_now ? 0 : 1));
        }
        shared += shared_now;
        runs_.erase(row.run);
    }

    batch_planner::limits limits_;
    cache_model cells_;
    cache_model window_cells_;
    int window_;
    std::map<int, run> runs_;
    batch_planner planner_;
};

simulation::branch branch_of(int max_tokens, uint64_t fingerprint = 0) {
    simulation::branch branch;
    branch.plan = {max_tokens, fingerprint};
    branch.stop = max_tokens;
    return branch;
}

tokens count_up(int from, int n) {
    tokens result;
    for (int i = 0; i < n; i++) result.push_back(from + i);
    return result;
}

tokens joined(tokens a, const tokens & b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

struct simulated {
    int shared = 0;
    int replayed = 0;
};

/// Thousands of batches of random runs over a few prompt headers, some cancelled on the way.
simulated simulate(const batch_planner::limits & limits, int window, unsigned seed) {
    std::mt19937 random(seed);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    simulation simulation(limits, window);
    std::vector<tokens> headers;
    for (int i = 0; i < 4; i++) headers.push_back(count_up(100 * (i / 2), 1 + below(limits.n_cells / 2)));
    int id = 0;
    for (int round = 0; round < 1500; round++) {
        if (below(3) == 0 && simulation.runs().size() < 12) {
            tokens prompt = headers[below(4)];
            prompt.resize(1 + below(static_cast<int>(prompt.size())));
            for (int n = below(8); n > 0; n--) prompt.push_back(below(3));
            prompt.resize(std::min<size_t>(prompt.size(), limits.n_cells));
            const int most = limits.n_cells - static_cast<int>(prompt.size()) + 1;
            const bool whole_prompt = below(10) == 0;
            std::vector<simulation::branch> branches;
            const bool steers_prompts = below(3) == 0;
            for (int n = whole_prompt || below(2) ? 1 : 1 + below(12); n > 0; n--) {
                // Of the cells that are left beside the prompt some are for prompt tokens that a branch has for itself.
                const int again =
                    steers_prompts && below(2) ? below(std::min(most, static_cast<int>(prompt.size()))) : 0;
                const int room = most - again;
                branches.push_back(branch_of(1 + below(below(4) ? std::min(room, 6) : room), below(3)));
                if (again > 0) branches.back().plan.fingerprint = 1 + below(2);
                branches.back().plan.own = 1 + again;
                branches.back().is_forced = below(4) == 0;
                if (below(3) && !branches.back().is_forced)
                    branches.back().stop = 1 + below(branches.back().plan.max_tokens);
            }
            simulation.submit(++id, prompt, branches, whole_prompt);
        }
        if (below(40) == 0 && !simulation.runs().empty()) {
            auto victim = simulation.runs().begin();
            std::advance(victim, below(static_cast<int>(simulation.runs().size())));
            simulation.drop(victim->first);
        }
        simulation.step();
    }
    simulation.drain();
    simulation.check_empty();
    // What was reserved has come back: a run that needs every cell and a sequence beside its trunk's fits.
    simulation.submit(++id, {1, 2}, {branch_of(limits.n_cells - 1)});
    simulation.drain();
    return {simulation.shared, simulation.replayed};
}

} // namespace

TEST("every row once, positions consecutive, cells never over-committed, whatever is asked") {
    int shared = 0;
    for (unsigned seed = 0; seed < 12; seed++) {
        shared +=
            simulate({64, 2 + static_cast<int>(seed % 7), 1 + static_cast<int>(seed * 3 % 16), true}, 0, seed).shared;
    }
    CHECK(shared > 100);
}

TEST("so it is when cells run out and branches are put back: what they replay is what they had") {
    int replayed = 0;
    for (unsigned seed = 0; seed < 24; seed++) {
        batch_planner::limits limits = {64, 2 + static_cast<int>(seed % 11), 1 + static_cast<int>(seed * 3 % 16), true};
        limits.step = 1 + static_cast<int>(seed % 5);
        limits.n_outputs = 1 + static_cast<int>(seed % 4);
        limits.residents = 1 + static_cast<int>(seed % 4);
        replayed += simulate(limits, 0, seed).replayed;
    }
    CHECK(replayed > 1000);
}

TEST("recurrent memory: only whole sequences are shared, and batches keep their order") {
    int shared = 0;
    for (unsigned seed = 0; seed < 6; seed++) {
        const simulated result =
            simulate({64, 2 + static_cast<int>(seed), 1 + static_cast<int>(seed * 5 % 16), false}, 0, seed);
        shared += result.shared;
        CHECK(result.replayed == 0);
    }
    CHECK(shared > 0);
}

TEST("sliding window: no row misses a cell that it attends to") {
    int shared = 0;
    for (unsigned seed = 0; seed < 6; seed++) {
        batch_planner::limits limits = {64, 3 + static_cast<int>(seed), 16, true};
        limits.step = seed % 2 ? 4 : 32;
        limits.residents = 1 + static_cast<int>(seed % 3);
        shared += simulate(limits, 8, seed).shared;
    }
    CHECK(shared > 100);
}

TEST("prompts that begin alike share a prefill, also while it is under way") {
    simulation simulation({256, 8, 64, true});
    const tokens header = count_up(0, 40);
    simulation.submit(1, joined(header, {100, 101}), {branch_of(1, 7), branch_of(1)});
    simulation.submit(2, joined(header, {200, 201}), {branch_of(1)});
    simulation.drain();
    CHECK(simulation.shared == 40);
    simulation.submit(3, joined(header, {300}), {branch_of(1, 9)});
    simulation.drain();
    CHECK(simulation.shared == 80);
}

TEST("branches that steer the prompt leave the trunk where they begin, which others go on sharing") {
    simulation simulation({256, 8, 64, true});
    const tokens header = count_up(0, 40);
    simulation::branch late = branch_of(3, 7);
    late.plan.own = 5;
    simulation::branch whole = branch_of(3, 8);
    whole.plan.own = 42;
    simulation.submit(1, joined(header, {100, 101}), {late, branch_of(3), whole});
    simulation.drain();
    simulation.submit(2, joined(header, {200}), {late});
    simulation.drain();
    CHECK(simulation.shared == 36); // its trunk ends before what it steers
    simulation.submit(3, joined(header, {300}), {branch_of(1)});
    simulation.drain();
    CHECK(simulation.shared == 76);
}

TEST("what was generated is shared unless it was steered") {
    for (const uint64_t fingerprint : {0, 7}) {
        simulation simulation({256, 8, 64, true});
        std::vector<int32_t> longer = count_up(0, 20);
        simulation.submit(1, longer, {branch_of(5, fingerprint)});
        for (int row = 1; row < 5; row++) longer.push_back(1000 + (31 + row) % 97); // the simulation's own tokens
        longer.push_back(9);
        simulation.drain();
        simulation.submit(2, longer, {branch_of(1)});
        simulation.drain();
        CHECK(simulation.shared == (fingerprint == 0 ? 24 : 19));
    }
}

TEST("a run whose whole trunk is resident starts at once") {
    simulation simulation({64, 4, 16, true});
    simulation.submit(1, {1, 2, 3, 4}, {branch_of(1, 7)});
    simulation.drain();
    simulation.submit(2, {1, 2, 3, 9}, {branch_of(1)});
    CHECK(simulation.step() == 1);
    CHECK(simulation.runs().empty());
}

TEST("what is resident goes when a run has no use for it") {
    simulation simulation({64, 4, 16, true});
    simulation.submit(1, count_up(0, 30), {branch_of(1)});
    simulation.drain();
    simulation.submit(2, joined({0, 1}, count_up(500, 30)), {branch_of(1)});
    simulation.drain();
    simulation.submit(3, count_up(0, 30), {branch_of(1)});
    simulation.drain();
    CHECK(simulation.shared == 0);
}

TEST("conversations that go on by turns are each resident") {
    simulation simulation({512, 8, 64, true, {}, 32, 3});
    const tokens first = count_up(0, 40);
    const tokens second = count_up(500, 40);
    for (int turn = 0; turn < 2; turn++) {
        const tokens more = count_up(900, 20 * turn);
        simulation.submit(2 * turn, joined(first, more), {branch_of(1)});
        simulation.drain();
        simulation.submit(2 * turn + 1, joined(second, more), {branch_of(1)});
        simulation.drain();
    }
    CHECK(simulation.shared == 2 * 40);
    simulation.check_empty();
}

TEST("of more conversations than may be resident the one that was of use longest ago goes") {
    simulation simulation({512, 8, 64, true, {}, 32, 2});
    const auto ask = [&](int id, int which) {
        const int before = simulation.shared;
        simulation.submit(id, count_up(100 * which, 40), {branch_of(1, 7)});
        simulation.drain();
        return simulation.shared - before;
    };
    ask(1, 1);
    ask(2, 2);
    CHECK(ask(3, 1) == 39);
    CHECK(ask(4, 3) == 0);
    CHECK(ask(5, 1) == 39);
    CHECK(ask(6, 2) == 0);
}

TEST("residents go where a run needs their cells") {
    simulation simulation({128, 8, 64, true, {}, 32, 3});
    for (int id = 1; id <= 3; id++) {
        simulation.submit(id, count_up(100 * id, 30), {branch_of(1, 7)});
        simulation.drain();
    }
    simulation.submit(4, count_up(900, 100), {branch_of(20)});
    simulation.drain();
    simulation.check_empty();
}

TEST("a resident that leaves no room beside it becomes the trunk itself") {
    simulation simulation({64, 2, 64, true});
    simulation.submit(1, count_up(0, 60), {branch_of(1)});
    simulation.drain();
    simulation.submit(2, joined(count_up(0, 20), count_up(500, 30)), {branch_of(15)});
    simulation.drain();
    CHECK(simulation.shared == 20);
    simulation.check_empty();
}

TEST("two runs that each fit alone finish, though neither's branches fit beside both prompts") {
    simulation simulation({256, 8, 512, true});
    simulation.submit(1, count_up(0, 101), {branch_of(100)});
    simulation.submit(2, count_up(500, 101), {branch_of(50), branch_of(150)});
    simulation.drain();
}

TEST("a run that needs many cells is not starved by small ones") {
    simulation simulation({64, 32, 64, true});
    simulation.submit(1, count_up(0, 8), {branch_of(54, 1)});
    for (int id = 2; simulation.runs().count(1); id++) {
        CHECK(id < 200);
        simulation.submit(id, {100 + id, 1, 2, 3}, {branch_of(8, 1)});
        simulation.submit(1000 + id, {300 + id, 1, 2, 3}, {branch_of(8, 1)});
        simulation.step();
    }
}

TEST("answers that end early run together, though not all of them could be long") {
    simulation simulation({96, 32, 64, true, {}, 4});
    for (int id = 1; id <= 8; id++) {
        simulation::branch branch = branch_of(80);
        branch.stop = 4;
        simulation.submit(id, {100 * id, 1}, {branch});
    }
    int most = 0;
    while (!simulation.planner().idle()) most = std::max(most, simulation.step());
    CHECK(most >= 4);
    CHECK(simulation.replayed == 0);
}

TEST("where they are long after all, the youngest is put back, and what is older is never computed again") {
    simulation simulation({96, 32, 64, true, {}, 4});
    for (int id = 1; id <= 3; id++) simulation.submit(id, {100 * id, 1}, {branch_of(80)});
    int steps = 0;
    while (simulation.runs().count(1)) {
        simulation.step();
        steps++;
    }
    CHECK(steps == 80); // the first run's rows, one a batch
    simulation.drain();
    CHECK(simulation.replayed > 0);
    simulation.check_empty();
}

TEST("forced rows share batches, as many as may have logits") {
    simulation simulation({256, 8, 64, true});
    simulation::branch forced = branch_of(30);
    forced.is_forced = true;
    simulation.submit(1, count_up(0, 4), {forced, branch_of(1)});
    CHECK(simulation.step() == 3 + 30 + 1);
    CHECK(simulation.runs().empty());
    batch_planner::limits few = {256, 8, 64, true};
    few.n_outputs = 8;
    class simulation by_eights(few);
    by_eights.submit(1, count_up(0, 4), {forced});
    int steps = 0;
    while (!by_eights.planner().idle()) steps += by_eights.step() > 0;
    CHECK(steps == 4);
}

TEST("more branches than sequences run one after the other") {
    simulation simulation({64, 3, 16, true});
    std::vector<simulation::branch> branches(40, branch_of(2, 1));
    simulation.submit(1, {1, 2, 3}, branches);
    simulation.drain();
    simulation.check_empty();
}

int main() {
    return check::run_all();
}

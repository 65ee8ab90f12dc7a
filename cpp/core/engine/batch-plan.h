#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <vector>

#include "engine/cell-ledger.h"

namespace corrsteer {

/// One row of a batch. `branch` is -1 for the run's trunk: its prompt but what no branch shares, the last token at
/// least.
struct planned_row {
    int run;
    int branch;
    int32_t token;
    int position;
    int sequence;
    bool output;                ///< logits wanted
    std::vector<int> also = {}; ///< sequences that hold the row's cell as well
    bool replayed = false;      ///< was computed before: only its cell is wanted again
};

/// What to do to llama.cpp's memory before the batch: in order.
struct memory_operation {
    enum { fork, remove } kind;
    int sequence; ///< to fork, or to remove from
    int to = -1;
    int length = 0; ///< fork: positions [0, length); remove: those from `length` on
};

struct batch_plan {
    std::vector<memory_operation> operations;
    std::vector<planned_row> rows;
    int n_outputs = 0; ///< of the rows
};

struct planned_branch {
    int max_tokens;       ///< at least 1: rows it may need
    uint64_t fingerprint; ///< of its steering; 0: none
    int own = 1;          ///< the prompt's last tokens that it decodes for itself: from the first on that it may steer
    /// What it goes on with, where that is known before: `max_tokens`, whose rows need not wait for each other.
    std::vector<int32_t> forced = {};
};

/// Decides which rows go into the next batch: continuous batching, one prefill for all branches of a run, prefixes
/// shared with what is resident. Pure logic over token ids: the engine does to the model what this says.
///
/// Shared are only cells that were computed from the same tokens without steering. The trunk never is steered (a branch
/// decodes for itself what it steers of the prompt, and the last token always), and a branch stays resident after its
/// run only if it was not (fingerprint 0). So steered and unsteered cells never mix. Runs in flight share with each
/// other; ended ones stay resident, until there are too many, or a run needs the room: those that were of use longest
/// ago go first.
///
/// Cells are reserved in steps, for answers that end early. A branch that finds none left puts back the youngest one,
/// which replays its tokens once there is room; with the last branch its run gives up the trunk. So admitted runs are
/// older than those that wait, and the oldest can always go on. Where a part of a sequence can't be kept, nor replayed
/// among other rows, a branch reserves all that it may need before it starts.
class batch_planner {
  public:
    struct limits {
        int n_cells;
        int n_sequences;
        int n_batch;
        bool truncates; ///< whether the memory can keep a part of a sequence (not so for recurrent models)
        /// Whether the memory still has what position `length` of a sequence attends to: cells outside the sliding
        /// window of a sequence's end are written over. Null: always.
        std::function<bool(int sequence, int length)> holds = {};
        int step = 32;     ///< cells that a branch reserves at once
        int residents = 1; ///< of ended runs that stay, at most
        /// Rows of a batch whose logits are wanted, from which on a branch adds one more at most: each takes memory as
        /// wide as the vocabulary.
        int n_outputs = 64;
    };

    explicit batch_planner(const limits & limits);

    /// Queues a run. `whole_prompt`: every prompt row is an output and nothing is shared (its rows are wanted
    /// themselves).
    void submit(int run, std::vector<int32_t> prompt, std::vector<planned_branch> branches, bool whole_prompt);

    /// The next batch. Rows are empty only when idle.
    batch_plan next();

    /// After the batch: the branch, if nothing is forced on it, goes on with this token ...
    void feed(int run, int branch, int32_t token);
    /// ... or is done. When all branches are, the run is forgotten and what can be shared stays resident.
    void finish(int run, int branch);

    /// Forgets a run at any moment (cancelled, failed); the operations come with the next batch.
    void drop(int run);
    /// Gives up the resident that was of use longest ago, for a cache that turned out fuller than planned. False: there
    /// is none.
    bool evict();
    /// The operations that came up since the last batch, for a batch that has to be tried again.
    std::vector<memory_operation> take_operations();

    bool idle() const { return runs_.empty(); }
    int shared_tokens(int run) const;

  private:
    enum class stage { waiting, fed, decoding, done };

    struct branch {
        planned_branch plan;
        stage at = stage::waiting;
        int sequence = -1;
        int granted = 0;             ///< cells that were reserved for it, beyond the trunk's
        int reserved = 0;            ///< of those, what is not in use yet
        int fork = 0;                ///< where it leaves the trunk
        std::vector<int32_t> tokens; ///< from there on, with those that are to be decoded next
        int delivered = 0;           ///< the most of them that ever were in its sequence

        int pending() const { return static_cast<int>(tokens.size()) - delivered; }
        /// Cells that it may need.
        int most_cells() const { return plan.max_tokens + plan.own - 1; }
    };

    struct run {
        std::vector<int32_t> prompt;
        std::vector<branch> branches;
        bool whole_prompt = false;
        bool admitted = false;
        int trunk = -1;
        int trunk_length = 0;
        int prefilled = 0; ///< tokens of the trunk that are in its sequence, this batch's included
        int delivered = 0; ///< the most that ever were
        int settled = 0;   ///< those that are there before this batch: what can be forked
        int shared = 0;
        int done = 0;

        bool prefilled_whole() const { return admitted && prefilled == trunk_length; }
    };

    struct resident {
        int sequence;
        std::vector<int32_t> tokens;
    };

    struct source {
        int sequence = -1;
        int length = 0;
    };

    void start_oldest();
    void plan_one_branch(batch_plan & plan);
    bool plan_branches(batch_plan & plan);
    void plan_rows(batch_plan & plan, int id, const run & run, int index, branch & branch);
    void plan_prefill(batch_plan & plan, bool may_start);
    void plan_first_rows(batch_plan & plan, int id, run & run, int n);
    bool admit(run & run);
    bool take_over(const source & shared, int cells);
    bool start(run & run, branch & branch, int spared);
    bool extend(int id, int index, branch & branch);
    bool put_back_after(int id, int index);
    void put_back(branch & branch);
    void let_go(branch & branch);
    int step_of(const branch & branch) const;
    bool has_room(int cells, int sequences) const;
    source longest_prefix(const run & run, bool planned) const;
    int take_sequence();
    void release(int sequence);
    void end_run(int id);
    void keep(int sequence, std::vector<int32_t> tokens);
    std::list<resident>::iterator find_resident(int sequence);
    bool evict_but(int sequence);
    void trim(int most);
    int room(const batch_plan & plan) const { return limits_.n_batch - static_cast<int>(plan.rows.size()); }
    int unreserved() const { return ledger_.free() - reserved_; }
    /// Left to branches under way: half of what they may yet ask for, as many end early.
    int spared() const { return outstanding_ / 2; }

    limits limits_;
    cell_ledger ledger_;
    std::vector<int> free_sequences_;
    std::map<int, run> runs_;       ///< by number: the order of submission
    std::list<resident> residents_; ///< the one that was of use longest ago first
    std::vector<memory_operation> pending_;
    int reserved_ = 0;
    int outstanding_ = 0; ///< cells that branches under way may yet ask for
};

} // namespace corrsteer

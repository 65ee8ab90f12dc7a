#include "engine/recurrence-check.h"

#include <algorithm>
#include <map>
#include <set>

namespace corrsteer {

namespace {

/// Whose recurrent blocks are Mamba 2's, with heads and groups.
const std::set<std::string> mamba2 = {"falcon-h1", "granitehybrid", "mamba2", "nemotron_h", "nemotron_h_moe"};

/// Where a block without heads of keys is recurrent.
const std::set<std::string> hybrid_by_heads = {"bailingmoe3",    "granitehybrid", "jamba",   "kimi-k3",
                                               "kimi-linear",    "lfm2",          "lfm2moe", "nemotron_h",
                                               "nemotron_h_moe", "plamo2"};

/// Where every so many blocks one attends: how many if the header does not say.
const std::map<std::string, uint32_t> hybrid_by_interval = {
    {"minimax-01", 8}, {"qwen35", 4}, {"qwen35moe", 4}, {"qwen3next", 4}, {"qwen4exp", 4}};

class recurrence_checker {
  public:
    explicit recurrence_checker(const gguf_header & header) : header_(header) {}

    void sizes() const {
        const std::string & architecture = header_.architecture();
        const uint32_t inner = size("ssm.inner_size");
        if (architecture == "jamba" || architecture == "granitehybrid")
            require("ssm.inner_size", inner, inner == 2 * size("embedding_length"), "twice the embedding_length");
        const bool is_plamo2 = architecture == "plamo2";
        if (!is_plamo2 && mamba2.count(architecture) == 0) return;
        const uint32_t heads = size("ssm.time_step_rank");
        require("ssm.time_step_rank", heads, heads >= 1 && inner % heads == 0,
                "a divisor of inner_size = " + std::to_string(inner));
        const uint32_t groups = size("ssm.group_count");
        if (is_plamo2) return require("ssm.group_count", groups, groups == 0, "0");
        require("ssm.group_count", groups, groups >= 1 && heads % groups == 0,
                "a divisor of time_step_rank = " + std::to_string(heads));
    }

    void kinds() const {
        const auto found = hybrid_by_interval.find(header_.architecture());
        if (found != hybrid_by_interval.end()) kinds_by_interval(found->second);
        if (hybrid_by_heads.count(header_.architecture()) > 0) kinds_by_heads();
    }

  private:
    void kinds_by_heads() const {
        // Nemotron's blocks are one thing each: those with a feed-forward network are of neither kind.
        const bool has_single_parts = header_.architecture().rfind("nemotron_h", 0) == 0;
        const char * heads =
            header_.has(header_.own("attention.head_count_kv")) ? "attention.head_count_kv" : "attention.head_count";
        block_kinds found;
        for (uint32_t il = 0; il < n_blocks(); il++) {
            if (has_single_parts && of_block("feed_forward_length", il) > 0) continue;
            found.add(of_block(heads, il) == 0);
        }
        require_both("attention.head_count_kv", found);
    }

    void kinds_by_interval(uint32_t usual) const {
        const char * list = "attention.recurrent_layers"; // in the interval's place
        const bool is_listed = header_.has(header_.own(list));
        const char * key = is_listed ? list : "full_attention_interval";
        const uint32_t interval = header_.number(header_.own("full_attention_interval")).value_or(usual);
        if (!is_listed) require(key, interval, interval > 0, "at least 2"); // llama.cpp divides by it
        block_kinds found;
        for (uint32_t il = 0; il < n_blocks(); il++) {
            found.add(is_listed ? of_block(list, il) != 0 : (il + 1) % interval != 0);
        }
        require_both(key, found);
    }

    struct block_kinds {
        bool is_recurrent = false;
        bool attends = false;
        void add(bool recurrent) { (recurrent ? is_recurrent : attends) = true; }
    };

    /// The graph takes inputs of both kinds of block, and asserts that each is used (llm_graph_input_mem_hybrid).
    void require_both(const char * key, const block_kinds & found) const {
        if (found.is_recurrent && found.attends) return;
        header_.fail(header_.own(key), "blocks with attention, and recurrent ones without",
                     found.attends ? "attention in all" : "none with attention");
    }

    /// Without those behind the model's own that predict later tokens.
    uint32_t n_blocks() const { return size("block_count") - size("nextn_predict_layers"); }

    /// Of an array with a number for each block, or one for all.
    uint32_t of_block(const char * name, uint32_t il) const {
        const auto values = header_.numbers(header_.own(name));
        return values.empty() ? 0 : values[std::min<size_t>(il, values.size() - 1)];
    }

    void require(const char * name, uint32_t found, bool holds, const std::string & expected) const {
        if (!holds) header_.fail(header_.own(name), expected, std::to_string(found));
    }

    uint32_t size(const char * name) const { return header_.number(header_.own(name)).value_or(0); }

    const gguf_header & header_;
};

} // namespace

void check_recurrence(const gguf_header & header) {
    const recurrence_checker check(header);
    check.sizes();
    check.kinds();
}

} // namespace corrsteer

#include "engine/recurrence-check.h"

#include <algorithm>
#include <set>

namespace corrsteer {

namespace {

/// Whose recurrent blocks are Mamba 2's, with heads and groups.
const std::set<std::string> mamba2 = {"falcon-h1", "granitehybrid", "mamba2", "nemotron_h", "nemotron_h_moe"};

/// Where a block without heads of keys is recurrent.
const std::set<std::string> hybrid = {"granitehybrid", "jamba", "lfm2", "nemotron_h", "nemotron_h_moe", "plamo2"};

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

    /// The graph takes inputs of both kinds of block, and asserts that each is used (llm_graph_input_mem_hybrid).
    void kinds() const {
        if (hybrid.count(header_.architecture()) == 0) return;
        // Nemotron's blocks are one thing each: those with a feed-forward network are of neither kind.
        const bool has_single_parts = header_.architecture().rfind("nemotron_h", 0) == 0;
        bool is_recurrent = false;
        bool attends = false;
        const char * heads =
            header_.has(header_.own("attention.head_count_kv")) ? "attention.head_count_kv" : "attention.head_count";
        for (uint32_t il = 0; il < size("block_count"); il++) {
            if (has_single_parts && of_block("feed_forward_length", il) > 0) continue;
            (of_block(heads, il) == 0 ? is_recurrent : attends) = true;
        }
        if (is_recurrent && attends) return;
        header_.fail(header_.own("attention.head_count_kv"), "blocks with attention, and recurrent ones without",
                     attends ? "attention in all" : "none with attention");
    }

  private:
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

#include "engine/needed-tensors.h"

#include <algorithm>
#include <map>

namespace corrsteer {

namespace {

/// Of a block's tensors, named without the block: where one is, one of the others has to be.
struct requirement {
    const char * where;
    std::vector<const char *> one_of;
};

// src/models: falcon-h1.cpp, granite-hybrid.cpp, nemotron-h.cpp, phi3.cpp
const requirement bias_of_convolution = {"ssm_conv1d.weight", {"ssm_conv1d.bias"}};
const std::map<std::string, requirement> requirements = {
    {"falcon-h1", bias_of_convolution},
    {"granitehybrid", bias_of_convolution},
    {"nemotron_h", bias_of_convolution},
    {"nemotron_h_moe", bias_of_convolution},
    {"phi3", {"attn_output.weight", {"attn_qkv.weight", "attn_q.weight"}}},
};

} // namespace

void check_needed_tensors(const std::vector<gguf_header> & parts) {
    const auto found = requirements.find(parts.front().architecture());
    if (found == requirements.end()) return;
    const auto has = [&](const std::string & name) {
        return std::any_of(parts.begin(), parts.end(),
                           [&](const gguf_header & part) { return gguf_find_tensor(part.get(), name.c_str()) >= 0; });
    };
    const requirement & needed = found->second;
    const uint32_t n_blocks = parts.front().number(parts.front().own("block_count")).value_or(0);
    for (uint32_t il = 0; il < n_blocks; il++) {
        const std::string block = "blk." + std::to_string(il) + ".";
        const auto in_block = [&](const char * name) { return has(block + name); };
        if (!in_block(needed.where) || std::any_of(needed.one_of.begin(), needed.one_of.end(), in_block)) continue;
        parts.front().fail("tensor " + block + needed.one_of.front(), "one beside " + block + needed.where, "none");
    }
}

} // namespace corrsteer

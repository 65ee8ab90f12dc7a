#include "engine/hyperparameter-check.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace corrsteer {

namespace {

// Of llama.cpp's arrays: src/llama-hparams.h
constexpr uint32_t most_layers = 512;
constexpr uint32_t most_experts = 1024;

/// Their graphs have no other form.
bool needs_experts(const std::string & architecture) {
    return architecture == "smallthinker" || architecture == "llada-moe" || architecture == "grovemoe";
}

uint32_t largest(const std::vector<uint32_t> & values) {
    return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

/// One header; names are without the architecture in front.
class checker {
  public:
    explicit checker(const gguf_header & header) : header_(header) {}

    void layers() const {
        const auto n = header_.number(header_.own("block_count"));
        if (!n) return; // llama.cpp itself says so
        require("block_count", *n, *n >= 1 && *n <= most_layers, "1 to " + std::to_string(most_layers));
        const uint32_t nextn = size("nextn_predict_layers");
        require("nextn_predict_layers", nextn, nextn <= *n, "at most block_count = " + std::to_string(*n));
    }

    void experts() const {
        const uint32_t n = size("expert_count");
        const std::string & architecture = header_.architecture();
        if (n <= 1 && (architecture == "hunyuan_vl" || architecture == "hunyuan-dense")) return; // it drops them
        const std::string of_all = " of expert_count = " + std::to_string(n);
        const uint32_t least = needs_experts(architecture) ? 1 : 0;
        require("expert_count", n, n >= least && n <= most_experts,
                std::to_string(least) + " to " + std::to_string(most_experts));
        const uint32_t used = largest(numbers("expert_used_count"));
        require("expert_used_count", used, n == 0 ? used == 0 : used >= 1 && used <= n, "some" + of_all);
        const uint32_t groups = size("expert_group_count");
        const bool divide = n == 0 ? groups == 0 : groups < n && (groups < 2 || n % groups == 0);
        require("expert_group_count", groups, divide, "a divisor" + of_all);
        const uint32_t used_groups = size("expert_group_used_count");
        require("expert_group_used_count", used_groups, groups < 2 || (used_groups >= 1 && used_groups < groups),
                "some of expert_group_count = " + std::to_string(groups));
    }

    void heads() const {
        const auto of_layer = [](const std::vector<uint32_t> & counts, size_t il) {
            return counts.empty() ? 0 : counts[std::min(il, counts.size() - 1)];
        };
        const auto n_heads = numbers("attention.head_count");
        const auto n_kv = numbers("attention.head_count_kv");
        for (size_t il = 0; il < std::max(n_heads.size(), n_kv.size()); il++) {
            const uint32_t heads = of_layer(n_heads, il);
            const uint32_t kv = of_layer(n_kv, il);
            const std::string all = "head_count = " + std::to_string(heads);
            require("attention.head_count_kv", kv, kv == 0 || heads % kv == 0, "a divisor of " + all);
            if (header_.architecture() == "olmoe") // the norm of keys is as wide as that of queries
                require("attention.head_count_kv", kv, kv == heads, all);
        }
    }

    /// Where values may have a width of their own: elsewhere the graph asserts that it is that of keys.
    void head_widths() const {
        static const std::set<std::string> differ = {"bailingmoe",
                                                     "bailingmoe3",
                                                     "deepseek2",
                                                     "deepseek2-ocr",
                                                     "deepseek32",
                                                     "deepseek4",
                                                     "dots3note",
                                                     "falcon-h1",
                                                     "gemma",
                                                     "gemma2",
                                                     "gemma3",
                                                     "gemma3n",
                                                     "gemma4",
                                                     "gemma4-assistant",
                                                     "gemma-embedding",
                                                     "glm-dsa",
                                                     "gpt-oss",
                                                     "hrm_text",
                                                     "hy_v4",
                                                     "jamba",
                                                     "kimi-k3",
                                                     "kimi-linear",
                                                     "lfm2",
                                                     "lfm2moe",
                                                     "mimo2",
                                                     "minicpm3",
                                                     "mistral4",
                                                     "plamo2",
                                                     "plamo3",
                                                     "plm",
                                                     "qwen4exp",
                                                     "step35"};
        const auto n_heads = numbers("attention.head_count");
        if (n_heads.empty() || n_heads[0] == 0 || differ.count(header_.architecture()) > 0) return;
        const uint32_t head = size("embedding_length") / n_heads[0];
        const uint32_t key = header_.number(header_.own("attention.key_length")).value_or(head);
        const uint32_t value = header_.number(header_.own("attention.value_length")).value_or(head);
        require("attention.value_length", value, value == key, "key_length = " + std::to_string(key));
    }

    void rope_scaling() const {
        static const std::set<std::string> known = {"none", "linear", "yarn", "longrope"};
        const std::string key = header_.own("rope.scaling.type");
        const std::string type = header_.text(key);
        if (header_.has(key) && known.count(type) == 0)
            header_.fail(key, "none, linear, yarn or longrope", "\"" + type + "\"");
    }

    void norms() const {
        for (const char * name : {"layer_norm_epsilon", "layer_norm_rms_epsilon", "group_norm_epsilon"}) {
            const std::string key = header_.own(std::string("attention.") + name);
            const auto epsilon = header_.real(key);
            if (epsilon && !(*epsilon >= 0 && std::isfinite(*epsilon)))
                header_.fail(key, "a number of at least 0", std::to_string(*epsilon));
        }
    }

    /// Architectures that read the pattern have a cache for the layers that slide, and assert that there is one; to the
    /// others (phi3 says that it slides, and does not) it means nothing.
    void window() const {
        static const std::set<std::string> slide = {"afmoe",
                                                    "cohere2",
                                                    "cohere2moe",
                                                    "dflash",
                                                    "dots3note",
                                                    "exaone-moe",
                                                    "exaone4",
                                                    "gemma-embedding",
                                                    "gemma2",
                                                    "gemma3",
                                                    "gemma3n",
                                                    "gemma4",
                                                    "gemma4-assistant",
                                                    "gpt-oss",
                                                    "granite_swa",
                                                    "laguna",
                                                    "llama4",
                                                    "maple",
                                                    "mellum",
                                                    "mimo2",
                                                    "modern-bert",
                                                    "muse-glimmer",
                                                    "olmo2",
                                                    "plamo3",
                                                    "smallthinker",
                                                    "spark2_5",
                                                    "step35"};
        if (slide.count(header_.architecture()) == 0) return;
        const std::string key = header_.own("attention.sliding_window_pattern");
        if (!header_.has(key) || size("attention.sliding_window") == 0) return;
        const auto period = header_.number(key);
        const bool slides = period ? *period != 1 : largest(header_.numbers(key)) > 0;
        if (!slides) header_.fail(key, "a layer that slides, as there is a sliding_window", "none");
    }

  private:
    void require(const char * name, uint32_t found, bool holds, const std::string & expected) const {
        if (!holds) header_.fail(header_.own(name), expected, std::to_string(found));
    }

    std::vector<uint32_t> numbers(const char * name) const { return header_.numbers(header_.own(name)); }
    uint32_t size(const char * name) const { return header_.number(header_.own(name)).value_or(0); }

    const gguf_header & header_;
};

} // namespace

void check_hyperparameters(const gguf_header & header) {
    const checker check(header);
    check.layers();
    check.experts();
    check.heads();
    check.head_widths();
    check.rope_scaling();
    check.norms();
    check.window();
}

} // namespace corrsteer

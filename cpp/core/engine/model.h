#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "grammar/token-pieces.h"
#include "llama-cpp.h"
#include "platform/cancel.h"

namespace corrsteer {

struct model_info {
    std::string path;
    std::string architecture;
    std::string name;
    std::string description;
    std::string device;
    int host_layers = 0; ///< the first blocks, as many as lie in the host's memory; the others lie on `device`
    int n_layer = 0;
    int n_embd = 0;
    int n_vocab = 0;
    int n_ctx_train = 0;
    std::optional<int> n_positions; ///< where positions are learned: no sequence can be longer
    uint64_t n_params = 0;
    uint64_t size_bytes = 0;
    std::optional<std::string> chat_template;
    std::optional<llama_token> bos;
    std::optional<llama_token> eos;
    bool adds_bos = false;
    std::vector<llama_token> end_tokens;
};

/// A LoRA adapter, and how much of it is added to the weights.
struct adapter_plan {
    std::string path;
    double scale = 1;
};

struct model_plan {
    std::string path;
    std::string device;
    std::optional<int> gpu_layers = {}; ///< the last ones, the unembedding counted as one; all of them where not given
    std::vector<adapter_plan> adapters = {};
};

/// A loaded GGUF. Immutable, shared by the engines made on it, safe to use from any thread.
class model {
  public:
    /// Throws ERR_MODEL_LOAD (of the file or an adapter's: not a GGUF, truncated, unsupported), ERR_OUT_OF_RANGE (no
    /// such device, layers for a device where there is none but the CPU). `on_progress` gets fractions from 0 to 1 on
    /// the calling thread; `cancel` makes it throw ERR_CANCELLED.
    model(const model_plan & plan, const std::function<void(float)> & on_progress, const cancel_token & cancel);

    const model_info & info() const { return info_; }
    std::vector<llama_token> tokenize(const std::string & text, bool add_special, bool parse_special) const;
    /// Bytes of one token; not always whole UTF-8 characters.
    std::string piece(llama_token token, bool special) const;
    bool ends_generation(llama_token token) const;
    /// Its vocabulary as grammars see it; made when first asked for.
    std::shared_ptr<const token_pieces> pieces() const;
    std::map<std::string, std::string> metadata() const;
    /// Whether the memory of this model can keep a part of a sequence: not so where state is recurrent.
    bool truncates() const;
    /// Has a context compute with the adapters.
    void adapt(llama_context * context) const;
    llama_model * get() const { return model_.get(); }

  private:
    const llama_vocab * vocab() const { return llama_model_get_vocab(model_.get()); }

    void load_adapter(const adapter_plan & plan);

    llama_model_ptr model_;
    std::vector<llama_adapter_lora *> adapters_; ///< the model's
    std::vector<float> adapter_scales_;
    model_info info_;
    mutable std::once_flag pieces_made_;
    mutable std::shared_ptr<const token_pieces> pieces_;
};

/// Writes the model as float32 to another GGUF, with llama.cpp's own quantiser.
void dequantize_model(const std::string & from, const std::string & to);

} // namespace corrsteer

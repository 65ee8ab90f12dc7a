#include "engine/model.h"

#include <algorithm>

#include "engine/adapter-check.h"
#include "engine/hyperparameter-check.h"
#include "engine/model-parts.h"
#include "engine/needed-tensors.h"
#include "engine/rearranged.h"
#include "engine/recurrence-check.h"
#include "engine/rotation-check.h"
#include "engine/tensor-check.h"
#include "engine/vocabulary-check.h"
#include "platform/backend.h"
#include "platform/error.h"
#include "platform/log.h"

namespace corrsteer {

namespace {

/// Rows of the table of learned positions (GPT-2's); llama.cpp asserts that no position is beyond it.
std::optional<int> learned_positions(const std::vector<gguf_header> & headers, int n_embd) {
    for (const gguf_header & header : headers) {
        const gguf_context * gguf = header.get();
        const int64_t table = gguf_find_tensor(gguf, "position_embd.weight");
        if (table < 0) continue;
        const size_t row_bytes = ggml_row_size(gguf_get_tensor_type(gguf, table), n_embd);
        return static_cast<int>(gguf_get_tensor_size(gguf, table) / row_bytes);
    }
    return std::nullopt;
}

std::string meta(const llama_model * model, const char * key) {
    char buffer[256];
    const int n = llama_model_meta_val_str(model, key, buffer, sizeof buffer);
    return n < 0 ? "" : buffer;
}

std::optional<llama_token> optional_token(llama_token token) {
    return token == LLAMA_TOKEN_NULL ? std::nullopt : std::optional<llama_token>(token);
}

std::vector<gguf_header> checked_headers(const std::string & path) {
    std::vector<gguf_header> headers = open_parts(path);
    check_vocabulary(headers.front());
    check_hyperparameters(headers.front());
    check_recurrence(headers.front());
    for (const gguf_header & header : headers) check_tensors(header);
    check_needed_tensors(headers);
    return headers;
}

struct progress_state {
    const std::function<void(float)> & report;
    const cancel_token & cancel;
};

bool on_progress_tick(float fraction, void * user_data) {
    const auto & state = *static_cast<progress_state *>(user_data);
    if (state.report) state.report(fraction);
    return !state.cancel.requested();
}

} // namespace

model::model(const model_plan & plan, const std::function<void(float)> & on_progress, const cancel_token & cancel) {
    const log_scope log;
    const std::string & path = plan.path;
    const std::vector<gguf_header> headers = checked_headers(path);
    const gguf_header & header = headers.front();
    ggml_backend_dev_t chosen = find_device(plan.device);
    const bool on_cpu = is_cpu(chosen);
    ggml_backend_dev_t devices[] = {on_cpu ? nullptr : chosen, nullptr};
    if (on_cpu && plan.gpu_layers.value_or(0) > 0) {
        throw range_error("gpuLayers", "0 where the device is the CPU", *plan.gpu_layers);
    }
    progress_state progress{on_progress, cancel};
    llama_model_params params = llama_model_default_params();
    params.devices = devices;
    params.n_gpu_layers = on_cpu ? 0 : plan.gpu_layers.value_or(-1);
    params.split_mode = LLAMA_SPLIT_MODE_NONE;
    if (on_cpu && has_rearranged(headers)) params.load_mode = LLAMA_LOAD_MODE_NONE;
    params.progress_callback = on_progress_tick;
    params.progress_callback_user_data = &progress;
    model_.reset(llama_model_load_from_file(path.c_str(), params));
    cancel.check("loading");
    if (!model_) throw model_load_error(path, "llama.cpp can't load it. " + log.errors());
    if (llama_model_has_encoder(model_.get()) || !llama_model_has_decoder(model_.get())) {
        throw model_load_error(path, "not a decoder-only language model");
    }
    const std::string causal = header.own("attention.causal");
    if (meta(model_.get(), causal.c_str()) == "false") header.fail(causal, "true", "false");
    check_special_tokens(header, *vocab());
    check_rotation(header, *model_);
    for (const adapter_plan & adapter : plan.adapters) {
        check_adapter(adapter.path, headers);
        load_adapter(adapter);
    }

    char description[256];
    llama_model_desc(model_.get(), description, sizeof description);
    info_.path = path;
    info_.architecture = meta(model_.get(), "general.architecture");
    info_.name = meta(model_.get(), "general.name");
    info_.description = description;
    info_.device = ggml_backend_dev_name(chosen);
    info_.n_layer = llama_model_n_layer(model_.get());
    if (params.n_gpu_layers >= 0) { // llama.cpp counts from the last layer, which is the unembedding (load_tensors)
        const int n_all = info_.n_layer + llama_model_n_layer_nextn(model_.get());
        info_.host_layers = std::clamp(n_all + 1 - params.n_gpu_layers, 0, info_.n_layer);
    }
    info_.n_embd = llama_model_n_embd(model_.get());
    info_.n_vocab = llama_vocab_n_tokens(vocab());
    info_.n_ctx_train = llama_model_n_ctx_train(model_.get());
    info_.n_positions = learned_positions(headers, info_.n_embd);
    info_.n_params = llama_model_n_params(model_.get());
    info_.size_bytes = llama_model_size(model_.get());
    if (const char * text = llama_model_chat_template(model_.get(), nullptr)) info_.chat_template = text;
    info_.bos = optional_token(llama_vocab_bos(vocab()));
    info_.eos = optional_token(llama_vocab_eos(vocab()));
    info_.adds_bos = llama_vocab_get_add_bos(vocab());
    for (llama_token token = 0; token < info_.n_vocab; token++) {
        if (llama_vocab_is_eog(vocab(), token)) info_.end_tokens.push_back(token);
    }
}

std::vector<llama_token> model::tokenize(const std::string & text, bool add_special, bool parse_special) const {
    const log_scope log;
    std::vector<llama_token> tokens(text.size() + 8);
    const auto fill = [&] {
        try {
            return llama_tokenize(vocab(), text.data(), static_cast<int32_t>(text.size()), tokens.data(),
                                  static_cast<int32_t>(tokens.size()), add_special, parse_special);
        } catch (const std::exception & e) { // a vocabulary without a token for each byte
            throw error("ERR_OUT_OF_RANGE", std::string("text: expected characters of the vocabulary: ") + e.what(),
                        {{"name", "text"}, {"reason", e.what()}});
        }
    };
    int32_t n = fill();
    if (n < 0) {
        tokens.resize(static_cast<size_t>(-n));
        n = fill();
    }
    tokens.resize(static_cast<size_t>(n));
    return tokens;
}

std::string model::piece(llama_token token, bool special) const {
    std::string bytes(32, '\0');
    const auto fill = [&] {
        return llama_token_to_piece(vocab(), token, bytes.data(), static_cast<int32_t>(bytes.size()), 0, special);
    };
    int32_t n = fill();
    if (n < 0) {
        bytes.resize(static_cast<size_t>(-n));
        n = fill();
    }
    bytes.resize(static_cast<size_t>(n));
    return bytes;
}

bool model::ends_generation(llama_token token) const {
    return llama_vocab_is_eog(vocab(), token);
}

void model::load_adapter(const adapter_plan & plan) {
    const log_scope log;
    llama_adapter_lora * adapter = llama_adapter_lora_init(model_.get(), plan.path.c_str());
    if (!adapter) throw model_load_error(plan.path, "llama.cpp can't load it. " + log.errors());
    adapters_.push_back(adapter);
    adapter_scales_.push_back(static_cast<float>(plan.scale));
}

void model::adapt(llama_context * context) const {
    if (adapters_.empty()) return;
    std::vector<llama_adapter_lora *> adapters = adapters_;
    std::vector<float> scales = adapter_scales_;
    llama_set_adapters_lora(context, adapters.data(), adapters.size(), scales.data());
}

std::shared_ptr<const token_pieces> model::pieces() const {
    std::call_once(pieces_made_, [this] {
        pieces_ = std::make_shared<const token_pieces>(info_.n_vocab, info_.end_tokens,
                                                       [this](llama_token token) { return piece(token, false); });
    });
    return pieces_;
}

std::map<std::string, std::string> model::metadata() const {
    std::map<std::string, std::string> all;
    const auto text = [](const auto & read) {
        std::string value(256, '\0');
        const int n = read(value.data(), value.size());
        if (n >= static_cast<int>(value.size())) {
            value.resize(static_cast<size_t>(n) + 1);
            read(value.data(), value.size());
        }
        value.resize(n < 0 ? 0 : static_cast<size_t>(n));
        return value;
    };
    for (int i = 0; i < llama_model_meta_count(model_.get()); i++) {
        all[text([&](char * buffer, size_t size) {
            return llama_model_meta_key_by_index(model_.get(), i, buffer, size);
        })] = text([&](char * buffer, size_t size) {
            return llama_model_meta_val_str_by_index(model_.get(), i, buffer, size);
        });
    }
    return all;
}

bool model::truncates() const {
    return !llama_model_is_recurrent(model_.get()) && !llama_model_is_hybrid(model_.get());
}

void dequantize_model(const std::string & from, const std::string & to) {
    checked_headers(from);
    llama_model_quantize_params params = llama_model_quantize_default_params();
    params.ftype = LLAMA_FTYPE_ALL_F32;
    params.allow_requantize = true;
    const log_scope log;
    if (llama_model_quantize(from.c_str(), to.c_str(), &params) != 0) {
        throw model_load_error(from, "llama.cpp can't requantise it. " + log.errors());
    }
}

} // namespace corrsteer

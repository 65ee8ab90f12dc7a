#pragma once

#include "engine/model.h"
#include "wrap.h"

namespace corrsteer::binding {

class model_wrap : public shared_wrap<model_wrap, const model> {
  public:
    static constexpr const char * description = "a model";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e0001};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    /// Addon.loadModel
    static Napi::Value Load(const Napi::CallbackInfo & info);
    /// Addon.dequantizeModel
    static Napi::Value Dequantize(const Napi::CallbackInfo & info);

  private:
    Napi::Value Info(const Napi::CallbackInfo & info);
    Napi::Value Tokenize(const Napi::CallbackInfo & info);
    Napi::Value Detokenize(const Napi::CallbackInfo & info);
    Napi::Value Metadata(const Napi::CallbackInfo & info);
    Napi::Value Dispose(const Napi::CallbackInfo & info);
};

/// Addon.createCancel: a flag that JavaScript sets and a running operation polls.
class cancel_wrap : public shared_wrap<cancel_wrap, cancel_token> {
  public:
    static constexpr const char * description = "a cancel token";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e0002};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    static Napi::Value Create(const Napi::CallbackInfo & info);

  private:
    void Request(const Napi::CallbackInfo & info);
};

/// Argument `i`, or a token that nobody sets.
std::shared_ptr<const cancel_token> read_cancel(const Napi::CallbackInfo & info, size_t i);

} // namespace corrsteer::binding

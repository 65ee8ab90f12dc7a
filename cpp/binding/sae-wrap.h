#pragma once

#include "sae/sae.h"
#include "wrap.h"

namespace corrsteer::binding {

class sae_wrap : public shared_wrap<sae_wrap, const sae> {
  public:
    static constexpr const char * description = "an SAE";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e0005};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    /// Addon.loadSae
    static Napi::Value Load(const Napi::CallbackInfo & info);
    /// Addon.foldSae
    static Napi::Value Fold(const Napi::CallbackInfo & info);
    /// Addon.readDecoderRows
    static Napi::Value ReadDecoderRows(const Napi::CallbackInfo & info);
    static Napi::Value ReadFeatureProbes(const Napi::CallbackInfo & info);
    /// Addon.featureNorms
    static Napi::Value FeatureNorms(const Napi::CallbackInfo & info);

  private:
    Napi::Value DModel(const Napi::CallbackInfo & info);
    Napi::Value DSae(const Napi::CallbackInfo & info);
    Napi::Value SizeBytes(const Napi::CallbackInfo & info);
    Napi::Value Encode(const Napi::CallbackInfo & info);
    Napi::Value EncoderRows(const Napi::CallbackInfo & info);
    Napi::Value DecoderRows(const Napi::CallbackInfo & info);
    Napi::Value Dispose(const Napi::CallbackInfo & info);
};

} // namespace corrsteer::binding

#pragma once

#include "sae/feature-examples.h"
#include "wrap.h"

namespace corrsteer::binding {

class feature_examples_wrap : public shared_wrap<feature_examples_wrap, feature_examples> {
  public:
    static constexpr const char * description = "examples of features";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e000a};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    /// Addon.createFeatureExamples
    static Napi::Value Create(const Napi::CallbackInfo & info);

  private:
    Napi::Value FeatureBytes(const Napi::CallbackInfo & info);
    Napi::Value Rows(const Napi::CallbackInfo & info);
    Napi::Value Add(const Napi::CallbackInfo & info);
    Napi::Value Take(const Napi::CallbackInfo & info);
    Napi::Value Coactive(const Napi::CallbackInfo & info);
    Napi::Value Dispose(const Napi::CallbackInfo & info);
};

/// Addon.nearestDirections
Napi::Value NearestDirections(const Napi::CallbackInfo & info);

} // namespace corrsteer::binding

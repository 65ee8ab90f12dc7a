#pragma once

#include "sae/reconstruction.h"
#include "wrap.h"

namespace corrsteer::binding {

class reconstruction_wrap : public shared_wrap<reconstruction_wrap, const reconstruction> {
  public:
    static constexpr const char * description = "a reconstruction";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e000b};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    /// Addon.createReconstruction
    static Napi::Value Create(const Napi::CallbackInfo & info);

  private:
    Napi::Value Measure(const Napi::CallbackInfo & info);
    Napi::Value Dispose(const Napi::CallbackInfo & info);
};

} // namespace corrsteer::binding

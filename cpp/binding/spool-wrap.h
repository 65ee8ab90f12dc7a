#pragma once

#include "sae/residual-spool.h"
#include "wrap.h"

namespace corrsteer::binding {

class spool_wrap : public shared_wrap<spool_wrap, residual_spool> {
  public:
    static constexpr const char * description = "a residual spool";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e0006};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    /// Addon.createSpool
    static Napi::Value Create(const Napi::CallbackInfo & info);

  private:
    Napi::Value Rows(const Napi::CallbackInfo & info);
    Napi::Value Pool(const Napi::CallbackInfo & info);
    Napi::Value Encode(const Napi::CallbackInfo & info);
    Napi::Value Dispose(const Napi::CallbackInfo & info);
};

} // namespace corrsteer::binding

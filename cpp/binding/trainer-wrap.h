#pragma once

#include "training/sae-trainer.h"
#include "wrap.h"

namespace corrsteer::binding {

class row_buffer_wrap : public shared_wrap<row_buffer_wrap, row_buffer> {
  public:
    static constexpr const char * description = "a row buffer";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e000c};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    /// Addon.createRowBuffer
    static Napi::Value Create(const Napi::CallbackInfo & info);

  private:
    Napi::Value Begin(const Napi::CallbackInfo & info);
    Napi::Value Fill(const Napi::CallbackInfo & info);
    Napi::Value Dispose(const Napi::CallbackInfo & info);
};

class trainer_wrap : public shared_wrap<trainer_wrap, sae_trainer> {
  public:
    static constexpr const char * description = "a trainer";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e000d};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    /// Addon.createTrainer
    static Napi::Value Create(const Napi::CallbackInfo & info);

  private:
    Napi::Value Train(const Napi::CallbackInfo & info);
    Napi::Value State(const Napi::CallbackInfo & info);
    Napi::Value Restore(const Napi::CallbackInfo & info);
    Napi::Value Trained(const Napi::CallbackInfo & info);
    Napi::Value Dispose(const Napi::CallbackInfo & info);
};

} // namespace corrsteer::binding

#pragma once

#include "platform/file-lock.h"
#include "platform/safetensors.h"
#include "wrap.h"

namespace corrsteer::binding {

class safetensors_wrap : public shared_wrap<safetensors_wrap, const safetensors> {
  public:
    static constexpr const char * description = "a safetensors file";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e0007};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    /// Addon.openSafetensors
    static Napi::Value Open(const Napi::CallbackInfo & info);

  private:
    /// It holds the file, so that close or garbage collection while it is read is safe.
    std::shared_ptr<const tensor_view> tensor(const Napi::CallbackInfo & info) const;
    Napi::Value Tensors(const Napi::CallbackInfo & info);
    Napi::Value Metadata(const Napi::CallbackInfo & info);
    Napi::Value ReadFloat32(const Napi::CallbackInfo & info);
    Napi::Value ReadInt32(const Napi::CallbackInfo & info);
    void Close(const Napi::CallbackInfo & info);
};

class file_lock_wrap : public shared_wrap<file_lock_wrap, file_lock> {
  public:
    static constexpr const char * description = "a file lock";
    static constexpr napi_type_tag type_tag = {0x6d9c1e0a4f6b4c11, 0x9b1fca3c1d2e0008};
    using shared_wrap::shared_wrap;

    static Napi::Function define(Napi::Env env);
    /// Addon.lockFile
    static Napi::Value Lock(const Napi::CallbackInfo & info);

  private:
    void Release(const Napi::CallbackInfo & info);
};

} // namespace corrsteer::binding

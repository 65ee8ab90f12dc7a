#pragma once

#include <string>

#include <napi.h>

#include "platform/tensor-place.h"

namespace corrsteer::binding {

/// TensorPlace of lib/native/tensor-place.ts.
tensor_place read_tensor_place(const Napi::Value & value, const std::string & name);

/// Addon.readTensor
Napi::Value ReadTensor(const Napi::CallbackInfo & info);

} // namespace corrsteer::binding

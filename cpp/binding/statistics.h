#pragma once

#include <napi.h>

namespace corrsteer::binding {

/// Addon.permutationNull
Napi::Value PermutationNull(const Napi::CallbackInfo & info);
/// Addon.bootstrapTop
Napi::Value BootstrapTop(const Napi::CallbackInfo & info);

} // namespace corrsteer::binding

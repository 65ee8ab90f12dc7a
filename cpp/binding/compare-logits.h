#pragma once

#include <napi.h>

namespace corrsteer::binding {

/// Addon.compareLogits
Napi::Value CompareLogits(const Napi::CallbackInfo & info);

} // namespace corrsteer::binding

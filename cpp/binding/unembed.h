#pragma once

#include <napi.h>

namespace corrsteer::binding {

/// Addon.unembed
Napi::Value Unembed(const Napi::CallbackInfo & info);

} // namespace corrsteer::binding

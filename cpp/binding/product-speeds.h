#pragma once

#include <napi.h>

namespace corrsteer::binding {

/// `measureProducts` of lib/native/addon.ts.
Napi::Value MeasureProducts(const Napi::CallbackInfo & info);

} // namespace corrsteer::binding

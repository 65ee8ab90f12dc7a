#pragma once

#include <napi.h>

#include "engine/engine.h"

namespace corrsteer::binding {

/// NativeEngineOptions and NativeRun of lib/native/addon.ts.
engine_options read_engine_options(const Napi::Value & value);
run_spec read_run(const Napi::Value & value);

} // namespace corrsteer::binding

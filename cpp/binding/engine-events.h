#pragma once

#include <napi.h>

#include "engine/engine.h"

namespace corrsteer::binding {

/// One NativeEvent of lib/native/addon.ts: the run's failure where there is no memory for it.
Napi::Value to_javascript(Napi::Env env, const engine_event & event);
/// Whether it is the last one of its run.
bool ends_run(const engine_event & event);

} // namespace corrsteer::binding

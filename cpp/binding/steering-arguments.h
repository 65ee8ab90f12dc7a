#pragma once

#include <napi.h>

#include "engine/steering.h"

namespace corrsteer::binding {

/// NativeProbe, NativeSteeringOptions and NativeReasoning of lib/native/addon.ts.
probe read_probe(const Napi::Value & value, const std::string & name);
std::vector<probe> read_probes(const Napi::Value & value, const std::string & name);
steering_ptr read_steering(const Napi::Value & value);
reasoning_marks read_reasoning(const Napi::Value & value);

} // namespace corrsteer::binding

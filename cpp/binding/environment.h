#pragma once

#include <memory>
#include <mutex>
#include <set>

#include <napi.h>

namespace corrsteer::binding {

/// What runs on threads of its own and must have ended before its environment (a process's, a worker thread's) goes.
class stoppable {
  public:
    virtual ~stoppable() = default;
    virtual void stop() = 0;
};

/// State of one environment, with a constructor a class: an addon is loaded once a process, but used by many
/// environments.
struct environment {
    Napi::FunctionReference model;
    Napi::FunctionReference engine;
    Napi::FunctionReference steering;
    Napi::FunctionReference sae;
    Napi::FunctionReference spool;
    Napi::FunctionReference safetensors;
    Napi::FunctionReference file_lock;
    Napi::FunctionReference cancel;

    std::set<std::shared_ptr<stoppable>> running; ///< touched on the environment's own thread only
};

inline environment & environment_of(Napi::Env env) {
    return *env.GetInstanceData<environment>();
}

} // namespace corrsteer::binding

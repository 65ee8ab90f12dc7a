#pragma once

#include <memory>
#include <set>

#include <napi.h>

namespace corrsteer::binding {

/// What runs on threads of its own and must have ended before its environment (a process's, a worker thread's) goes.
class stoppable {
  public:
    virtual ~stoppable() = default;
    /// After it nothing of the environment is touched any more.
    virtual void environment_ends() = 0;
};

/// State of one environment, with a constructor a class: an addon is loaded once a process, but used by many
/// environments.
struct environment {
    Napi::FunctionReference model;
    Napi::FunctionReference engine;
    Napi::FunctionReference steering;
    Napi::FunctionReference sae;
    Napi::FunctionReference reconstruction;
    Napi::FunctionReference spool;
    Napi::FunctionReference feature_examples;
    Napi::FunctionReference row_buffer;
    Napi::FunctionReference trainer;
    Napi::FunctionReference safetensors;
    Napi::FunctionReference file_lock;
    Napi::FunctionReference cancel;
    /// JavaScript's own.
    Napi::FunctionReference array_buffer;
    Napi::FunctionReference range_error;

    /// Touched on the environment's own thread only. Weak: what nobody holds any more ends by itself.
    std::set<std::weak_ptr<stoppable>, std::owner_less<>> running;
};

inline environment & environment_of(Napi::Env env) {
    return *env.GetInstanceData<environment>();
}

} // namespace corrsteer::binding

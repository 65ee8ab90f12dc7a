#pragma once

#include <memory>

#include <napi.h>

#include "environment.h"
#include "errors.h"

namespace corrsteer::binding {

/// A JavaScript object that holds a shared core object. Made here only: `new` from JavaScript gives an empty one, and
/// an object of another class or addon is refused by its type tag.
template <typename Wrap, typename Core>
class shared_wrap : public Napi::ObjectWrap<Wrap> {
  public:
    explicit shared_wrap(const Napi::CallbackInfo & info) : Napi::ObjectWrap<Wrap>(info) {
        info.This().template As<Napi::Object>().TypeTag(&Wrap::type_tag);
    }

    static Napi::Object make(Napi::FunctionReference & constructor, std::shared_ptr<Core> core) {
        Napi::Object object = constructor.New({});
        Wrap::Unwrap(object)->core_ = std::move(core);
        return object;
    }

    /// Throws ERR_DISPOSED after dispose.
    std::shared_ptr<Core> core(Napi::Env env) const {
        if (!core_)
            throw to_javascript(env, error("ERR_DISPOSED", std::string(Wrap::description) + " was disposed of"));
        return core_;
    }

  protected:
    std::shared_ptr<Core> core_;
};

} // namespace corrsteer::binding

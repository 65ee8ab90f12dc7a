#pragma once

#include <memory>

#include <napi.h>

#include "callback.h"
#include "environment.h"

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
    std::shared_ptr<Core> core() const {
        if (!core_) throw error("ERR_DISPOSED", std::string(Wrap::description) + " was disposed of");
        return core_;
    }

  protected:
    using member = Napi::ClassPropertyDescriptor<Wrap>;

    /// A method and a read-only property of a member function, which takes Napi::CallbackInfo and gives a value or
    /// nothing.
    template <auto body>
    static member method(const char * name) {
        return shared_wrap::InstanceMethod(name, static_cast<callback>(&shared_wrap::template call<body>));
    }
    template <auto body>
    static member property(const char * name) {
        return shared_wrap::InstanceAccessor(name, static_cast<callback>(&shared_wrap::template call<body>), nullptr);
    }

    std::shared_ptr<Core> core_;

  private:
    using callback = Napi::Value (Wrap::*)(const Napi::CallbackInfo &);

    template <auto body>
    Napi::Value call(const Napi::CallbackInfo & info) {
        return answer(info, [&] { return (static_cast<Wrap *>(this)->*body)(info); });
    }
};

} // namespace corrsteer::binding

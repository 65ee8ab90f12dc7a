#include "file-wrap.h"

#include "arguments.h"

namespace corrsteer::binding {

Napi::Function safetensors_wrap::define(Napi::Env env) {
    return DefineClass(env, "NativeSafetensors",
                       {property<&safetensors_wrap::Tensors>("tensors"),
                        property<&safetensors_wrap::Metadata>("metadata"),
                        method<&safetensors_wrap::ReadFloat32>("readFloat32"),
                        method<&safetensors_wrap::ReadInt32>("readInt32"), method<&safetensors_wrap::Close>("close")});
}

Napi::Value safetensors_wrap::Open(const Napi::CallbackInfo & info) {
    return make(environment_of(info.Env()).safetensors,
                std::make_shared<const safetensors>(read_string(info[0], "path")));
}

const tensor_view & safetensors_wrap::tensor(const Napi::CallbackInfo & info) const {
    const std::string name = read_string(info[0], "name");
    const auto file = core();
    if (const tensor_view * found = file->find(name)) return *found;
    throw error("ERR_FILE_FORMAT", file->path() + ": it has no tensor \"" + name + "\"",
                {{"path", file->path()}, {"tensor", name}});
}

Napi::Value safetensors_wrap::Tensors(const Napi::CallbackInfo & info) {
    Napi::Array array = Napi::Array::New(info.Env());
    for (const auto & view : core()->tensors()) {
        Napi::Object object = Napi::Object::New(info.Env());
        Napi::Array shape = Napi::Array::New(info.Env());
        for (const uint64_t extent : view.shape) shape.Set(shape.Length(), static_cast<double>(extent));
        object.Set("name", view.name);
        object.Set("dtype", view.dtype);
        object.Set("shape", shape);
        array.Set(array.Length(), object);
    }
    return array;
}

Napi::Value safetensors_wrap::Metadata(const Napi::CallbackInfo & info) {
    Napi::Object object = Napi::Object::New(info.Env());
    for (const auto & [key, value] : core()->metadata()) object.Set(key, value);
    return object;
}

Napi::Value safetensors_wrap::ReadFloat32(const Napi::CallbackInfo & info) {
    return to_float32_array(info.Env(), read_floats(tensor(info)));
}

Napi::Value safetensors_wrap::ReadInt32(const Napi::CallbackInfo & info) {
    return to_int32_array(info.Env(), read_int32(tensor(info)));
}

void safetensors_wrap::Close(const Napi::CallbackInfo &) {
    core_.reset();
}

Napi::Function file_lock_wrap::define(Napi::Env env) {
    return DefineClass(env, "NativeFileLock", {method<&file_lock_wrap::Release>("release")});
}

Napi::Value file_lock_wrap::Lock(const Napi::CallbackInfo & info) {
    std::unique_ptr<file_lock> lock = file_lock::try_lock(read_string(info[0], "path"));
    if (!lock) return info.Env().Undefined();
    return make(environment_of(info.Env()).file_lock, std::shared_ptr<file_lock>(std::move(lock)));
}

void file_lock_wrap::Release(const Napi::CallbackInfo &) {
    core_.reset();
}

} // namespace corrsteer::binding

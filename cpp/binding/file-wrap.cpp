#include "file-wrap.h"

#include "arguments.h"
#include "async.h"
#include "model-wrap.h"

namespace corrsteer::binding {

Napi::Function safetensors_wrap::define(Napi::Env env) {
    return DefineClass(env, "NativeSafetensors",
                       {property<&safetensors_wrap::Tensors>("tensors"),
                        property<&safetensors_wrap::Metadata>("metadata"),
                        method<&safetensors_wrap::ReadFloat32>("readFloat32"),
                        method<&safetensors_wrap::ReadInt32>("readInt32"), method<&safetensors_wrap::Close>("close")});
}

Napi::Value safetensors_wrap::Open(const Napi::CallbackInfo & info) {
    const std::string path = read_string(info[0], "path");
    return run_async(
        info.Env(), [=] { return std::make_shared<const safetensors>(path); },
        [](Napi::Env env, std::shared_ptr<const safetensors> opened) -> Napi::Value {
            return make(environment_of(env).safetensors, std::move(opened));
        });
}

std::shared_ptr<const tensor_view> safetensors_wrap::tensor(const Napi::CallbackInfo & info) const {
    const std::string name = read_string(info[0], "name");
    const auto file = core();
    if (const tensor_view * found = file->find(name)) return {file, found};
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
        object.Set("offset", static_cast<double>(core()->offset_of(view)));
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
    const auto source = tensor(info);
    const auto cancel = read_cancel(info, 1);
    Napi::Float32Array values = make_float32_array(info.Env(), source->n_elements);
    const auto held = std::make_shared<Napi::ObjectReference>(Napi::Persistent(values.As<Napi::Object>()));
    return run_async(
        info.Env(), [=, out = values.Data()] { return read_floats(*source, out, *cancel), 0; },
        [held](Napi::Env, int) -> Napi::Value { return held->Value(); });
}

Napi::Value safetensors_wrap::ReadInt32(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(), [source = tensor(info)] { return read_int32(*source); }, to_int32_array);
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

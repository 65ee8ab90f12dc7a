#include "product-speeds.h"

#include "arguments.h"
#include "async.h"
#include "products/speed.h"

namespace corrsteer::binding {

namespace {

using products::route;
using products::speeds;

const char * name_of(route route) {
    if (route == route::llama_cpp) return "llama.cpp";
    return route == route::float32 ? "float32" : "int8";
}

Napi::Value to_object(Napi::Env env, ggml_type type, const speeds & measured) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("type", ggml_type_name(type));
    object.Set("llama.cpp", measured.llama_cpp);
    if (measured.float32) object.Set("float32", *measured.float32);
    if (measured.int8) object.Set("int8", *measured.int8);
    object.Set("used", name_of(measured.used));
    return object;
}

} // namespace

Napi::Value MeasureProducts(const Napi::CallbackInfo & info) {
    const Napi::Object shape = read_object(info[0], "shape");
    const int number = read_int(shape.Get("type"), "type");
    if (number < 0 || number >= GGML_TYPE_COUNT || ggml_blck_size(static_cast<ggml_type>(number)) == 0)
        throw range_error("type", "one of ggml's", number);
    const auto type = static_cast<ggml_type>(number);
    return run_async(
        info.Env(),
        [type, depth = read_int(shape.Get("depth"), "depth"), outputs = read_int(shape.Get("outputs"), "outputs"),
         rows = read_int(shape.Get("rows"), "rows")] { return products::measure_speeds(type, depth, outputs, rows); },
        [type](Napi::Env env, const std::optional<speeds> & measured) {
            return measured ? to_object(env, type, *measured) : env.Undefined();
        });
}

} // namespace corrsteer::binding

#include "arguments.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <new>

#include "environment.h"
#include "platform/error.h"

namespace corrsteer::binding {

namespace {

template <typename Array, typename T>
std::vector<T> read_array(const Napi::Value & value, const std::string & name, napi_typedarray_type type,
                          const char * what) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type)
        throw_expected(value, name, what);
    const auto array = value.As<Array>();
    return std::vector<T>(array.Data(), array.Data() + array.ElementLength());
}

/// By JavaScript's constructor: N-API's ends the process where there is no memory.
Napi::ArrayBuffer make_buffer(Napi::Env env, size_t size) {
    try {
        return environment_of(env)
            .array_buffer.New({Napi::Number::New(env, static_cast<double>(size))})
            .As<Napi::ArrayBuffer>();
    } catch (const Napi::Error & e) {
        if (!e.Value().InstanceOf(environment_of(env).range_error.Value())) throw; // a worker thread is terminated
        throw std::bad_alloc();
    }
}

template <typename Array, typename T>
Array make_array(Napi::Env env, size_t n) {
    return Array::New(env, n, make_buffer(env, n * sizeof(T)), 0);
}

template <typename Array, typename T>
Napi::Value to_array(Napi::Env env, const T * data, size_t n) {
    Array array = make_array<Array, T>(env, n);
    if (n > 0) std::memcpy(array.Data(), data, n * sizeof(T));
    return array;
}

double read_whole(const Napi::Value & value, const std::string & name, double lowest, double highest) {
    const double number = read_double(value, name);
    if (std::trunc(number) != number || number < lowest || number > highest)
        throw_expected(value, name, "a whole number in range");
    return number;
}

} // namespace

void throw_expected(const Napi::Value & value, const std::string & name, const std::string & expected) {
    const std::string actual = value.IsString()   ? "\"" + value.As<Napi::String>().Utf8Value() + "\""
                               : value.IsObject() ? "an object of another kind"
                                                  : value.ToString().Utf8Value();
    throw error("ERR_INVALID_ARGUMENT", name + ": expected " + expected + ", got " + actual,
                {{"name", name}, {"expected", expected}, {"actual", actual}});
}

Napi::Object read_object(const Napi::Value & value, const std::string & name) {
    if (!value.IsObject()) throw_expected(value, name, "an object");
    return value.As<Napi::Object>();
}

std::string read_string(const Napi::Value & value, const std::string & name) {
    if (!value.IsString()) throw_expected(value, name, "a string");
    return value.As<Napi::String>().Utf8Value();
}

bool read_bool(const Napi::Value & value, const std::string & name) {
    if (!value.IsBoolean()) throw_expected(value, name, "true or false");
    return value.As<Napi::Boolean>().Value();
}

double read_double(const Napi::Value & value, const std::string & name) {
    if (!value.IsNumber()) throw_expected(value, name, "a number");
    return value.As<Napi::Number>().DoubleValue();
}

int read_int(const Napi::Value & value, const std::string & name) {
    return static_cast<int>(read_whole(value, name, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

uint32_t read_uint32(const Napi::Value & value, const std::string & name) {
    return static_cast<uint32_t>(read_whole(value, name, 0, std::numeric_limits<uint32_t>::max()));
}

uint64_t read_size(const Napi::Value & value, const std::string & name) {
    return static_cast<uint64_t>(read_whole(value, name, 0, 9007199254740992.0));
}

Napi::Function read_function(const Napi::Value & value, const std::string & name) {
    if (!value.IsFunction()) throw_expected(value, name, "a function");
    return value.As<Napi::Function>();
}

std::vector<int32_t> read_int32_array(const Napi::Value & value, const std::string & name) {
    return read_array<Napi::Int32Array, int32_t>(value, name, napi_int32_array, "an Int32Array");
}

std::vector<uint32_t> read_uint32_array(const Napi::Value & value, const std::string & name) {
    return read_array<Napi::Uint32Array, uint32_t>(value, name, napi_uint32_array, "a Uint32Array");
}

std::vector<float> read_float32_array(const Napi::Value & value, const std::string & name) {
    return read_array<Napi::Float32Array, float>(value, name, napi_float32_array, "a Float32Array");
}

std::vector<double> read_float64_array(const Napi::Value & value, const std::string & name) {
    return read_array<Napi::Float64Array, double>(value, name, napi_float64_array, "a Float64Array");
}

std::vector<std::string> read_strings(const Napi::Value & value, const std::string & name) {
    if (!value.IsArray()) throw_expected(value, name, "an array of strings");
    const auto array = value.As<Napi::Array>();
    std::vector<std::string> strings;
    for (uint32_t i = 0; i < array.Length(); i++) strings.push_back(read_string(array.Get(i), name));
    return strings;
}

std::vector<uint64_t> read_sizes(const Napi::Value & value, const std::string & name) {
    if (!value.IsArray()) throw_expected(value, name, "an array of whole numbers");
    const auto array = value.As<Napi::Array>();
    std::vector<uint64_t> sizes;
    for (uint32_t i = 0; i < array.Length(); i++) sizes.push_back(read_size(array.Get(i), name));
    return sizes;
}

std::vector<Napi::Object> read_objects(const Napi::Value & value, const std::string & name) {
    if (!value.IsArray()) throw_expected(value, name, "an array of objects");
    const auto array = value.As<Napi::Array>();
    std::vector<Napi::Object> objects;
    for (uint32_t i = 0; i < array.Length(); i++) objects.push_back(read_object(array.Get(i), name));
    return objects;
}

Napi::Float32Array make_float32_array(Napi::Env env, size_t n) {
    return make_array<Napi::Float32Array, float>(env, n);
}

Napi::Value to_int32_array(Napi::Env env, const std::vector<int32_t> & values) {
    return to_array<Napi::Int32Array>(env, values.data(), values.size());
}

Napi::Value to_uint32_array(Napi::Env env, const std::vector<uint32_t> & values) {
    return to_array<Napi::Uint32Array>(env, values.data(), values.size());
}

Napi::Value to_float32_array(Napi::Env env, const std::vector<float> & values) {
    return to_array<Napi::Float32Array>(env, values.data(), values.size());
}

Napi::Value to_float64_array(Napi::Env env, const std::vector<double> & values) {
    return to_array<Napi::Float64Array>(env, values.data(), values.size());
}

Napi::Value to_uint8_array(Napi::Env env, const std::string & bytes) {
    return to_array<Napi::Uint8Array>(env, bytes.data(), bytes.size());
}

} // namespace corrsteer::binding

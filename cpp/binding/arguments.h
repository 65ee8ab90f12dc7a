#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <napi.h>

namespace corrsteer::binding {

/// Readers of what JavaScript passes. Each checks the type (a wrong `.As<>()` is undefined behaviour) and throws a
/// TypeError with code ERR_INVALID_ARGUMENT: "name: expected ..., got ...". Ranges and defaults are TypeScript's and
/// the core's affair.

Napi::Object read_object(const Napi::Value & value, const std::string & name);
std::string read_string(const Napi::Value & value, const std::string & name);
bool read_bool(const Napi::Value & value, const std::string & name);
double read_double(const Napi::Value & value, const std::string & name);
/// A whole number that fits 32 bits.
int read_int(const Napi::Value & value, const std::string & name);
uint32_t read_uint32(const Napi::Value & value, const std::string & name);
/// A whole number up to 2^53.
uint64_t read_size(const Napi::Value & value, const std::string & name);
Napi::Function read_function(const Napi::Value & value, const std::string & name);

std::vector<int32_t> read_int32_array(const Napi::Value & value, const std::string & name);
std::vector<uint32_t> read_uint32_array(const Napi::Value & value, const std::string & name);
std::vector<float> read_float32_array(const Napi::Value & value, const std::string & name);
std::vector<double> read_float64_array(const Napi::Value & value, const std::string & name);
std::vector<std::string> read_strings(const Napi::Value & value, const std::string & name);
/// An array of whole numbers up to 2^53.
std::vector<uint64_t> read_sizes(const Napi::Value & value, const std::string & name);
std::vector<Napi::Object> read_objects(const Napi::Value & value, const std::string & name);

/// One of the named values.
template <typename T>
T read_choice(const Napi::Value & value, const std::string & name,
              const std::vector<std::pair<const char *, T>> & choices);

/// A member that may be undefined.
inline bool is_given(const Napi::Value & value) {
    return !value.IsUndefined() && !value.IsNull();
}

/// Whether the value is a wrap of class `Wrap`, known by its type tag.
template <typename Wrap>
bool is_wrap(const Napi::Value & value) {
    return value.IsObject() && value.As<Napi::Object>().CheckTypeTag(&Wrap::type_tag);
}

/// The core object in one.
template <typename Wrap>
Wrap & read_wrap(const Napi::Value & value, const std::string & name);

[[noreturn]] void throw_expected(const Napi::Value & value, const std::string & name, const std::string & expected);

template <typename T>
T read_choice(const Napi::Value & value, const std::string & name,
              const std::vector<std::pair<const char *, T>> & choices) {
    const std::string text = read_string(value, name);
    std::string expected;
    for (const auto & [word, choice] : choices) {
        if (text == word) return choice;
        expected += (expected.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    }
    throw_expected(value, name, "one of " + expected);
}

template <typename Wrap>
Wrap & read_wrap(const Napi::Value & value, const std::string & name) {
    if (!is_wrap<Wrap>(value)) throw_expected(value, name, Wrap::description);
    return *Wrap::Unwrap(value.As<Napi::Object>());
}

/// Zeros, for work to fill.
Napi::Float32Array make_float32_array(Napi::Env env, size_t n);

/// Typed arrays with the contents of a vector, copied.
Napi::Value to_int32_array(Napi::Env env, const std::vector<int32_t> & values);
Napi::Value to_uint32_array(Napi::Env env, const std::vector<uint32_t> & values);
Napi::Value to_float32_array(Napi::Env env, const std::vector<float> & values);
Napi::Value to_float64_array(Napi::Env env, const std::vector<double> & values);
Napi::Value to_uint8_array(Napi::Env env, const std::string & bytes);

} // namespace corrsteer::binding

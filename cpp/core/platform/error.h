#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace corrsteer {

/// One named number or text of an error: what the message says, for programs.
struct error_detail {
    std::string name;
    std::variant<double, std::string> value;
};

/// All that the core throws on purpose. `code` is one of lib/errors.ts.
struct error : std::runtime_error {
    error(std::string code, const std::string & message, std::vector<error_detail> details = {})
        : std::runtime_error(message), code(std::move(code)), details(std::move(details)) {}

    std::string code;
    std::vector<error_detail> details;
};

inline error range_error(const std::string & name, const std::string & expected, int64_t actual) {
    return error("ERR_OUT_OF_RANGE", name + ": expected " + expected + ", got " + std::to_string(actual),
                 {{"name", name}, {"expected", expected}, {"actual", static_cast<double>(actual)}});
}

} // namespace corrsteer

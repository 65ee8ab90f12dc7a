#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace corrsteer::json {

struct value;
using array = std::vector<value>;
/// Members in the order of the text; names are unique.
using object = std::vector<std::pair<std::string, value>>;

/// A number as it was written: nobody here needs arithmetic on it, and the text loses nothing.
struct number {
    std::string text;

    /// The number if it is written as a plain integer in [0, 2^64).
    std::optional<uint64_t> as_uint64() const;
};

struct value : std::variant<std::nullptr_t, bool, number, std::string, array, object> {
    using variant::variant;
};

/// Parses one JSON text (RFC 8259) in full: UTF-8 checked, no duplicate names, at most 16 levels deep.
/// ERR_FILE_FORMAT with the byte offset otherwise.
value parse(std::string_view text);

} // namespace corrsteer::json

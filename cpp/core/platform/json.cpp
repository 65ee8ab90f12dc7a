#include "platform/json.h"

#include <limits>
#include <unordered_set>

#include "platform/error.h"

namespace corrsteer::json {

namespace {

constexpr int max_depth = 16;

/// Length of the UTF-8 sequence at the start of `text`, 0 if it is not one (overlong forms and surrogates are not).
size_t utf8_length(std::string_view text) {
    const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const auto continues = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
    const unsigned lead = byte(0);
    if (lead < 0x80) return text.empty() ? 0 : 1;
    if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(1) > 0x9F;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool overlong = lead == 0xF0 && byte(1) < 0x90;
        const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
        return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

void append_utf8(std::string & out, uint32_t code) {
    const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6), put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F)), put(0x80 | (code >> 6 & 0x3F)),
            put(0x80 | (code & 0x3F));
    }
}

class parser {
  public:
    explicit parser(std::string_view text) : text_(text) {}

    value document() {
        value result = element(0);
        skip_space();
        if (at_ != text_.size()) fail("text after the end");
        return result;
    }

  private:
    [[noreturn]] void fail(const std::string & what) const {
        throw error("ERR_FILE_FORMAT", "not JSON: " + what + " at byte " + std::to_string(at_));
    }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool at_digit() const { return peek() >= '0' && peek() <= '9'; }

    bool accept(std::string_view token) {
        if (text_.substr(at_, token.size()) != token) return false;
        at_ += token.size();
        return true;
    }

    void expect(std::string_view token) {
        if (!accept(token)) fail("expected " + std::string(token));
    }

    void skip_space() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') at_++;
    }

    value element(int depth) {
        if (depth > max_depth) fail("nested deeper than " + std::to_string(max_depth));
        skip_space();
        switch (peek()) {
        case '{': return object_of(depth);
        case '[': return array_of(depth);
        case '"': return value(quoted());
        case 't': expect("true"); return value(true);
        case 'f': expect("false"); return value(false);
        case 'n': expect("null"); return value(nullptr);
        default: return value(numeral());
        }
    }

    value object_of(int depth) {
        object members;
        std::unordered_set<std::string> names;
        expect("{");
        skip_space();
        if (accept("}")) return value(std::move(members));
        do {
            skip_space();
            std::string name = quoted();
            if (!names.insert(name).second) fail("second member named " + name);
            skip_space();
            expect(":");
            members.emplace_back(std::move(name), element(depth + 1));
            skip_space();
        } while (accept(","));
        expect("}");
        return value(std::move(members));
    }

    value array_of(int depth) {
        array items;
        expect("[");
        skip_space();
        if (accept("]")) return value(std::move(items));
        do {
            items.push_back(element(depth + 1));
            skip_space();
        } while (accept(","));
        expect("]");
        return value(std::move(items));
    }

    number numeral() {
        const size_t start = at_;
        const auto digits = [&] {
            if (!at_digit()) fail("expected a value");
            while (at_digit()) at_++;
        };
        accept("-");
        if (!accept("0")) digits();
        if (accept(".")) digits();
        if (accept("e") || accept("E")) {
            if (!accept("+")) accept("-");
            digits();
        }
        return number{std::string(text_.substr(start, at_ - start))};
    }

    std::string quoted() {
        std::string out;
        expect("\"");
        while (!accept("\"")) {
            if (accept("\\")) {
                escape(out);
                continue;
            }
            const size_t length = utf8_length(text_.substr(at_));
            if (length == 0 || static_cast<unsigned char>(peek()) < 0x20) fail("bad character in a string");
            out += text_.substr(at_, length);
            at_ += length;
        }
        return out;
    }

    void escape(std::string & out) {
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const size_t letter = at_ < text_.size() ? letters.find(peek()) : std::string_view::npos;
        if (letter != std::string_view::npos) {
            out += meanings[letter];
            at_++;
            return;
        }
        expect("u");
        uint32_t code = four_hex_digits();
        if (code >= 0xD800 && code < 0xDC00) {
            expect("\\u");
            const uint32_t low = four_hex_digits();
            if (low < 0xDC00 || low > 0xDFFF) fail("half a surrogate pair");
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else if (code >= 0xDC00 && code <= 0xDFFF) {
            fail("half a surrogate pair");
        }
        append_utf8(out, code);
    }

    uint32_t four_hex_digits() {
        uint32_t code = 0;
        for (int i = 0; i < 4; i++, at_++) {
            const char c = peek();
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (digit < 0) fail("expected four hexadecimal digits");
            code = code * 16 + static_cast<uint32_t>(digit);
        }
        return code;
    }

    std::string_view text_;
    size_t at_ = 0;
};

} // namespace

std::optional<uint64_t> number::as_uint64() const {
    constexpr uint64_t limit = std::numeric_limits<uint64_t>::max();
    uint64_t result = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<uint64_t>(c - '0');
        if (result > (limit - digit) / 10) return std::nullopt;
        result = result * 10 + digit;
    }
    return text.empty() ? std::nullopt : std::optional(result);
}

value parse(std::string_view text) {
    return parser(text).document();
}

} // namespace corrsteer::json

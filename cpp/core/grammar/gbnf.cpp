#include "grammar/gbnf.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "platform/error.h"

namespace corrsteer {

namespace {

constexpr size_t most_bytes = 1 << 19;
constexpr int most_nested = 200; // a call each

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_of_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-';
}

/// By recursive descent, after the parser in llama.cpp's llama-grammar.cpp.
class gbnf_parser {
  public:
    explicit gbnf_parser(const std::string & text) : text_(text) {}

    grammar parse() {
        if (text_.size() > most_bytes) fail("at most " + std::to_string(most_bytes) + " bytes");
        skip_space(true);
        while (at_ < text_.size()) rule();
        for (const auto & [name, index] : by_name_) {
            if (rules_[index].alternatives.empty())
                throw error("ERR_GRAMMAR", "grammar: there is no rule " + std::string(name),
                            {{"rule", std::string(name)}});
        }
        const auto root = by_name_.find("root");
        if (root == by_name_.end()) throw error("ERR_GRAMMAR", "grammar: there is no rule root", {{"rule", "root"}});
        return grammar(rules_, std::move(sets_), root->second);
    }

  private:
    char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    [[noreturn]] void fail(const std::string & expected) const {
        const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
        const std::string rest = text_.substr(at_, 20);
        const std::string actual = rest.empty() ? "the end" : "\"" + rest.substr(0, rest.find('\n')) + "\"";
        throw error("ERR_GRAMMAR",
                    "grammar, line " + std::to_string(line) + ": expected " + expected + ", got " + actual,
                    {{"line", static_cast<double>(line)}});
    }

    void take(std::string_view word) {
        if (text_.compare(at_, word.size(), word) != 0) fail("\"" + std::string(word) + "\"");
        at_ += word.size();
    }

    void skip_space(bool over_lines) {
        const auto ends_line = [](char c) { return c == '\r' || c == '\n'; };
        while (at_ < text_.size()) {
            if (peek() == '#') {
                while (at_ < text_.size() && !ends_line(peek())) at_++;
            } else if (peek() == ' ' || peek() == '\t' || (over_lines && ends_line(peek()))) {
                at_++;
            } else {
                return;
            }
        }
    }

    std::string_view name() {
        const size_t begin = at_;
        while (is_of_name(peek())) at_++;
        if (at_ == begin) fail("the name of a rule");
        return std::string_view(text_).substr(begin, at_ - begin);
    }

    uint32_t rule_named(std::string_view name) {
        const auto [found, is_new] = by_name_.emplace(name, static_cast<uint32_t>(rules_.size()));
        if (is_new) rules_.push_back({std::string(name), {}});
        return found->second;
    }

    void rule() {
        const size_t begin = at_;
        const uint32_t index = rule_named(name());
        if (!rules_[index].alternatives.empty()) {
            at_ = begin;
            fail("each rule once");
        }
        skip_space(false);
        take("::=");
        skip_space(true);
        std::vector<grammar_alternative> all = alternatives(0);
        rules_[index].alternatives = std::move(all);
        if (at_ < text_.size() && peek() != '\r' && peek() != '\n') fail("the end of the line");
        skip_space(true);
    }

    std::vector<grammar_alternative> alternatives(int depth) {
        std::vector<grammar_alternative> all = {sequence(depth)};
        while (peek() == '|') {
            at_++;
            skip_space(true);
            all.push_back(sequence(depth));
        }
        return all;
    }

    grammar_alternative sequence(int depth) {
        grammar_alternative symbols;
        size_t last = 0; // where what a repetition would be of begins
        while (at_ < text_.size()) {
            const char c = peek();
            if (c == '*' || c == '+' || c == '?' || c == '{') {
                repeat(symbols, last);
                skip_space(depth > 0);
                continue;
            }
            const size_t begin = symbols.size();
            if (c == '"')
                literal(symbols);
            else if (c == '[')
                symbols.push_back(characters(character_class()));
            else if (c == '.')
                symbols.push_back(any());
            else if (c == '(')
                symbols.push_back(group(depth));
            else if (is_of_name(c))
                symbols.push_back({grammar_symbol::rule, rule_named(name())});
            else if (c == '<' || c == '!')
                fail("no token, which grammars can't have here");
            else
                break;
            last = begin;
            skip_space(depth > 0);
        }
        return symbols;
    }

    void literal(grammar_alternative & symbols) {
        at_++;
        while (peek() != '"') {
            const uint32_t c = character();
            const auto [found, is_new] = single_.emplace(c, static_cast<uint32_t>(sets_.size()));
            if (is_new) sets_.push_back(code_points({{c, c}}));
            symbols.push_back({grammar_symbol::characters, found->second});
        }
        at_++;
    }

    grammar_symbol any() {
        at_++;
        if (!any_) any_ = characters(code_points::all());
        return *any_;
    }

    code_points character_class() {
        at_++;
        const bool others = peek() == '^';
        if (others) at_++;
        std::vector<code_point_range> ranges;
        while (peek() != ']') {
            const uint32_t first = character();
            const bool is_range = peek() == '-' && peek(1) != ']';
            if (is_range) at_++;
            ranges.push_back({first, is_range ? character() : first});
        }
        if (ranges.empty()) fail("a character");
        at_++;
        const code_points set(std::move(ranges));
        return others ? set.others() : set;
    }

    grammar_symbol characters(code_points set) {
        sets_.push_back(std::move(set));
        return {grammar_symbol::characters, static_cast<uint32_t>(sets_.size() - 1)};
    }

    grammar_symbol group(int depth) {
        if (depth == most_nested) fail("at most " + std::to_string(most_nested) + " parentheses in each other");
        at_++;
        skip_space(true);
        std::vector<grammar_alternative> all = alternatives(depth + 1);
        take(")");
        return nameless(std::move(all));
    }

    grammar_symbol nameless(std::vector<grammar_alternative> alternatives) {
        rules_.push_back({"(...)", std::move(alternatives)});
        return {grammar_symbol::rule, static_cast<uint32_t>(rules_.size() - 1)};
    }

    /// What is from `begin` on becomes one symbol, so many times.
    void repeat(grammar_alternative & symbols, size_t begin) {
        if (begin == symbols.size()) fail("something to repeat");
        const auto [least, most] = repetitions();
        const auto from = symbols.begin() + static_cast<std::ptrdiff_t>(begin);
        if (symbols.size() - begin > 1 || from->least != 1 || from->most != 1) {
            const grammar_symbol whole = nameless({grammar_alternative(from, symbols.end())});
            symbols.resize(begin);
            symbols.push_back(whole);
        }
        symbols.back().least = least;
        symbols.back().most = most;
        if (most == 0) symbols.pop_back();
    }

    std::pair<uint32_t, uint32_t> repetitions() {
        constexpr uint32_t unlimited = grammar_symbol::unlimited;
        const char c = text_[at_++];
        if (c == '*') return {0, unlimited};
        if (c == '+') return {1, unlimited};
        if (c == '?') return {0, 1};
        skip_space(true);
        const uint32_t least = integer();
        uint32_t most = least;
        skip_space(true);
        if (peek() == ',') {
            at_++;
            skip_space(true);
            most = is_digit(peek()) ? integer() : unlimited;
            skip_space(true);
        }
        if (most < least) fail("a range whose end is not before its beginning");
        take("}");
        return {least, most};
    }

    uint32_t integer() {
        const size_t begin = at_;
        while (is_digit(peek())) at_++;
        if (at_ == begin || at_ - begin > 9) {
            at_ = begin;
            fail("a number of at most 9 digits");
        }
        return static_cast<uint32_t>(std::stoul(text_.substr(begin, at_ - begin)));
    }

    uint32_t character() {
        if (at_ >= text_.size()) fail("the end of a text or of a class of characters");
        if (peek() != '\\') return plain_character();
        at_++;
        const char c = peek();
        constexpr std::string_view letters = "trn\\\"[]-";
        constexpr std::string_view meant = "\t\r\n\\\"[]-";
        const size_t hex_digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (hex_digits > 0) return hex(hex_digits);
        const size_t i = at_ < text_.size() ? letters.find(c) : std::string_view::npos;
        if (i == std::string_view::npos)
            fail("one of the letters that may follow a backslash: t r n x u U \\ \" [ ] -");
        at_++;
        return static_cast<unsigned char>(meant[i]);
    }

    uint32_t hex(size_t n) {
        const size_t begin = ++at_;
        uint32_t value = 0;
        for (; at_ < begin + n; at_++) {
            const char c = peek();
            const int digit = is_digit(c)              ? c - '0'
                              : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                              : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                       : -1;
            if (digit < 0) fail("a hexadecimal digit");
            value = value * 16 + static_cast<uint32_t>(digit);
        }
        return value;
    }

    /// Of UTF-8, as strings of JavaScript come.
    uint32_t plain_character() {
        const auto lead = static_cast<unsigned char>(text_[at_++]);
        int n = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
        uint32_t value = n == 0 ? lead : lead & (0x3fu >> n);
        for (; n > 0 && at_ < text_.size(); n--)
            value = (value << 6) | (static_cast<unsigned char>(text_[at_++]) & 0x3fu);
        return value;
    }

    const std::string & text_;
    size_t at_ = 0;
    std::vector<grammar_rule> rules_;
    std::vector<code_points> sets_;
    std::map<std::string_view, uint32_t> by_name_;
    std::map<uint32_t, uint32_t> single_; ///< sets of one character
    std::optional<grammar_symbol> any_;
};

} // namespace

grammar parse_gbnf(const std::string & text) {
    return gbnf_parser(text).parse();
}

} // namespace corrsteer

#include "grammar/grammar.h"

#include <functional>

#include "platform/error.h"

namespace corrsteer {

namespace {

/// Rules of which an alternative has nothing but characters that do and rules of this kind; what may be left out counts
/// for nothing. In one pass over the symbols, however deep the rules refer to each other.
std::vector<bool> rules_made_of(const std::vector<grammar_rule> & rules,
                                const std::function<bool(uint32_t)> & characters_do) {
    struct alternative {
        uint32_t rule;
        size_t n_missing;
    };
    std::vector<alternative> alternatives;
    std::vector<std::vector<size_t>> wanted_by(rules.size());
    std::vector<uint32_t> found;
    for (uint32_t i = 0; i < rules.size(); i++) {
        for (const grammar_alternative & symbols : rules[i].alternatives) {
            size_t n_missing = 0;
            for (const grammar_symbol & symbol : symbols) {
                if (symbol.least == 0) continue;
                if (symbol.kind == grammar_symbol::rule) wanted_by[symbol.index].push_back(alternatives.size());
                if (symbol.kind == grammar_symbol::rule || !characters_do(symbol.index)) n_missing++;
            }
            alternatives.push_back({i, n_missing});
            if (n_missing == 0) found.push_back(i);
        }
    }
    std::vector<bool> made(rules.size());
    while (!found.empty()) {
        const uint32_t rule = found.back();
        found.pop_back();
        if (made[rule]) continue;
        made[rule] = true;
        for (const size_t i : wanted_by[rule]) {
            if (--alternatives[i].n_missing == 0) found.push_back(alternatives[i].rule);
        }
    }
    return made;
}

} // namespace

grammar::grammar(const std::vector<grammar_rule> & rules, std::vector<code_points> sets, uint32_t root)
    : sets_(std::move(sets)), alternatives_(rules.size()), ends_(rules.size()), root_(root) {
    may_be_empty_ = rules_made_of(rules, [](uint32_t) { return false; });
    const std::vector<bool> has_texts = rules_made_of(rules, [&](uint32_t set) { return !sets_[set].empty(); });
    if (!has_texts[root]) {
        throw error("ERR_GRAMMAR", "grammar: no text is of the rule " + rules[root].name + ", which never ends");
    }
    const auto is_possible = [&](const grammar_symbol & symbol) {
        return symbol.least == 0 ||
               (symbol.kind == grammar_symbol::rule ? has_texts[symbol.index] : !sets_[symbol.index].empty());
    };
    for (uint32_t i = 0; i < rules.size(); i++) {
        for (const grammar_alternative & symbols : rules[i].alternatives) {
            const auto begin = static_cast<uint32_t>(symbols_.size());
            bool possible = true;
            for (const grammar_symbol & symbol : symbols) {
                possible = possible && is_possible(symbol);
                symbols_.push_back(symbol);
            }
            if (!possible) {
                symbols_.resize(begin);
                continue;
            }
            ends_[i] = static_cast<uint32_t>(symbols_.size());
            symbols_.push_back({grammar_symbol::end, i});
            alternatives_[i].push_back(begin);
        }
    }
}

} // namespace corrsteer

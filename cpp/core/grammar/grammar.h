#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "grammar/code-points.h"

namespace corrsteer {

/// A part of an alternative, so many times in a row.
struct grammar_symbol {
    enum kind { characters, rule, end } kind;
    uint32_t
        index; ///< of its characters, or of the rule; of `end`, which closes an alternative: the rule that it is of
    uint32_t least = 1;
    uint32_t most = 1;

    static constexpr uint32_t unlimited = std::numeric_limits<uint32_t>::max();
};

using grammar_alternative = std::vector<grammar_symbol>; ///< without `end`

/// A rule as it is written.
struct grammar_rule {
    std::string name;
    std::vector<grammar_alternative> alternatives;
};

/// A context-free grammar over characters, ready for a matcher. Immutable. Of its alternatives those are left that some
/// text is of: what has begun can always be brought to an end.
class grammar {
  public:
    /// Throws ERR_GRAMMAR where no text is of the rule `root`.
    grammar(const std::vector<grammar_rule> & rules, std::vector<code_points> sets, uint32_t root);

    const grammar_symbol & symbol(uint32_t position) const { return symbols_[position]; }
    const code_points & characters(uint32_t index) const { return sets_[index]; }
    /// Positions where the alternatives of a rule begin.
    const std::vector<uint32_t> & alternatives(uint32_t rule) const { return alternatives_[rule]; }
    /// The one `end` of a rule that stands for those of all its alternatives.
    uint32_t end_of(uint32_t rule) const { return ends_[rule]; }
    /// Whether the empty text is of a rule.
    bool may_be_empty(uint32_t rule) const { return may_be_empty_[rule]; }
    uint32_t root() const { return root_; }

  private:
    std::vector<code_points> sets_;
    std::vector<grammar_symbol> symbols_; ///< the alternatives one after the other, an `end` behind each
    std::vector<std::vector<uint32_t>> alternatives_;
    std::vector<uint32_t> ends_; ///< by rule
    std::vector<bool> may_be_empty_;
    uint32_t root_;
};

} // namespace corrsteer

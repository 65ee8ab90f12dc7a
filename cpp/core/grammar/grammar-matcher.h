#pragma once

#include <memory>
#include <string>
#include <vector>

#include "grammar/grammar.h"

namespace corrsteer {

/// Follows a text, byte by byte, through a grammar: Earley 1970, "An efficient context-free parsing algorithm", with
/// rules that may be empty passed over where they are predicted (Aycock and Horspool 2002) and repetitions counted. Any
/// grammar will do: neither left recursion nor ambiguity costs more than time that grows with the cube of the text,
/// where sets of stacks (llama.cpp's) double with each character of an ambiguous one.
class grammar_matcher {
  public:
    explicit grammar_matcher(std::shared_ptr<const grammar> rules);

    /// One more byte. False: no text of the grammar goes on like that, and nothing has changed.
    /// Throws ERR_GRAMMAR where that takes too much memory, or since `settle` too much time.
    bool feed(char byte);

    /// A moment to go back to, until one before it is gone back to.
    struct moment {
        size_t n_sets;
        uint32_t value;
        int n_missing;
        uint32_t least;
    };
    moment now() const { return {begins_.size(), value_, n_missing_, least_}; }
    void go_back(const moment & moment);

    /// No moment before now will be gone back to: what is looked at from here on counts anew.
    void settle() { n_looks_ = 0; }

    /// Whether the text so far is one of the grammar.
    bool may_end() const;
    /// Whether any text goes on from here.
    bool may_go_on() const;

  private:
    /// A rule that is being read since `origin`: what comes next, and how many of it there have been.
    struct item {
        uint32_t position;
        uint32_t origin; ///< a set
        uint32_t count;
    };

    /// Of a table of the newest set's items, by their hash.
    struct slot {
        uint32_t set_number; ///< another: empty
        uint32_t item;
    };

    bool scan(uint32_t character);
    void look(size_t n_items);
    bool meets(code_point_range range) const;
    void close();
    void add(uint32_t position, uint32_t origin, uint32_t count);
    void begin_set();
    bool enter(uint32_t index);
    void advance(const item & item);
    void complete(uint32_t rule, uint32_t origin);
    uint32_t current() const { return static_cast<uint32_t>(begins_.size() - 1); }

    std::shared_ptr<const grammar> rules_;
    std::vector<item> items_;    ///< set by set, one for each character read and one before all
    std::vector<size_t> begins_; ///< of the sets
    std::vector<slot> table_;
    uint32_t set_number_ = 0; ///< how many there were, those gone back over too
    size_t n_looks_ = 0;      ///< at items
    uint32_t value_ = 0;      ///< of a character of which some bytes are there
    int n_missing_ = 0;       ///< its other bytes
    uint32_t least_ = 0;      ///< the first character that is not written with fewer bytes
};

} // namespace corrsteer

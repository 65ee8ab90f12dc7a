#pragma once

#include <string>
#include <vector>

namespace corrsteer {

/// What a generated position is part of, in the text of a model that reasons before it answers.
enum class text_phase { reasoning, answer };

/// What tells the two apart. Without `end` all is the answer.
struct reasoning_marks {
    std::string begin; ///< empty: reasoning does not begin again
    std::string end;
    bool is_open = false; ///< whether the prompt ends within reasoning
};

/// Follows the phases of one text: a mark changes the phase of what comes after it.
class phase_tracker {
  public:
    explicit phase_tracker(reasoning_marks marks);

    void append(const std::string & piece);
    /// Of the row that chooses token `position`, or of one before those.
    text_phase at(int position) const;

  private:
    text_phase now() const { return is_open_ ? text_phase::reasoning : text_phase::answer; }

    reasoning_marks marks_;
    bool is_open_;
    std::string tail_;               ///< of the text: what a mark may yet grow from
    std::vector<text_phase> phases_; ///< by position; empty without marks
};

} // namespace corrsteer

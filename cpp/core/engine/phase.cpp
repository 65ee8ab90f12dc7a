#include "engine/phase.h"

#include <algorithm>

namespace corrsteer {

phase_tracker::phase_tracker(reasoning_marks marks)
    : marks_(std::move(marks)), is_open_(marks_.is_open && !marks_.end.empty()), phases_{now()} {}

void phase_tracker::append(const std::string & piece) {
    if (marks_.end.empty()) return;
    tail_ += piece;
    for (;;) {
        const std::string & mark = is_open_ ? marks_.end : marks_.begin;
        const size_t found = mark.empty() ? std::string::npos : tail_.find(mark);
        if (found == std::string::npos) break;
        tail_.erase(0, found + mark.size());
        is_open_ = !is_open_;
    }
    const size_t longest = std::max(marks_.begin.size(), marks_.end.size());
    if (tail_.size() >= longest) tail_.erase(0, tail_.size() - longest + 1);
    phases_.push_back(now());
}

text_phase phase_tracker::at(int position) const {
    const size_t i = marks_.end.empty() ? 0 : static_cast<size_t>(std::max(position, 0));
    return phases_.at(i);
}

} // namespace corrsteer

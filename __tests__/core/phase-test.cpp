#include "engine/phase.h"

#include "check.h"

using corrsteer::phase_tracker;
using corrsteer::reasoning_marks;
using corrsteer::text_phase;

namespace {

/// "r" or "a" for the position before each piece, and the one after all of them.
std::string phases(const reasoning_marks & marks, const std::vector<std::string> & pieces) {
    phase_tracker tracker(marks);
    for (const auto & piece : pieces) tracker.append(piece);
    std::string all;
    for (size_t i = 0; i <= pieces.size(); i++)
        all += tracker.at(static_cast<int>(i)) == text_phase::reasoning ? 'r' : 'a';
    return all;
}

const reasoning_marks open = {"<think>", "</think>", true};
const reasoning_marks closed = {"<think>", "</think>", false};

} // namespace

TEST("the answer begins with the token after the mark") {
    CHECK(phases(open, {"I", "</think>", "so", "."}) == "rraaa");
    CHECK(phases(closed, {"so", "."}) == "aaa");
    CHECK(phases(closed, {"<think>", "I", "</think>", "so"}) == "arraa");
}

TEST("a mark may be cut into any pieces, and share them with other text") {
    CHECK(phases(open, {"a</", "th", "ink>b", "c"}) == "rrraa");
    CHECK(phases(open, {"<", "/", "t", "h", "i", "n", "k", ">", "x"}) == "rrrrrrrraa");
    CHECK(phases(closed, {"x<think>y</think>z<think>", "r"}) == "arr");
}

TEST("without a mark all is the answer, and prompts are of the phase that they end in") {
    CHECK(phases({}, {"</think>", "x"}) == "aaa");
    CHECK(phases({"", "", true}, {"x"}) == "aa");
    CHECK(phase_tracker(open).at(-5) == text_phase::reasoning);
    CHECK(phase_tracker(closed).at(-5) == text_phase::answer);
    CHECK(phases({"", "</think>", true}, {"</think>", "<think>", "x"}) == "raaa");
}

int main() {
    return check::run_all();
}

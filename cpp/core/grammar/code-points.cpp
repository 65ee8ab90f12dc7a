#include "grammar/code-points.h"

#include <algorithm>

namespace corrsteer {

namespace {

constexpr uint32_t last_code_point = 0x10ffff;
constexpr code_point_range surrogates = {0xd800, 0xdfff};

/// Of ascending ranges what lies between them.
std::vector<code_point_range> between(const std::vector<code_point_range> & ranges) {
    std::vector<code_point_range> gaps;
    uint32_t next = 0;
    for (const auto & range : ranges) {
        if (range.first > next) gaps.push_back({next, range.first - 1});
        next = std::max(next, range.last + 1);
    }
    if (next <= last_code_point) gaps.push_back({next, last_code_point});
    return gaps;
}

void sort(std::vector<code_point_range> & ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const auto & a, const auto & b) { return a.first < b.first; });
}

} // namespace

/// The gaps of the gaps, among which the surrogates are.
code_points::code_points(std::vector<code_point_range> ranges) {
    for (auto & range : ranges) range.last = std::min(range.last, last_code_point);
    ranges.erase(
        std::remove_if(ranges.begin(), ranges.end(), [](const auto & range) { return range.first > range.last; }),
        ranges.end());
    sort(ranges);
    std::vector<code_point_range> gaps = between(ranges);
    gaps.push_back(surrogates);
    sort(gaps);
    ranges_ = between(gaps);
}

code_points code_points::all() {
    return code_points({{0, last_code_point}});
}

code_points code_points::others() const {
    return code_points(between(ranges_));
}

bool code_points::meets(code_point_range range) const {
    const auto after = std::partition_point(ranges_.begin(), ranges_.end(),
                                            [&](const auto & each) { return each.last < range.first; });
    return after != ranges_.end() && after->first <= range.last;
}

} // namespace corrsteer

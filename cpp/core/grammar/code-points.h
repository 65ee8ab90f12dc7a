#pragma once

#include <cstdint>
#include <vector>

namespace corrsteer {

/// Both ends are in it.
struct code_point_range {
    uint32_t first;
    uint32_t last;
};

/// Characters, as a grammar names them. Surrogates are none: UTF-8 has no bytes for them.
class code_points {
  public:
    /// Overlapping ranges in any order.
    explicit code_points(std::vector<code_point_range> ranges);
    static code_points all();

    code_points others() const;
    bool empty() const { return ranges_.empty(); }
    /// Whether one of them lies in the range.
    bool meets(code_point_range range) const;

  private:
    std::vector<code_point_range> ranges_; ///< ascending, apart
};

} // namespace corrsteer

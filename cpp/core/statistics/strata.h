#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace corrsteer {

/// Samples in groups: r is of what varies within them, and scores change places within them only.
class strata {
  public:
    /// A number for each of n samples, equal ones make a group; empty: one group of all. ERR_SHAPE_MISMATCH for another
    /// number of them; ERR_DEGENERATE for fewer than 2 samples.
    strata(const std::vector<uint32_t> & of, size_t n);

    size_t n_samples() const { return order_.size(); }
    size_t size() const { return ends_.size(); }
    /// Group g has samples order()[begin(g)] to order()[end(g)], in their order.
    const std::vector<uint32_t> & order() const { return order_; }
    size_t begin(size_t g) const { return g == 0 ? 0 : ends_[g - 1]; }
    size_t end(size_t g) const { return ends_[g]; }
    /// The group of a sample.
    uint32_t of(size_t sample) const { return of_[sample]; }
    /// Each member's entry of the unit vector that is constant in group g and 0 elsewhere.
    double unit(size_t g) const { return units_[g]; }

    /// Takes the mean of each group out of x [n].
    void center(double * x) const;

  private:
    std::vector<uint32_t> order_;
    std::vector<size_t> ends_;
    std::vector<uint32_t> of_;
    std::vector<double> units_;
};

} // namespace corrsteer

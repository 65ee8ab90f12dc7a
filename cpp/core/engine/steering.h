#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace corrsteer {

/// What is added to the residual stream of a branch: one vector a layer, an immutable value shared by the branches that
/// use it. Layer -1 is the input of block 0.
class steering {
  public:
    /// vectors [layers.size(), n_embd], row-major; layers distinct. Throws ERR_NON_FINITE, ERR_INVALID_ARGUMENT.
    steering(int n_embd, std::vector<int> layers, std::vector<float> vectors);

    int n_embd() const { return n_embd_; }
    const std::vector<int> & layers() const { return layers_; } ///< ascending
    /// The vector of a layer, [n_embd]; null where there is none.
    const float * at(int layer) const;
    double norm_at(int layer) const;
    /// Equal vectors have equal fingerprints (FNV-1a, 64 bits, never 0: that is "no steering").
    uint64_t fingerprint() const { return fingerprint_; }

  private:
    int index_of(int layer) const;

    int n_embd_;
    std::vector<int> layers_;
    std::vector<float> vectors_;
    std::vector<double> norms_;
    uint64_t fingerprint_;
};

using steering_ptr = std::shared_ptr<const steering>;

} // namespace corrsteer

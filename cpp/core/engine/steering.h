#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "engine/phase.h"
#include "engine/probe.h"
#include "engine/row-map.h"

namespace corrsteer {

/// Where in its run a row is.
struct row_place {
    int position = 0; ///< generated: 0 is the row that chooses the first token, the prompt's last; negative before it
    text_phase phase = text_phase::answer;
};

/// One thing that is done to the rows of a layer. Layer -1 is the input of block 0.
struct steering_operation {
    /// Half-open, of positions.
    struct positions {
        int from = 0;
        int to = std::numeric_limits<int>::max();
    };
    /// The vector is added as often as brings what `of` reads to the target, per unit: none where it is there.
    struct toward {
        enum class side { either, below, above }; ///< from which
        probe of;
        double target;
        side from;
    };
    struct condition {
        probe of; ///< of this layer, or an earlier one: read before the row is steered there
        double above;

        bool operator==(const condition & other) const { return of == other.of && above == other.above; }
    };

    int layer = 0;
    std::vector<float> vector;         ///< [n_embd]; not looked at with `by`
    double scale = 1;                  ///< of the vector; with `by` how much of the way a row goes to what replaces it
    std::shared_ptr<const row_map> by; ///< rows are replaced: nothing else is done at the layer
    std::optional<toward> target;      ///< none: the vector is added once
    positions window;
    std::optional<text_phase> phase; ///< none: both
    std::optional<condition> when;
};

/// What is done to the residual stream of a branch: operations in their order, an immutable value shared by the
/// branches that use it.
class steering {
  public:
    /// An operation as it is carried out.
    struct step {
        std::vector<float> vector; ///< scaled
        double norm = 0;
        uint64_t fingerprint = 0; ///< of the vector
        std::optional<steering_operation::toward> target;
        std::shared_ptr<const row_map> by;
        double share = 1; ///< of the way to what replaces the row
        steering_operation::positions window;
        std::optional<text_phase> phase;
        int condition = -1; ///< of `conditions()`; -1: none

        bool acts_at(const row_place & place) const {
            return place.position >= window.from && place.position < window.to && (!phase || *phase == place.phase);
        }
    };
    struct steered_layer {
        int layer;
        std::vector<step> steps;
    };

    /// Neighbouring vectors of one layer, window, phase and no condition become their sum, computed in double.
    /// Throws ERR_NON_FINITE, ERR_INVALID_ARGUMENT.
    steering(int n_embd, const std::vector<steering_operation> & operations);

    int n_embd() const { return n_embd_; }
    /// Ascending.
    const std::vector<steered_layer> & layers() const { return layers_; }
    /// Null where there is none.
    const steered_layer * at(int layer) const;
    /// Each once.
    const std::vector<steering_operation::condition> & conditions() const { return conditions_; }
    /// The first position at which it may do something.
    int first_position() const { return first_position_; }
    /// Equal operations have equal fingerprints (FNV-1a, 64 bits, never 0: that is "no steering").
    uint64_t fingerprint() const { return fingerprint_; }

  private:
    void check(const steering_operation & operation) const;
    void add(const std::vector<steering_operation> & operations);
    step step_of(const std::vector<steering_operation> & operations);

    int n_embd_;
    std::vector<steered_layer> layers_;
    std::vector<steering_operation::condition> conditions_;
    int first_position_ = std::numeric_limits<int>::max();
    uint64_t fingerprint_;
};

using steering_ptr = std::shared_ptr<const steering>;

} // namespace corrsteer

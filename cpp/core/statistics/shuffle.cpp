#include "statistics/shuffle.h"

#include <utility>

#include "platform/random.h"

namespace corrsteer {

std::vector<double> score_shuffler::shuffle(const std::vector<double> & scores, uint32_t b) const {
    random_stream random(seed_, b);
    const std::vector<uint32_t> & order = groups_.order();
    std::vector<uint32_t> dealt = order;
    for (size_t g = 0; g < groups_.size(); g++) {
        const size_t begin = groups_.begin(g);
        for (size_t i = groups_.end(g) - 1; i > begin; i--) {
            std::swap(dealt[i], dealt[begin + random.below(static_cast<uint32_t>(i - begin + 1))]);
        }
    }
    std::vector<double> shuffled(scores.size());
    for (size_t i = 0; i < scores.size(); i++) shuffled[order[i]] = scores[dealt[i]];
    return shuffled;
}

} // namespace corrsteer

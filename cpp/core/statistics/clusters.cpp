#include "statistics/clusters.h"

#include <map>
#include <string>
#include <utility>

#include "platform/error.h"

namespace corrsteer {

std::vector<std::vector<uint32_t>> clusters_of(const std::vector<uint32_t> & of, size_t n) {
    if (!of.empty() && of.size() != n) {
        throw error("ERR_SHAPE_MISMATCH", "clusters: expected none, or one for each of " + std::to_string(n) +
                                              " samples, got " + std::to_string(of.size()));
    }
    std::map<uint32_t, std::vector<uint32_t>> members;
    for (uint32_t s = 0; s < n; s++) members[of.empty() ? s : of[s]].push_back(s);
    std::vector<std::vector<uint32_t>> clusters;
    for (auto & [_, samples] : members) clusters.push_back(std::move(samples));
    return clusters;
}

} // namespace corrsteer

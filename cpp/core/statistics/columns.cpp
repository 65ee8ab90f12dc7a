#include "statistics/columns.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "platform/error.h"

namespace corrsteer {

namespace {

void check_column(const sparse_columns & columns, size_t c) {
    for (uint32_t i = columns.offsets[c]; i < columns.offsets[c + 1]; i++) {
        const uint32_t sample = columns.samples[i];
        const bool ascends = i == columns.offsets[c] || sample > columns.samples[i - 1];
        if (!ascends || sample >= columns.n_samples) {
            throw error("ERR_OUT_OF_RANGE",
                        "columns.samples: expected samples that ascend below " + std::to_string(columns.n_samples) +
                            ", got " + std::to_string(sample) + " in column " + std::to_string(c),
                        {{"column", static_cast<double>(c)}, {"sample", static_cast<double>(sample)}});
        }
        if (!std::isfinite(columns.values[i])) {
            throw error("ERR_NON_FINITE",
                        "the activation of column " + std::to_string(c) + " on sample " + std::to_string(sample) +
                            " is not finite",
                        {{"column", static_cast<double>(c)}, {"sample", static_cast<double>(sample)}});
        }
    }
}

} // namespace

void check_columns(const sparse_columns & columns) {
    const auto & offsets = columns.offsets;
    const bool spans = !offsets.empty() && offsets.front() == 0 && std::is_sorted(offsets.begin(), offsets.end()) &&
                       offsets.back() == columns.samples.size() && columns.values.size() == columns.samples.size();
    if (!spans) {
        throw error("ERR_SHAPE_MISMATCH",
                    "columns: expected offsets that ascend from 0 to the number of entries, got " +
                        std::to_string(columns.samples.size()) + " samples, " + std::to_string(columns.values.size()) +
                        " values and a last offset of " + (offsets.empty() ? "none" : std::to_string(offsets.back())));
    }
    for (size_t c = 0; c < columns.size(); c++) check_column(columns, c);
}

} // namespace corrsteer

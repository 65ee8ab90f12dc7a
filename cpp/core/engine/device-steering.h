#pragma once

#include <map>
#include <vector>

#include "engine/steering.h"
#include "ggml-cpp.h"

namespace corrsteer {

/// Norms of a residual row before and after its vector was added.
struct row_norms {
    double before;
    double after;
};

/// Adds steering vectors to residual rows that lie in the memory of a device: a small graph there, so that no row
/// crosses to the host. The vectors stay on the device, a table a layer.
class device_steering {
  public:
    /// The device that `buffer` lies on. ERR_OUT_OF_MEMORY.
    device_steering(ggml_backend_dev_t device, int n_embd);

    /// Adds to row i of `rows` (ne {n_embd, n}, float32), of `layer`, the vector of steps[i], or nothing where that is
    /// null.
    std::vector<row_norms> add(ggml_tensor & rows, int layer, const std::vector<const steering::step *> & steps);

  private:
    struct table {
        ggml_context_ptr context;
        ggml_backend_buffer_ptr buffer;
        ggml_tensor * vectors = nullptr;    ///< ne {n_embd, capacity}; row 0 is zero
        std::vector<uint64_t> fingerprints; ///< per row
    };

    int row_of(table & table, const steering::step * step);
    table & table_of(int layer, size_t n_rows);

    int n_embd_;
    ggml_backend_ptr backend_;
    ggml_gallocr_ptr allocator_;
    std::map<int, table> tables_;
};

} // namespace corrsteer

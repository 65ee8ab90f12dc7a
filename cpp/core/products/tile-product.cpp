#include "products/tile-product.h"

#include "platform/backend.h"
#include "platform/error.h"
#include "platform/parallel.h"
#include "products/part-of.h"
#include "products/route.h"

namespace corrsteer {

tile_product::tile_product(size_t n_rows, size_t width, size_t tile_rows, const std::string & device, int threads)
    : n_rows_(n_rows), width_(width), tile_rows_(tile_rows) {
    check_threads(threads);
    if (n_rows < 1 || width < 1) throw error("ERR_OUT_OF_RANGE", "expected rows of at least one value");
    if (is_cpu(find_device(device))) kernel_ = products::find_kernel(products::route::float32, GGML_TYPE_F32, false);
    if (!kernel_) {
        graph_.emplace(n_rows, width, tile_rows, device, threads);
        return;
    }
    for (int i = 0; i < threads; i++) memory_.emplace_back(static_cast<int>(tile_rows));
    output_ = aligned_floats(tile_rows * n_rows);
}

void tile_product::use(const float * matrix) {
    if (graph_) return graph_->use(matrix);
    matrix_ = matrix;
}

/// On threads that end with it: those of ggml would spin afterwards, on the cores that other work is for.
const float * tile_product::multiply(const float * rows, size_t n) {
    if (graph_) return graph_->multiply(rows, n);
    products::product p;
    p.weights = reinterpret_cast<const char *>(matrix_);
    p.weight_stride = width_ * sizeof(float);
    p.inputs = rows;
    p.input_stride = width_;
    p.out = output_.data();
    p.out_stride = n_rows_;
    p.n_outputs = static_cast<int>(n_rows_);
    p.n_rows = static_cast<int>(n);
    p.depth = static_cast<int>(width_);
    const auto n_threads = static_cast<int>(memory_.size());
    run_parallel(n_threads, memory_.size(), [&](size_t i, cpu_turn &) {
        kernel_(p, products::part_of(p, static_cast<int>(i), n_threads), memory_[i].parts());
    });
    return output_.data();
}

} // namespace corrsteer

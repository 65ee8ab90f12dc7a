#include "products/nearest-rows.h"

#include <algorithm>
#include <utility>

#include "platform/aligned-floats.h"
#include "products/tile-product.h"

namespace corrsteer {

namespace {

constexpr size_t rows_at_once = 128;

/// Inserts in order of the product: of equal ones the first that came stays before.
void add_nearest(const float * products, size_t n, size_t own, nearest_rows & nearest) {
    std::vector<std::pair<float, uint32_t>> best;
    for (size_t i = 0; i < n && nearest.k > 0; i++) {
        if (i == own || (best.size() == nearest.k && !(products[i] > best.back().first))) continue;
        if (best.size() == nearest.k) best.pop_back();
        const auto after =
            std::find_if(best.begin(), best.end(), [&](const auto & other) { return products[i] > other.first; });
        best.insert(after, {products[i], static_cast<uint32_t>(i)});
    }
    for (const auto & [product, row] : best) {
        nearest.rows.push_back(row);
        nearest.products.push_back(product);
    }
}

} // namespace

nearest_rows find_nearest(size_t n, size_t width, size_t k, int n_threads,
                          const std::function<void(size_t, float *)> & read, const cancel_token & cancel) {
    tile_product product(n, width, rows_at_once, "cpu", n_threads);
    aligned_floats all(n * width);
    for (size_t i = 0; i < n; i++) read(i, all.data() + i * width);
    product.use(all.data());
    nearest_rows nearest;
    nearest.k = std::min(k, n - 1);
    for (size_t begin = 0; begin < n; begin += rows_at_once) {
        cancel.check("looking for the nearest features");
        const size_t count = std::min(rows_at_once, n - begin);
        const float * products = product.multiply(all.data() + begin * width, count);
        for (size_t i = 0; i < count; i++) add_nearest(products + i * n, n, begin + i, nearest);
    }
    return nearest;
}

} // namespace corrsteer

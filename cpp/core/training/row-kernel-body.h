#include <cmath>
#include <cstring>

#include "training/row-kernel.h"

// Included by one file a set of instructions: nothing here may be a function that other files have as well.

namespace corrsteer::training {

namespace {

constexpr int lane_count = 16;

#ifdef __GNUC__
typedef float lanes __attribute__((vector_size(64)));
#else
struct lanes {
    float values[lane_count];
    void operator+=(const lanes & other) {
        for (int i = 0; i < lane_count; i++) values[i] += other.values[i];
    }
    lanes operator*(const lanes & other) const {
        lanes product;
        for (int i = 0; i < lane_count; i++) product.values[i] = values[i] * other.values[i];
        return product;
    }
    lanes operator*(float factor) const {
        lanes product;
        for (int i = 0; i < lane_count; i++) product.values[i] = values[i] * factor;
        return product;
    }
};
#endif

/// Of a row's lanes, how many are summed in registers at once.
#ifdef __AVX512F__
constexpr int slice_lanes = 12;
#else
constexpr int slice_lanes = 4;
#endif

template <int n>
void sum_slice(const picked_rows & rows, const float * factors, size_t begin, float * out) {
    lanes sums[n] = {};
    for (size_t j = 0; j < rows.count; j++) {
        const float * row = rows.matrix + rows.rows[j] * rows.width + begin;
        const float factor = factors[j];
        for (int i = 0; i < n; i++) {
            lanes values;
            std::memcpy(&values, row + i * lane_count, sizeof(values));
            sums[i] += values * factor;
        }
    }
    std::memcpy(out + begin, sums, sizeof(sums));
}

void sum(const picked_rows & rows, const float * factors, float * out) {
    constexpr size_t slice = slice_lanes * lane_count;
    size_t begin = 0;
    for (; begin + slice <= rows.width; begin += slice) sum_slice<slice_lanes>(rows, factors, begin, out);
    for (; begin + 4 * lane_count <= rows.width; begin += 4 * lane_count) sum_slice<4>(rows, factors, begin, out);
    for (; begin < rows.width; begin += lane_count) sum_slice<1>(rows, factors, begin, out);
}

float dot(const float * left, const float * right, size_t n) {
    constexpr int n_sums = 4;
    lanes sums[n_sums] = {};
    for (size_t begin = 0; begin < n; begin += lane_count) {
        lanes a;
        lanes b;
        std::memcpy(&a, left + begin, sizeof(a));
        std::memcpy(&b, right + begin, sizeof(b));
        sums[begin / lane_count % n_sums] += a * b;
    }
    for (int i = 1; i < n_sums; i++) sums[0] += sums[i];
    float parts[lane_count];
    std::memcpy(parts, sums, sizeof(parts));
    for (int half = lane_count / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) parts[i] += parts[i + half];
    }
    return parts[0];
}

void dots(const picked_rows & rows, const float * vector, float * out) {
    for (size_t j = 0; j < rows.count; j++) out[j] = dot(rows.matrix + rows.rows[j] * rows.width, vector, rows.width);
}

float squares(const float * values, size_t n) {
    return dot(values, values, n);
}

size_t find_above(const float * values, const float * offsets, const float * factors, size_t n, float cutoff,
                  uint32_t * indices, float * products) {
    constexpr size_t block = 64;
    size_t found = 0;
    float of_block[block];
    for (size_t begin = 0; begin < n; begin += block) {
        const size_t count = n - begin < block ? n - begin : block;
        int any = 0;
        for (size_t i = 0; i < count; i++) {
            of_block[i] = (values[begin + i] + offsets[begin + i]) * factors[begin + i];
            any |= of_block[i] > cutoff;
        }
        if (!any) continue;
        for (size_t i = 0; i < count; i++) {
            if (!(of_block[i] > cutoff)) continue;
            indices[found] = static_cast<uint32_t>(begin + i);
            products[found++] = of_block[i];
        }
    }
    return found;
}

void adam(const adam_step & step, const float * gradient, size_t n, float * weights, float * first, float * second) {
    const adam_step s = step;
    for (size_t i = 0; i < n; i++) {
        const float g = s.scale * gradient[i];
        const float m = s.first_decay * first[i] + (1 - s.first_decay) * g;
        const float v = s.second_decay * second[i] + (1 - s.second_decay) * g * g;
        first[i] = m;
        second[i] = v;
        weights[i] -= s.rate * m / (s.root * std::sqrt(v) + s.epsilon);
    }
}

constexpr row_kernel made = {sum, dots, squares, find_above, adam};

} // namespace

} // namespace corrsteer::training

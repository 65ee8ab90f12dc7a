#include "sae/feature-examples.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "platform/error.h"
#include "platform/random.h"

namespace corrsteer {

namespace {

/// Streams of the seed: the sketch's have this bit, the samples' do not.
constexpr uint64_t sketch_streams = uint64_t{1} << 63;
constexpr float most_level = 255;

const example_options & checked(const example_options & options) {
    const auto expect = [](bool is, const char * what) {
        if (!is) throw error("ERR_OUT_OF_RANGE", what);
    };
    constexpr uint32_t most = 4096;
    expect(options.d_sae >= 1 && options.d_sae < 1u << 31, "dSae: expected 1 to 2^31");
    expect(options.n_top >= 1 && options.n_top <= most, "top: expected 1 to 4096");
    expect(options.n_sample >= 1 && options.n_sample <= most, "sample: expected 1 to 4096");
    expect(options.n_before <= most && options.n_after <= most, "before, after: expected 0 to 4096");
    expect(options.n_sketch >= 1 && options.n_sketch <= 1u << 20, "sketch: expected 1 to 2^20");
    return options;
}

template <typename T>
std::vector<T> slice(const std::vector<T> & all, size_t begin, size_t count, size_t each) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(begin * each);
    return std::vector<T>(from, from + static_cast<std::ptrdiff_t>(count * each));
}

/// The stronger one first, then the earlier one.
bool is_before(const feature_example & a, const feature_example & b) {
    return a.activation != b.activation ? a.activation > b.activation : a.position < b.position;
}

} // namespace

/// Gathers what fires in a sequence, then hands all of it over.
class feature_examples::reader : public activation_sink {
  public:
    reader(feature_examples & examples, const std::vector<text_sequence> & sequences)
        : examples_(examples), next_(sequences.begin()) {}

    void add(const float * activations) override {
        for (uint32_t j = 0; j < examples_.options_.d_sae; j++) {
            if (activations[j] > 0) fired_.push_back({j, row_, activations[j]});
        }
        row_++;
    }

    void add(const uint32_t * features, const float * activations, size_t count) override {
        for (size_t i = 0; i < count; i++) fired_.push_back({features[i], row_, activations[i]});
        row_++;
    }

    void finish_row() override {
        examples_.add_sequence(*next_++, row_, fired_);
        fired_.clear();
        row_ = 0;
    }

  private:
    feature_examples & examples_;
    std::vector<text_sequence>::const_iterator next_;
    std::vector<fired> fired_;
    uint32_t row_ = 0;
};

feature_examples::feature_examples(const example_options & options)
    : options_(checked(options)), active_(options.d_sae), sums_(options.d_sae), squares_(options.d_sae),
      probes_(options.d_sae), n_top_(options.d_sae), top_(size_t{options.d_sae} * options.n_top),
      top_contexts_(top_.size() * width()), sample_(size_t{options.d_sae} * options.n_sample),
      sample_contexts_(sample_.size() * width()), sketches_(size_t{options.d_sae} * options.n_sketch),
      sketch_of_one_(options.n_sketch) {}

size_t feature_examples::feature_bytes(const example_options & options) {
    const size_t example = sizeof(feature_example) + options.n_before + 1 + options.n_after;
    const size_t counts = 2 * sizeof(uint32_t) + 2 * sizeof(double) + sizeof(uint64_t);
    return (options.n_top + options.n_sample) * example + options.n_sketch * sizeof(float) + counts;
}

void feature_examples::add(const residual_spool & spool, int layer, const std::shared_ptr<const sae> & sae,
                           const std::vector<text_sequence> & sequences, size_t skip, const cancel_token & cancel) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (static_cast<uint32_t>(sae->d_sae()) != options_.d_sae) {
        throw error("ERR_SHAPE_MISMATCH",
                    "expected an SAE of " + std::to_string(options_.d_sae) + " features, got one of " +
                        std::to_string(sae->d_sae()),
                    {{"expected", static_cast<double>(options_.d_sae)}, {"actual", static_cast<double>(sae->d_sae())}});
    }
    std::vector<int> slots;
    for (const text_sequence & sequence : sequences) {
        if (sequence.probe >= most_probes) throw error("ERR_OUT_OF_RANGE", "probe: expected less than 64");
        slots.push_back(sequence.slot);
    }
    reader sink(*this, sequences);
    spool.encode(layer, sae, slots, skip, sink, cancel);
}

void feature_examples::add_sequence(const text_sequence & sequence, uint32_t n_rows, std::vector<fired> & all) {
    counters_.clear();
    signs_.clear();
    for (uint32_t row = 0; row < n_rows; row++) {
        random_stream hash(options_.seed, sketch_streams | (sequence.position + row));
        counters_.push_back(hash.below(options_.n_sketch));
        signs_.push_back(hash.below(2) == 0 ? 1.0f : -1.0f);
        sketch_of_one_[counters_.back()] += signs_.back();
    }
    n_rows_ += n_rows;
    if (sequence.probe >= 0) {
        const uint64_t bit = uint64_t{1} << sequence.probe;
        for (uint64_t & probes : probes_) probes &= ~bit;
    }
    std::sort(all.begin(), all.end(), [](const fired & a, const fired & b) {
        return a.feature != b.feature ? a.feature < b.feature : a.row < b.row;
    });
    for (const fired * begin = all.data(); begin != all.data() + all.size();) {
        const fired * end = begin;
        while (end != all.data() + all.size() && end->feature == begin->feature) end++;
        add_feature(sequence, begin, end);
        begin = end;
    }
}

/// What a feature does in a sequence: rows begin to end, ascending.
void feature_examples::add_feature(const text_sequence & sequence, const fired * begin, const fired * end) {
    const uint32_t feature = begin->feature;
    keep_top(sequence, begin, end);
    keep_sample(sequence, begin, end);
    float * sketch = sketches_.data() + size_t{feature} * options_.n_sketch;
    for (const fired * at = begin; at != end; at++) {
        const double activation = at->activation;
        sums_[feature] += activation;
        squares_[feature] += activation * activation;
        sketch[counters_[at->row]] += signs_[at->row] * at->activation;
        const bool in_window = at->row >= sequence.start && at->row < sequence.start + width();
        if (sequence.probe >= 0 && in_window) probes_[feature] |= uint64_t{1} << sequence.probe;
    }
    active_[feature] += static_cast<uint32_t>(end - begin);
}

/// Of a sequence the strongest row alone, so that no text is there many times over. Unsorted: the list is short.
void feature_examples::keep_top(const text_sequence & sequence, const fired * begin, const fired * end) {
    const fired * strongest =
        std::max_element(begin, end, [](const fired & a, const fired & b) { return a.activation < b.activation; });
    const size_t feature = begin->feature;
    feature_example * list = top_.data() + feature * options_.n_top;
    size_t place = n_top_[feature];
    if (place == options_.n_top) {
        place = static_cast<size_t>(std::max_element(list, list + options_.n_top, is_before) - list);
        if (!is_before({sequence.position + strongest->row, strongest->activation, 0}, list[place])) return;
    } else {
        n_top_[feature]++;
    }
    uint8_t * context = top_contexts_.data() + (feature * options_.n_top + place) * width();
    list[place] = example_of(sequence, begin, end, strongest, context);
}

/// Each row with the same probability: algorithm R (Vitter 1985).
void feature_examples::keep_sample(const text_sequence & sequence, const fired * begin, const fired * end) {
    const size_t feature = begin->feature;
    uint32_t n_before = active_[feature];
    for (const fired * at = begin; at != end; at++, n_before++) {
        uint32_t place = n_before;
        if (n_before >= options_.n_sample) {
            random_stream random(options_.seed, uint64_t{begin->feature} << 32 | n_before);
            place = random.below(n_before + 1);
            if (place >= options_.n_sample) continue;
        }
        const size_t index = feature * options_.n_sample + place;
        sample_[index] = example_of(sequence, begin, end, at, sample_contexts_.data() + index * width());
    }
}

/// Fills the context with activations in 255ths of its largest, none that is above 0 as 0.
feature_example feature_examples::example_of(const text_sequence & sequence, const fired * begin, const fired * end,
                                             const fired * at, uint8_t * context) const {
    const auto is_earlier = [](const fired & a, uint32_t row) { return a.row < row; };
    const uint32_t first = at->row - std::min(at->row, options_.n_before);
    begin = std::lower_bound(begin, at, first, is_earlier);
    end = std::lower_bound(at, end, at->row + options_.n_after + 1, is_earlier);
    float largest = 0;
    for (const fired * other = begin; other != end; other++) largest = std::max(largest, other->activation);
    std::fill(context, context + width(), uint8_t{0});
    for (const fired * other = begin; other != end; other++) {
        const float level = std::max(1.0f, std::round(most_level * (other->activation / largest)));
        context[other->row + options_.n_before - at->row] = static_cast<uint8_t>(level);
    }
    return {sequence.position + at->row, at->activation, largest};
}

feature_examples::kept feature_examples::take(uint32_t begin, uint32_t count) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (begin > options_.d_sae || count > options_.d_sae - begin) {
        throw error("ERR_OUT_OF_RANGE", "expected features in [0, " + std::to_string(options_.d_sae) + "), got " +
                                            std::to_string(count) + " from " + std::to_string(begin) + " on");
    }
    kept taken;
    taken.active = slice(active_, begin, count, 1);
    taken.sums = slice(sums_, begin, count, 1);
    taken.probes = slice(probes_, begin, count, 1);
    taken.n_top = slice(n_top_, begin, count, 1);
    taken.sample = slice(sample_, begin, count, options_.n_sample);
    taken.sample_contexts = slice(sample_contexts_, begin, count, options_.n_sample * width());
    taken.top = slice(top_, begin, count, options_.n_top);
    taken.top_contexts.resize(taken.top.size() * width());
    std::vector<size_t> order;
    for (size_t i = 0; i < count; i++) {
        const size_t list = (begin + i) * options_.n_top;
        order.resize(taken.n_top[i]);
        for (size_t j = 0; j < order.size(); j++) order[j] = list + j;
        std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return is_before(top_[a], top_[b]); });
        for (size_t j = 0; j < order.size(); j++) {
            const size_t place = i * options_.n_top + j;
            taken.top[place] = top_[order[j]];
            std::copy_n(top_contexts_.begin() + static_cast<std::ptrdiff_t>(order[j] * width()), width(),
                        taken.top_contexts.begin() + static_cast<std::ptrdiff_t>(place * width()));
        }
    }
    return taken;
}

/// The sketch of f is S f, S of n_sketch rows with one +1 or -1 in each column at a place drawn at random, so that
/// E[S f . S g] = f . g with variance at most (|f|^2 |g|^2 + (f . g)^2) / n_sketch: Charikar, Chen and Farach-Colton
/// 2002; Weinberger et al. 2009, appendix A. It is linear, so that the mean is taken off afterwards.
nearest_rows feature_examples::coactive(uint32_t k, uint32_t least, int n_threads, const cancel_token & cancel) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto n = static_cast<double>(n_rows_);
    const size_t width = options_.n_sketch;
    return find_nearest(
        options_.d_sae, width, k, n_threads,
        [&](size_t feature, float * row) {
            const double mean = n > 0 ? sums_[feature] / n : 0;
            const double norm = std::sqrt(std::max(0.0, squares_[feature] - n * mean * mean));
            const bool counts = active_[feature] >= least && norm > 0;
            const float * sketch = sketches_.data() + feature * width;
            for (size_t i = 0; i < width; i++)
                row[i] = counts ? static_cast<float>((sketch[i] - mean * sketch_of_one_[i]) / norm) : 0.0f;
        },
        cancel);
}

} // namespace corrsteer

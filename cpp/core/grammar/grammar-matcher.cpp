#include "grammar/grammar-matcher.h"

#include <algorithm>

#include "platform/error.h"

namespace corrsteer {

namespace {

constexpr size_t most_items = size_t(1) << 20; // 12 MiB; JSON has some ten for each character
constexpr size_t most_looks = size_t(1) << 27; // seconds

error too_much(const char * of_what) {
    return error("ERR_GRAMMAR", std::string("the grammar takes too much ") + of_what +
                                    ": it can be read in too many ways, or has a rule that ends with itself where "
                                    "(...)* would do");
}

} // namespace

grammar_matcher::grammar_matcher(std::shared_ptr<const grammar> rules) : rules_(std::move(rules)), table_(64) {
    begin_set();
    for (const uint32_t begin : rules_->alternatives(rules_->root())) add(begin, 0, 0);
    close();
}

bool grammar_matcher::feed(char byte) {
    const auto bits = static_cast<unsigned char>(byte);
    const moment before = now();
    if (n_missing_ > 0) {
        if ((bits & 0xc0) != 0x80) return false;
        value_ = (value_ << 6) | (bits & 0x3fu);
        n_missing_--;
    } else if (bits < 0x80) {
        value_ = bits;
        least_ = 0;
    } else {
        if (bits < 0xc2 || bits > 0xf4) return false;
        n_missing_ = bits >= 0xf0 ? 3 : bits >= 0xe0 ? 2 : 1;
        value_ = bits & (0x3fu >> n_missing_);
        least_ = n_missing_ == 3 ? 0x10000 : n_missing_ == 2 ? 0x800 : 0x80;
    }
    const uint32_t first = value_ << (6 * n_missing_);
    const uint32_t last = first + (1u << (6 * n_missing_)) - 1;
    const bool goes_on = n_missing_ > 0 ? meets({std::max(first, least_), last}) : value_ >= least_ && scan(value_);
    if (!goes_on) go_back(before);
    return goes_on;
}

void grammar_matcher::go_back(const moment & moment) {
    if (moment.n_sets < begins_.size()) {
        items_.resize(begins_[moment.n_sets]);
        begins_.resize(moment.n_sets);
    }
    value_ = moment.value;
    n_missing_ = moment.n_missing;
    least_ = moment.least;
}

bool grammar_matcher::may_end() const {
    if (n_missing_ > 0) return false;
    return std::any_of(items_.begin() + static_cast<std::ptrdiff_t>(begins_.back()), items_.end(),
                       [&](const item & each) {
                           const grammar_symbol & next = rules_->symbol(each.position);
                           return next.kind == grammar_symbol::end && next.index == rules_->root() && each.origin == 0;
                       });
}

bool grammar_matcher::may_go_on() const {
    return n_missing_ > 0 || meets({0, 0x10ffff});
}

/// Whether one of the characters that may come next lies in the range.
bool grammar_matcher::meets(code_point_range range) const {
    if (range.first > range.last) return false;
    return std::any_of(
        items_.begin() + static_cast<std::ptrdiff_t>(begins_.back()), items_.end(), [&](const item & each) {
            const grammar_symbol & next = rules_->symbol(each.position);
            return next.kind == grammar_symbol::characters && rules_->characters(next.index).meets(range);
        });
}

bool grammar_matcher::scan(uint32_t character) {
    const size_t begin = begins_.back();
    const size_t end = items_.size();
    begin_set();
    look(end - begin);
    for (size_t i = begin; i < end; i++) {
        const item each = items_[i];
        const grammar_symbol & next = rules_->symbol(each.position);
        if (next.kind == grammar_symbol::characters && rules_->characters(next.index).meets({character, character}))
            advance(each);
    }
    close();
    return items_.size() > end;
}

/// Adds what follows from the items of the last set, until nothing new does.
void grammar_matcher::close() {
    for (size_t i = begins_.back(); i < items_.size(); i++) {
        const item each = items_[i];
        const grammar_symbol & next = rules_->symbol(each.position);
        if (next.kind == grammar_symbol::end) {
            if (each.origin != current()) complete(next.index, each.origin);
            continue;
        }
        bool may_pass = each.count >= next.least;
        if (next.kind == grammar_symbol::rule) {
            for (const uint32_t begin : rules_->alternatives(next.index)) add(begin, current(), 0);
            may_pass = may_pass || rules_->may_be_empty(next.index);
        }
        if (may_pass) add(each.position + 1, each.origin, 0);
    }
}

/// The rule was read from set `origin` on: those that waited for it there go on.
void grammar_matcher::complete(uint32_t rule, uint32_t origin) {
    look(begins_[origin + 1] - begins_[origin]);
    for (size_t i = begins_[origin]; i < begins_[origin + 1]; i++) {
        const item each = items_[i];
        const grammar_symbol & next = rules_->symbol(each.position);
        if (next.kind == grammar_symbol::rule && next.index == rule) advance(each);
    }
}

void grammar_matcher::look(size_t n_items) {
    n_looks_ += n_items;
    if (n_looks_ > most_looks) throw too_much("time");
}

/// One more of its symbol has been read.
void grammar_matcher::advance(const item & item) {
    const grammar_symbol & symbol = rules_->symbol(item.position);
    const uint32_t count = item.count + 1;
    if (symbol.most == grammar_symbol::unlimited) {
        add(item.position, item.origin, std::min(count, symbol.least)); // more need not be told apart
    } else if (count == symbol.most) {
        add(item.position + 1, item.origin, 0);
    } else {
        add(item.position, item.origin, count);
    }
}

void grammar_matcher::begin_set() {
    begins_.push_back(items_.size());
    set_number_++;
}

/// Each item once a set.
void grammar_matcher::add(uint32_t position, uint32_t origin, uint32_t count) {
    const grammar_symbol & next = rules_->symbol(position);
    if (next.kind == grammar_symbol::end) position = rules_->end_of(next.index);
    items_.push_back({position, origin, count});
    const auto index = static_cast<uint32_t>(items_.size() - 1);
    if (!enter(index)) items_.pop_back();
    if (items_.size() > most_items) throw too_much("memory");
    if (2 * (items_.size() - begins_.back()) < table_.size()) return;
    table_.assign(2 * table_.size(), {});
    for (size_t i = begins_.back(); i < items_.size(); i++) enter(static_cast<uint32_t>(i));
}

/// Into the table. False: its like is there.
bool grammar_matcher::enter(uint32_t index) {
    const item & added = items_[index];
    const uint64_t key = (uint64_t(added.position) << 32) ^ (uint64_t(added.origin) << 16) ^ added.count;
    const size_t mask = table_.size() - 1;
    size_t i = static_cast<size_t>((key * 0x9e3779b97f4a7c15) >> 32) & mask;
    for (; table_[i].set_number == set_number_; i = (i + 1) & mask) {
        const item & other = items_[table_[i].item];
        if (other.position == added.position && other.origin == added.origin && other.count == added.count)
            return false;
    }
    table_[i] = {set_number_, index};
    return true;
}

} // namespace corrsteer

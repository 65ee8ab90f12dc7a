#include "engine/engine.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include "check.h"
#include "engine-subject.h"
#include "platform/backend.h"

using namespace corrsteer;
using fixture::run_of;
using fixture::subject;

namespace {

thread_local bool is_main_thread = false;
std::atomic<long> allocations_left{-1}; ///< of other threads, until some fail; negative: as many as there are
std::atomic<long> failures_left{0};
std::atomic<size_t> largest_allocation{SIZE_MAX};

void * allocate(size_t size) {
    if (size > largest_allocation) throw std::bad_alloc();
    if (!is_main_thread && allocations_left >= 0 && allocations_left-- <= 0 && failures_left-- > 0)
        throw std::bad_alloc();
    if (void * memory = std::malloc(size > 0 ? size : 1)) return memory;
    throw std::bad_alloc();
}

} // namespace

void * operator new(size_t size) {
    return allocate(size);
}
void operator delete(void * memory) noexcept {
    std::free(memory);
}
void operator delete(void * memory, size_t) noexcept {
    std::free(memory);
}

namespace {

/// Throws what `fail` does for the rows of one slot.
class failing_sink : public row_sink {
  public:
    failing_sink(int slot, std::function<void()> fail) : slot_(slot), fail_(std::move(fail)) {}
    int n_embd() const override { return 64; }
    const std::vector<int> & layers() const override { return layers_; }
    void append(int, int slot, const float *) override {
        if (slot == slot_) fail_();
    }

  private:
    std::vector<int> layers_{1, 2};
    int slot_;
    std::function<void()> fail_;
};

} // namespace

TEST("a run whose logits there is no memory for ends alone") {
    subject subject;
    run_spec large = run_of(200, 1);
    large.branches.front().logits = row_choice::prompt;
    largest_allocation = 65536;
    const std::vector<int> runs = subject.submit({run_of(10, 20), std::move(large), run_of(12, 20)});
    const std::vector<std::string> endings = {subject.ending(runs[0]), subject.ending(runs[1]),
                                              subject.ending(runs[2])};
    largest_allocation = SIZE_MAX;
    CHECK((endings == std::vector<std::string>{"", "out of memory", ""}));
}

TEST("what a row sink throws ends its run alone") {
    subject subject;
    const std::vector<std::pair<std::function<void()>, std::string>> failures = {
        {[] { throw std::bad_alloc(); }, "out of memory"},
        {[] { throw error("ERR_FILE_WRITE", "the disk is full"); }, "ERR_FILE_WRITE"}};
    for (const auto & [fail, code] : failures) {
        std::vector<run_spec> specs;
        for (int slot = 0; slot < 3; slot++) {
            specs.push_back(run_of(10 + slot, 5));
            capture_spec & capture = specs.back().branches.front().capture;
            capture.sink = std::make_shared<failing_sink>(1, fail);
            capture.slot = slot;
        }
        const std::vector<int> runs = subject.submit(std::move(specs));
        CHECK(subject.ending(runs[0]).empty());
        CHECK(subject.ending(runs[1]) == code);
        CHECK(subject.ending(runs[2]).empty());
    }
}

TEST("memory that is gone at any moment loses no run, and the engine goes on") {
    subject subject;
    int n_failed = 0;
    for (const long length : {1L, 20L}) {
        long moment = 0;
        for (bool reached = true; reached; moment += 1 + moment / 8) {
            failures_left = length;
            allocations_left = moment;
            const std::vector<int> runs = subject.submit({run_of(10, 4), run_of(20, 4), run_of(30, 4)});
            for (const int run : runs) n_failed += subject.ending(run) != "";
            reached = failures_left < length;
            allocations_left = -1;
            for (const int run : runs) CHECK(subject.n_endings(run) == 1);
            CHECK(subject.ending_of(run_of(10, 4)).empty());
        }
    }
    CHECK(n_failed > 10);
}

int main() {
    is_main_thread = true;
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

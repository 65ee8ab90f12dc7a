#include "engine/engine.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include "check.h"
#include "platform/backend.h"

using namespace corrsteer;

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

std::shared_ptr<const model> load(const std::string & name) {
    const std::string path = std::string(std::getenv("CORRSTEER_FIXTURES")) + "/" + name + ".gguf";
    return std::make_shared<model>(path, "cpu", nullptr, cancel_token());
}

engine_options options() {
    engine_options chosen;
    chosen.context_tokens = 1024;
    chosen.batch_tokens = chosen.micro_batch_tokens = 64;
    chosen.max_sequences = 8;
    chosen.threads = 1;
    return chosen;
}

run_spec run_of(int n_prompt, int max_tokens) {
    run_spec run;
    for (int i = 0; i < n_prompt; i++) run.prompt.push_back(65 + i % 20);
    branch_spec branch;
    branch.max_tokens = max_tokens;
    branch.forced_tokens.assign(static_cast<size_t>(max_tokens), 70); // so that none ends early
    run.branches.push_back(std::move(branch));
    return run;
}

/// An engine, and how its runs ended: a code, or "" for a run that finished.
class subject {
  public:
    explicit subject(const std::string & model = "llama")
        : engine_(load(model), options(), [this](std::list<engine_event> & events) { take(events); }) {}

    corrsteer::engine & engine() { return engine_; }

    std::vector<int> submit(std::vector<run_spec> runs) { return engine_.submit(std::move(runs)); }

    std::string ending(int run) {
        std::unique_lock<std::mutex> lock(mutex_);
        ended_.wait(lock, [&] { return endings_.count(run) > 0; });
        return endings_.at(run);
    }

    std::string ending_of(run_spec run) { return ending(submit({std::move(run)}).front()); }

    int endings_twice = 0;

  private:
    void take(std::list<engine_event> & events) {
        const std::lock_guard<std::mutex> lock(mutex_);
        for (const engine_event & event : events) {
            if (const auto * finished = std::get_if<finished_event>(&event)) {
                endings_twice += endings_.emplace(finished->run, "").second ? 0 : 1;
            } else if (const auto * failed = std::get_if<failed_event>(&event)) {
                endings_twice += endings_.emplace(failed->run, code_of(failed->reason)).second ? 0 : 1;
            }
        }
        ended_.notify_all();
    }

    static std::string code_of(const std::exception_ptr & reason) {
        try {
            std::rethrow_exception(reason);
        } catch (const error & e) {
            return e.code;
        } catch (const std::bad_alloc &) {
            return "out of memory";
        }
    }

    std::mutex mutex_;
    std::condition_variable ended_;
    std::map<int, std::string> endings_;
    corrsteer::engine engine_;
};

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
            CHECK(subject.ending_of(run_of(10, 4)).empty());
        }
    }
    CHECK(n_failed > 10);
    CHECK(subject.endings_twice == 0);
}

int main() {
    is_main_thread = true;
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

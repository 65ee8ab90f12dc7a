// What the thread sanitizer is to see: an engine used from several threads, beside one that permutes.
#include <atomic>
#include <thread>

#include "check.h"
#include "engine-subject.h"
#include "engine/engine.h"
#include "platform/backend.h"
#include "random-columns.h"
#include "statistics/permutation.h"

using namespace corrsteer;
using fixture::run_of;
using fixture::subject;

namespace {

/// Permutations in a thread of their own, until this goes.
class permutations {
  public:
    permutations() : thread_([this] { permute(); }) {}
    ~permutations() {
        cancel_.request();
        thread_.join();
    }
    bool cancelled() const { return cancelled_; }

  private:
    void permute() {
        const sparse_columns columns = fixture::random_columns(200, 100, 1);
        null_plan plan;
        plan.scores = fixture::random_scores(200, 2, true);
        plan.basis.assign(200, 1 / std::sqrt(200.0));
        plan.n_permutations = 1000;
        plan.n_threads = 2;
        try {
            for (;;) permutation_null(columns, plan, cancel_);
        } catch (const error & e) {
            cancelled_ = e.code == "ERR_CANCELLED";
        }
    }

    cancel_token cancel_;
    std::atomic<bool> cancelled_{false};
    std::thread thread_;
};

} // namespace

TEST("each run ends once, whoever submits, cancels and stops, while permutations go on") {
    const permutations beside;
    for (int round = 0; round < 3; round++) {
        subject subject(2);
        std::atomic<int> n_submitted{0};
        std::mutex mutex;
        std::vector<int> runs;
        const auto use = [&](int seed) {
            try {
                for (int i = 0; i < 200; i++) {
                    const std::vector<int> ids = subject.submit({run_of(5 + (seed + i) % 40, 1 + i % 9), run_of(3, 2)});
                    if (i % 2 == 0) subject.engine().cancel(ids[static_cast<size_t>(i / 2 % 2)]);
                    if (i % 3 == 0) subject.engine().statistics();
                    const std::lock_guard<std::mutex> lock(mutex);
                    runs.insert(runs.end(), ids.begin(), ids.end());
                    n_submitted++;
                }
            } catch (const error & e) {
                CHECK(e.code == "ERR_DISPOSED");
            }
        };
        std::vector<std::thread> users;
        for (int seed = 0; seed < 3; seed++) users.emplace_back(use, seed);
        while (n_submitted < 20 * (round + 1)) std::this_thread::yield();
        std::thread stopper([&] { subject.engine().stop(); });
        subject.engine().stop();
        stopper.join();
        for (auto & user : users) user.join();
        for (const int run : runs) CHECK(subject.n_endings(run) == 1);
    }
    CHECK(!beside.cancelled());
}

TEST("engines come and go on one model, from several threads") {
    const auto model = fixture::load("llama");
    const auto live = [&] {
        for (int i = 0; i < 3; i++) {
            std::atomic<int> endings{0};
            corrsteer::engine engine(model, fixture::options(1), [&](std::list<engine_event> & events) {
                endings += static_cast<int>(events.size());
            });
            engine.submit({run_of(20, 3)});
            while (i < 2 && endings == 0) std::this_thread::yield(); // the last one is dropped at work
        }
    };
    std::vector<std::thread> users;
    for (int i = 0; i < 3; i++) users.emplace_back(live);
    for (auto & user : users) user.join();
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}

#include "platform/parallel.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "check.h"
#include "platform/cpu-threads.h"

using namespace corrsteer;

TEST("runs every task once, whatever the number of threads") {
    for (const size_t n_tasks : {size_t{0}, size_t{1}, size_t{3}, size_t{1000}}) {
        for (const int n_threads : {1, 2, 4, 512}) {
            std::vector<std::atomic<int>> runs(n_tasks);
            run_parallel(n_threads, n_tasks, [&](size_t i, cpu_turn &) { runs[i]++; });
            for (const auto & n : runs) CHECK(n == 1);
        }
    }
}

TEST("throws a task's failure after all threads have ended, and begins no other task") {
    for (const int n_threads : {1, 4}) {
        std::atomic<int> running{0};
        std::atomic<int> begun{0};
        CHECK(check::throws_code("ERR_DEGENERATE", [&] {
            run_parallel(n_threads, 100000, [&](size_t i, cpu_turn &) {
                running++;
                begun++;
                if (i == 10) {
                    running--;
                    throw error("ERR_DEGENERATE", "the tenth");
                }
                std::this_thread::yield();
                running--;
            });
        }));
        CHECK(running == 0);
        CHECK(begun < 100000);
        CHECK(n_threads > 1 || begun == 11);
    }
}

TEST("lets one call compute at a time") {
    std::atomic<int> calls{0};
    std::atomic<bool> overlapped{false};
    const auto compute = [&] {
        run_parallel(1, 1, [&](size_t, cpu_turn &) {
            if (++calls > 1) overlapped = true;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            calls--;
        });
    };
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; i++) callers.emplace_back(compute);
    for (auto & caller : callers) caller.join();
    CHECK(!overlapped);
}

TEST("gives the CPU to others in between, with all its threads, and goes on") {
    for (const int n_threads : {1, 3}) {
        std::atomic<int> computing{0};
        std::atomic<bool> ended{false};
        std::atomic<bool> overlapped{false};
        std::atomic<int> others{0};
        std::thread other([&] {
            while (!ended) {
                const auto cpu = cpu_threads::use();
                if (computing > 0) overlapped = true;
                others++;
            }
        });
        // Each task is as long as many turns, and ends only when others have had some.
        std::atomic<int> done{0};
        run_parallel(n_threads, 6, [&](size_t, cpu_turn & turn) {
            const int before = others;
            computing++;
            while (others < before + 3) {
                computing--;
                turn.pass();
                computing++;
            }
            computing--;
            done++;
        });
        ended = true;
        other.join();
        CHECK(done == 6);
        CHECK(!overlapped);
    }
}

TEST("of two calls at once, each goes on before the other has ended") {
    std::atomic<int> progress[2] = {};
    const auto compute = [&](int own) {
        run_parallel(2, 2, [&](size_t, cpu_turn & turn) {
            progress[own]++;
            while (progress[1 - own] == 0) turn.pass();
        });
    };
    std::thread first(compute, 0);
    std::thread second(compute, 1);
    first.join();
    second.join();
    CHECK(progress[0] == 2 && progress[1] == 2);
}

TEST("refuses no threads, and too many") {
    CHECK(check::throws_code("ERR_OUT_OF_RANGE", [] { run_parallel(0, 1, [](size_t, cpu_turn &) {}); }));
    CHECK(check::throws_code("ERR_OUT_OF_RANGE", [] { run_parallel(513, 1, [](size_t, cpu_turn &) {}); }));
}

int main() {
    return check::run_all();
}

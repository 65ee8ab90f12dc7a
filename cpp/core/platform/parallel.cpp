#include "platform/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace corrsteer {

void run_parallel(int n_threads, size_t n_tasks, const std::function<void(size_t, cpu_turn &)> & task) {
    check_threads(n_threads);
    std::atomic<size_t> next{0};
    std::atomic<bool> failed{false};
    std::exception_ptr failure;
    cpu_turn turn;
    const auto work = [&] {
        try {
            for (size_t i = next++; i < n_tasks && !failed; i = next++) {
                task(i, turn);
                turn.pass();
            }
        } catch (...) {
            if (!failed.exchange(true)) failure = std::current_exception();
        }
        turn.leave();
    };

    std::vector<std::thread> helpers;
    const size_t n_helpers = std::min(n_tasks, static_cast<size_t>(n_threads)) - (n_tasks > 0);
    helpers.reserve(n_helpers);
    while (helpers.size() < n_helpers) {
        turn.enter();
        try {
            helpers.emplace_back(work);
        } catch (const std::exception &) { // no more threads, or no memory for one: those there are do it all
            turn.leave();
            break;
        }
    }
    work();
    for (auto & helper : helpers) helper.join();
    if (failure) std::rethrow_exception(failure);
}

} // namespace corrsteer

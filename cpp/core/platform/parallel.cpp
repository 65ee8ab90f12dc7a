#include "platform/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "platform/cpu-threads.h"

namespace corrsteer {

void run_parallel(int n_threads, size_t n_tasks, const std::function<void(size_t)> & task) {
    check_threads(n_threads);
    std::atomic<size_t> next{0};
    std::atomic<bool> failed{false};
    std::exception_ptr failure;
    const auto work = [&] {
        try {
            for (size_t i = next++; i < n_tasks && !failed; i = next++) task(i);
        } catch (...) {
            if (!failed.exchange(true)) failure = std::current_exception();
        }
    };

    const auto lock = cpu_threads::use();
    std::vector<std::thread> helpers;
    const size_t n_helpers = std::min(n_tasks, static_cast<size_t>(n_threads)) - (n_tasks > 0);
    helpers.reserve(n_helpers);
    try {
        while (helpers.size() < n_helpers) helpers.emplace_back(work);
    } catch (const std::exception &) { // no more threads, or no memory for one: those there are do it all
    }
    work();
    for (auto & helper : helpers) helper.join();
    if (failure) std::rethrow_exception(failure);
}

} // namespace corrsteer

#pragma once

#include <cstddef>
#include <functional>

namespace corrsteer {

/// Runs task(0) to task(n_tasks - 1), in any order, on the calling thread and at most n_threads - 1 more, holding
/// `cpu_threads::use()` meanwhile. After a failure no other task begins, and it is thrown. ERR_OUT_OF_RANGE unless
/// 1 <= n_threads <= 512.
void run_parallel(int n_threads, size_t n_tasks, const std::function<void(size_t)> & task);

} // namespace corrsteer

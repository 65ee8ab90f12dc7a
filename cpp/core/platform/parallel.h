#pragma once

#include <cstddef>
#include <functional>

#include "platform/cpu-turn.h"

namespace corrsteer {

/// Runs task(0, turn) to task(n_tasks - 1, turn), in any order, on the calling thread and at most n_threads - 1 more.
/// The turn is passed after each task; one that takes longer than some milliseconds passes it in between. After a
/// failure no other task begins, and it is thrown. ERR_OUT_OF_RANGE unless 1 <= n_threads <= 512.
void run_parallel(int n_threads, size_t n_tasks, const std::function<void(size_t, cpu_turn &)> & task);

} // namespace corrsteer

#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "ggml-backend.h"
#include "platform/fair-mutex.h"

namespace corrsteer {

/// ERR_OUT_OF_RANGE unless 1 <= n_threads <= 512.
void check_threads(int n_threads);

/// The process's CPU threads: one pool per number of threads, shared by all who ask, and one lock over all pools.
/// Idle threads of a pool spin for a while, so two that compute at once on the same cores slow each other down many
/// times over: whoever computes on the CPU holds `use()` meanwhile, and lets go of it often (`cpu_turn`).
class cpu_threads {
  public:
    /// The pool of this size, made when nobody holds one; `check_threads` first.
    static std::shared_ptr<cpu_threads> get(int n_threads);

    explicit cpu_threads(int n_threads);
    ~cpu_threads();
    cpu_threads(const cpu_threads &) = delete;
    cpu_threads & operator=(const cpu_threads &) = delete;

    /// The right to compute on the CPU, by turns. Not recursive.
    static std::unique_lock<fair_mutex> use();
    /// Without it once `give_up` says so: see fair_mutex.
    static std::unique_lock<fair_mutex> use_unless(const std::function<bool()> & give_up);

    /// Makes a CPU backend compute on these threads; other backends are left alone. The backend must not outlive them.
    void attach(ggml_backend_t backend) const;

    ggml_threadpool_t pool() const { return pool_; }
    int n_threads() const { return n_threads_; }

  private:
    int n_threads_;
    ggml_threadpool_t pool_;
};

} // namespace corrsteer

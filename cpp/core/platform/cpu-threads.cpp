#include "platform/cpu-threads.h"

#include <future>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "platform/backend.h"
#include "platform/error.h"

namespace corrsteer {

namespace {

fair_mutex computing;

/// Rounds that an idle thread spins before it sleeps, in ggml's units of 0 to 100.
constexpr uint32_t poll_level = 50;

/// The CPU backend is a plugin, one library per instruction set: its functions are asked for by name, never linked.
template <typename function>
function cpu_function(const char * name) {
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    void * address = cpu ? ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(cpu), name) : nullptr;
    if (!address) throw error("ERR_NATIVE_LOAD", std::string("llama.cpp's CPU backend has no ") + name);
    return reinterpret_cast<function>(address);
}

/// ggml asserts that each of its threads starts: ggml_threadpool_new_impl of ggml-cpu.c. Here they are tried first.
void require_startable(int n_threads) {
    std::promise<void> over;
    const std::shared_future<void> end = over.get_future().share();
    std::vector<std::thread> tried;
    std::string reason;
    try {
        tried.reserve(static_cast<size_t>(n_threads));
        while (static_cast<int>(tried.size()) < n_threads - 1) tried.emplace_back([end] { end.wait(); });
    } catch (const std::exception & e) {
        reason = e.what();
    }
    over.set_value();
    for (auto & thread : tried) thread.join();
    if (reason.empty()) return;
    throw error("ERR_OUT_OF_MEMORY", "threads: only " + std::to_string(tried.size() + 1) + " of " +
                                         std::to_string(n_threads) + " start: " + reason);
}

using threadpool_new = ggml_threadpool_t (*)(ggml_threadpool_params *);
using threadpool_free = void (*)(ggml_threadpool_t);
using set_threadpool = void (*)(ggml_backend_t, ggml_threadpool_t);

} // namespace

void check_threads(int n_threads) {
    if (n_threads < 1 || n_threads > GGML_MAX_N_THREADS) {
        throw error("ERR_OUT_OF_RANGE", "threads: expected 1 to " + std::to_string(GGML_MAX_N_THREADS) + ", got " +
                                            std::to_string(n_threads));
    }
}

std::shared_ptr<cpu_threads> cpu_threads::get(int n_threads) {
    check_threads(n_threads);
    static std::mutex mutex;
    static std::map<int, std::weak_ptr<cpu_threads>> pools;
    const std::lock_guard<std::mutex> lock(mutex);
    std::shared_ptr<cpu_threads> threads = pools[n_threads].lock();
    if (!threads) pools[n_threads] = threads = std::make_shared<cpu_threads>(n_threads);
    return threads;
}

cpu_threads::cpu_threads(int n_threads) : n_threads_(n_threads) {
    cpu_function<threadpool_free>("ggml_threadpool_free"); // so that the destructor cannot fail
    require_startable(n_threads);
    ggml_threadpool_params params = ggml_threadpool_params_default(n_threads);
    params.poll = poll_level;
    pool_ = cpu_function<threadpool_new>("ggml_threadpool_new")(&params);
}

cpu_threads::~cpu_threads() {
    cpu_function<threadpool_free>("ggml_threadpool_free")(pool_);
}

std::unique_lock<fair_mutex> cpu_threads::use() {
    return std::unique_lock<fair_mutex>(computing);
}

std::unique_lock<fair_mutex> cpu_threads::use_unless(const std::function<bool()> & give_up) {
    if (!computing.lock_unless(give_up)) return {};
    return std::unique_lock<fair_mutex>(computing, std::adopt_lock);
}

void cpu_threads::attach(ggml_backend_t backend) const {
    if (!is_cpu(ggml_backend_get_device(backend))) return;
    cpu_function<ggml_backend_set_n_threads_t>("ggml_backend_set_n_threads")(backend, n_threads_);
    cpu_function<set_threadpool>("ggml_backend_cpu_set_threadpool")(backend, pool_);
}

} // namespace corrsteer

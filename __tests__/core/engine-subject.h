#pragma once

#include <condition_variable>
#include <cstdlib>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "engine/engine.h"

/// An engine on a tiny model.
namespace fixture {

using namespace corrsteer;

inline std::shared_ptr<const model> load(const std::string & name) {
    const std::string path = std::string(std::getenv("CORRSTEER_FIXTURES")) + "/" + name + ".gguf";
    return std::make_shared<model>(model_plan{path, "cpu"}, nullptr, cancel_token());
}

inline engine_options options(int threads) {
    engine_options chosen;
    chosen.context_tokens = 1024;
    chosen.batch_tokens = chosen.micro_batch_tokens = 64;
    chosen.max_sequences = 8;
    chosen.threads = threads;
    return chosen;
}

inline run_spec run_of(int n_prompt, int max_tokens) {
    run_spec run;
    for (int i = 0; i < n_prompt; i++) run.prompt.push_back(65 + i % 20);
    branch_spec branch;
    branch.max_tokens = max_tokens;
    branch.sampling.logit_bias = {{70, 1000}}; // so that none ends early
    run.branches.push_back(std::move(branch));
    return run;
}

/// An engine, and how its runs ended: a code, or "" for a run that finished.
class subject {
  public:
    explicit subject(int threads = 1) : subject(load("llama"), options(threads)) {}
    subject(std::shared_ptr<const model> model, const engine_options & options)
        : engine_(std::move(model), options, [this](auto & events) { take(events); }) {}

    corrsteer::engine & engine() { return engine_; }

    std::vector<int> submit(std::vector<run_spec> runs) { return engine_.submit(std::move(runs)); }

    /// Waits for it.
    std::string ending(int run) {
        std::unique_lock<std::mutex> lock(mutex_);
        arrived_.wait(lock, [&] { return !endings_of(run).empty(); });
        return endings_of(run).front();
    }

    std::string ending_of(run_spec run) { return ending(submit({std::move(run)}).front()); }

    /// Of one that has to finish.
    run_result result_of(run_spec spec) {
        const int run = submit({std::move(spec)}).front();
        if (const std::string code = ending(run); code != "") throw std::runtime_error("the run ended by " + code);
        const std::lock_guard<std::mutex> lock(mutex_);
        for (engine_event & event : events_) {
            auto * finished = std::get_if<finished_event>(&event);
            if (finished && finished->run == run) return std::move(finished->result);
        }
        throw std::logic_error("a run ended without an event");
    }

    size_t n_endings(int run) {
        const std::lock_guard<std::mutex> lock(mutex_);
        return endings_of(run).size();
    }

  private:
    /// Allocates nothing: a test may have memory run out here.
    void take(std::list<engine_event> & events) {
        const std::lock_guard<std::mutex> lock(mutex_);
        events_.splice(events_.end(), events);
        arrived_.notify_all();
    }

    std::vector<std::string> endings_of(int run) const {
        std::vector<std::string> endings;
        for (const engine_event & event : events_) {
            const auto * failed = std::get_if<failed_event>(&event);
            const auto * finished = std::get_if<finished_event>(&event);
            if (failed && failed->run == run) endings.push_back(code_of(failed->reason));
            if (finished && finished->run == run) endings.emplace_back();
        }
        return endings;
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
    std::condition_variable arrived_;
    std::list<engine_event> events_;
    corrsteer::engine engine_;
};

} // namespace fixture

#include "compare-logits.h"

#include "arguments.h"
#include "async.h"
#include "statistics/divergence.h"

namespace corrsteer::binding {

Napi::Value CompareLogits(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [reference = read_float32_array(info[0], "reference"), other = read_float32_array(info[1], "other"),
         n_vocab = read_int(info[2], "nVocab")] { return kl_divergence(reference, other, n_vocab); },
        [](Napi::Env env, const std::vector<double> & divergences) { return to_float64_array(env, divergences); });
}

} // namespace corrsteer::binding

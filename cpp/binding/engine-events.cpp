#include "engine-events.h"

#include <new>

#include "arguments.h"
#include "errors.h"

namespace corrsteer::binding {

namespace {

const char * stop_reason_name(stop_reason reason) {
    switch (reason) {
    case stop_reason::end: return "end";
    case stop_reason::length: return "length";
    default: return "stop";
    }
}

double mean(double sum, int64_t n) {
    return n > 0 ? sum / static_cast<double>(n) : 0.0;
}

Napi::Object receipt_object(Napi::Env env, const layer_receipt & receipt) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("layer", receipt.layer);
    object.Set("rows", static_cast<double>(receipt.rows));
    object.Set("leftAlone", static_cast<double>(receipt.left_alone));
    object.Set("meanAddedNorm", mean(receipt.added_norm_sum, receipt.rows));
    object.Set("maxAddedNorm", receipt.added_norm_max);
    object.Set("meanResidualNorm", mean(receipt.residual_norm_sum, receipt.rows));
    return object;
}

Napi::Value scores_value(Napi::Env env, const std::optional<token_scores> & scores) {
    if (!scores) return env.Undefined();
    Napi::Object object = Napi::Object::New(env);
    object.Set("logProbabilities", to_float64_array(env, scores->log_probabilities));
    object.Set("topTokens", to_int32_array(env, scores->top_tokens));
    object.Set("topLogProbabilities", to_float64_array(env, scores->top_log_probabilities));
    return object;
}

Napi::Object branch_object(Napi::Env env, const branch_result & branch) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("tokens", to_int32_array(env, branch.tokens));
    object.Set("bytes", to_uint8_array(env, branch.bytes));
    object.Set("stopReason", stop_reason_name(branch.reason));
    object.Set("choiceLogProbabilities", to_float64_array(env, branch.choice_log_probabilities));
    object.Set("forcedLogProbabilities", to_float64_array(env, branch.forced_log_probabilities));
    object.Set("logits", to_float32_array(env, branch.logits));
    object.Set("scores", scores_value(env, branch.scores));
    object.Set("promptScores", scores_value(env, branch.prompt_scores));
    Napi::Array receipt = Napi::Array::New(env);
    for (const auto & layer : branch.receipts) receipt.Set(receipt.Length(), receipt_object(env, layer));
    object.Set("receipt", receipt);
    object.Set("watched", to_float32_array(env, branch.watched));
    return object;
}

Napi::Object failure_object(Napi::Env env, int run, std::exception_ptr reason) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("type", "failed");
    object.Set("run", run);
    object.Set("error", to_javascript(env, reason).Value());
    return object;
}

struct event_converter {
    Napi::Env env;

    Napi::Object operator()(const tokens_event & event) const {
        Napi::Object object = Napi::Object::New(env);
        object.Set("type", "tokens");
        object.Set("run", event.run);
        object.Set("branch", event.branch);
        object.Set("tokens", to_int32_array(env, event.chunk.tokens));
        object.Set("bytes", to_uint8_array(env, event.chunk.bytes));
        object.Set("watched", to_float32_array(env, event.chunk.watched));
        object.Set("scores", scores_value(env, event.chunk.scores));
        return object;
    }

    Napi::Object operator()(const finished_event & event) const {
        Napi::Object object = Napi::Object::New(env);
        Napi::Object result = Napi::Object::New(env);
        Napi::Array branches = Napi::Array::New(env);
        for (const auto & branch : event.result.branches) branches.Set(branches.Length(), branch_object(env, branch));
        result.Set("branches", branches);
        result.Set("sharedTokens", event.result.shared_tokens);
        object.Set("type", "finished");
        object.Set("run", event.run);
        object.Set("result", result);
        return object;
    }

    Napi::Object operator()(const failed_event & event) const { return failure_object(env, event.run, event.reason); }
};

} // namespace

Napi::Value to_javascript(Napi::Env env, const engine_event & event) {
    try {
        return std::visit(event_converter{env}, event);
    } catch (const std::bad_alloc &) { // a result's logits may be larger than all else
        const int run = std::visit([](const auto & each) { return each.run; }, event);
        return failure_object(env, run, std::current_exception());
    }
}

bool ends_run(const engine_event & event) {
    return !std::holds_alternative<tokens_event>(event);
}

} // namespace corrsteer::binding

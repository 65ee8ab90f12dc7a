#include "run-arguments.h"

#include "arguments.h"
#include "engine-wrap.h"
#include "spool-wrap.h"
#include "steering-arguments.h"
#include "trainer-wrap.h"

namespace corrsteer::binding {

namespace {

std::vector<llama_logit_bias> read_logit_bias(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "logitBias");
    const std::vector<int32_t> tokens = read_int32_array(object.Get("tokens"), "logitBias");
    const std::vector<double> values = read_float64_array(object.Get("values"), "logitBias");
    if (tokens.size() != values.size()) throw_expected(value, "logitBias", "a value for each token");
    std::vector<llama_logit_bias> biases;
    for (size_t i = 0; i < tokens.size(); i++) biases.push_back({tokens[i], static_cast<float>(values[i])});
    return biases;
}

sampling_params read_sampling(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "sampling");
    sampling_params params;
    params.temperature = read_double(object.Get("temperature"), "temperature");
    params.top_k = read_int(object.Get("topK"), "topK");
    params.top_p = read_double(object.Get("topP"), "topP");
    params.min_p = read_double(object.Get("minP"), "minP");
    params.repeat_penalty = read_double(object.Get("repeatPenalty"), "repeatPenalty");
    params.frequency_penalty = read_double(object.Get("frequencyPenalty"), "frequencyPenalty");
    params.presence_penalty = read_double(object.Get("presencePenalty"), "presencePenalty");
    params.penalty_tokens = read_int(object.Get("penaltyTokens"), "penaltyTokens");
    params.logit_bias = read_logit_bias(object.Get("logitBias"));
    params.seed = read_uint32(object.Get("seed"), "seed");
    return params;
}

std::optional<int> read_top(const Napi::Object & branch, const char * name) {
    const Napi::Value value = branch.Get(name);
    return is_given(value) ? std::optional<int>(read_int(value, name)) : std::nullopt;
}

capture_spec read_capture(const Napi::Value & value) {
    if (!is_given(value)) return {};
    const Napi::Object object = read_object(value, "capture");
    capture_spec capture;
    const Napi::Value spool = object.Get("spool");
    if (is_wrap<row_buffer_wrap>(spool))
        capture.sink = read_wrap<row_buffer_wrap>(spool, "spool").core();
    else
        capture.sink = read_wrap<spool_wrap>(spool, "spool").core();
    capture.slot = read_int(object.Get("slot"), "slot");
    capture.positions = read_choice<row_choice>(
        object.Get("positions"), "positions",
        {{"generated", row_choice::generated}, {"prompt", row_choice::prompt}, {"all", row_choice::all}});
    return capture;
}

branch_spec read_branch(const Napi::Object & object) {
    branch_spec branch;
    const Napi::Value steering = object.Get("steering");
    if (is_given(steering)) branch.steering = read_wrap<steering_wrap>(steering, "steering").core();
    branch.sampling = read_sampling(object.Get("sampling"));
    branch.max_tokens = read_int(object.Get("maxTokens"), "maxTokens");
    branch.stop = read_strings(object.Get("stop"), "stop");
    for (const auto & stop : branch.stop) {
        if (stop.empty()) throw_expected(object.Get("stop"), "stop", "strings that are not empty");
    }
    branch.gbnf = read_string(object.Get("grammar"), "grammar");
    branch.allowed_first_tokens = read_int32_array(object.Get("allowedFirstTokens"), "allowedFirstTokens");
    branch.choice_tokens = read_int32_array(object.Get("choiceTokens"), "choiceTokens");
    branch.forced_tokens = read_int32_array(object.Get("forcedTokens"), "forcedTokens");
    branch.capture = read_capture(object.Get("capture"));
    branch.logits = read_choice<row_choice>(
        object.Get("logits"), "logits",
        {{"none", row_choice::none}, {"generated", row_choice::generated}, {"prompt", row_choice::prompt}});
    branch.log_probabilities = read_top(object, "logProbabilities");
    branch.prompt_log_probabilities = read_top(object, "promptLogProbabilities");
    branch.stream = read_bool(object.Get("stream"), "stream");
    branch.reasoning = read_reasoning(object.Get("reasoning"));
    branch.watch = read_probes(object.Get("watch"), "watch");
    return branch;
}

} // namespace

engine_options read_engine_options(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "options");
    engine_options options;
    options.context_tokens = read_int(object.Get("contextTokens"), "contextTokens");
    options.batch_tokens = read_int(object.Get("batchTokens"), "batchTokens");
    options.micro_batch_tokens = read_int(object.Get("microBatchTokens"), "microBatchTokens");
    options.max_sequences = read_int(object.Get("maxSequences"), "maxSequences");
    options.threads = read_int(object.Get("threads"), "threads");
    options.kv_type = read_choice<ggml_type>(
        object.Get("kvType"), "kvType",
        {{"f16", GGML_TYPE_F16}, {"f32", GGML_TYPE_F32}, {"bf16", GGML_TYPE_BF16}, {"q8_0", GGML_TYPE_Q8_0}});
    using products::policy;
    options.products = read_choice<policy>(
        object.Get("products"), "products",
        {{"fastest", policy::fastest}, {"float32", policy::float32}, {"llama.cpp", policy::llama_cpp}});
    return options;
}

run_spec read_run(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "run");
    run_spec run;
    run.prompt = read_int32_array(object.Get("prompt"), "prompt");
    for (const auto & branch : read_objects(object.Get("branches"), "branches"))
        run.branches.push_back(read_branch(branch));
    return run;
}

} // namespace corrsteer::binding

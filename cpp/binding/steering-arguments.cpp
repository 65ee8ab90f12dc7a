#include "steering-arguments.h"

#include "arguments.h"
#include "reconstruction-wrap.h"

namespace corrsteer::binding {

namespace {

std::optional<int> read_given_int(const Napi::Value & value, const std::string & name) {
    if (!is_given(value)) return std::nullopt;
    return read_int(value, name);
}

steering_operation::toward read_target(const Napi::Value & value) {
    using side = steering_operation::toward::side;
    const Napi::Object object = read_object(value, "target");
    return {read_probe(object.Get("of"), "of"), read_double(object.Get("value"), "value"),
            read_choice<side>(object.Get("from"), "from",
                              {{"either", side::either}, {"below", side::below}, {"above", side::above}})};
}

steering_operation::condition read_condition(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "when");
    return {read_probe(object.Get("of"), "of"), read_double(object.Get("above"), "above")};
}

std::shared_ptr<const row_map> read_replacement(const Napi::Value & value, const std::vector<float> & vector) {
    if (value.IsObject()) return read_wrap<reconstruction_wrap>(value, "replace").core();
    read_choice<int>(value, "replace", {{"vector", 0}});
    return std::make_shared<constant_row>(vector);
}

steering_operation read_operation(const Napi::Object & object) {
    steering_operation operation;
    operation.layer = read_int(object.Get("layer"), "layer");
    operation.vector = read_float32_array(object.Get("vector"), "vector");
    operation.scale = read_double(object.Get("scale"), "scale");
    if (is_given(object.Get("target"))) operation.target = read_target(object.Get("target"));
    operation.window.from = read_given_int(object.Get("from"), "from").value_or(std::numeric_limits<int>::min());
    operation.window.to = read_given_int(object.Get("to"), "to").value_or(std::numeric_limits<int>::max());
    if (is_given(object.Get("phase"))) {
        operation.phase = read_choice<text_phase>(
            object.Get("phase"), "phase", {{"reasoning", text_phase::reasoning}, {"answer", text_phase::answer}});
    }
    if (is_given(object.Get("replace"))) operation.by = read_replacement(object.Get("replace"), operation.vector);
    if (is_given(object.Get("when"))) operation.when = read_condition(object.Get("when"));
    return operation;
}

} // namespace

probe read_probe(const Napi::Value & value, const std::string & name) {
    const Napi::Object object = read_object(value, name);
    probe::definition of;
    of.weights = read_float32_array(object.Get("weights"), "weights");
    of.bias = read_double(object.Get("bias"), "bias");
    if (is_given(object.Get("threshold"))) of.threshold = read_double(object.Get("threshold"), "threshold");
    of.normalization =
        read_choice<row_normalization>(object.Get("normalization"), "normalization",
                                       {{"none", row_normalization::none},
                                        {"center", row_normalization::center},
                                        {"layer_norm", row_normalization::layer_norm},
                                        {"constant_norm_rescale", row_normalization::constant_norm_rescale}});
    return {read_int(object.Get("layer"), "layer"), std::move(of)};
}

std::vector<probe> read_probes(const Napi::Value & value, const std::string & name) {
    std::vector<probe> probes;
    for (const auto & each : read_objects(value, name)) probes.push_back(read_probe(each, name));
    return probes;
}

steering_ptr read_steering(const Napi::Value & value) {
    const Napi::Object object = read_object(value, "options");
    std::vector<steering_operation> operations;
    for (const auto & each : read_objects(object.Get("operations"), "operations"))
        operations.push_back(read_operation(each));
    return std::make_shared<const steering>(read_int(object.Get("nEmbd"), "nEmbd"), operations);
}

reasoning_marks read_reasoning(const Napi::Value & value) {
    if (!is_given(value)) return {};
    const Napi::Object object = read_object(value, "reasoning");
    return {read_string(object.Get("begin"), "begin"), read_string(object.Get("end"), "end"),
            read_bool(object.Get("isOpen"), "isOpen")};
}

} // namespace corrsteer::binding

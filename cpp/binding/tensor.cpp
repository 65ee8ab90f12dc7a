#include "tensor.h"

#include "arguments.h"
#include "async.h"
#include "model-wrap.h"

namespace corrsteer::binding {

tensor_place read_tensor_place(const Napi::Value & value, const std::string & name) {
    const Napi::Object object = read_object(value, name);
    tensor_place place;
    place.name = read_string(object.Get("name"), "name");
    place.dtype = read_string(object.Get("dtype"), "dtype");
    place.shape = read_sizes(object.Get("shape"), "shape");
    place.offset = read_size(object.Get("offset"), "offset");
    place.path = read_string(object.Get("path"), "path");
    return place;
}

Napi::Value ReadTensor(const Napi::CallbackInfo & info) {
    return run_async(
        info.Env(),
        [place = read_tensor_place(info[0], "place"), cancel = read_cancel(info, 1)] {
            const placed_tensor tensor(place);
            std::vector<float> values(tensor.view().n_elements);
            read_floats(tensor.view(), values.data(), *cancel);
            return values;
        },
        to_float32_array);
}

} // namespace corrsteer::binding

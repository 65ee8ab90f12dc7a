#pragma once

#include "platform/safetensors.h"
#include "sae/sae-file.h"
#include "write-safetensors.h"

namespace fixture {

inline corrsteer::tensor_place place(const std::string & path, const std::string & name) {
    const corrsteer::safetensors file(path);
    const corrsteer::tensor_view * found = file.find(name);
    if (!found) return {};
    return {name, found->dtype, found->shape, file.offset_of(*found), path};
}

inline corrsteer::sae_plan::matrix_place matrix(const std::string & path, const std::string & name, bool by_feature) {
    corrsteer::sae_plan::matrix_place found;
    static_cast<corrsteer::tensor_place &>(found) = place(path, name);
    found.by_feature = by_feature;
    return found;
}

/// The tensors of a safetensors file by SAELens' names.
inline corrsteer::sae_plan::tensor_places places(const std::string & path) {
    const auto vector = [&](const char * name) { return place(path, name); };
    return {matrix(path, "W_enc", false),
            matrix(path, "W_dec", true),
            vector("b_enc"),
            vector("b_dec"),
            vector("threshold"),
            vector("log_threshold"),
            vector("b_gate"),
            vector("r_mag"),
            vector("b_mag")};
}

} // namespace fixture

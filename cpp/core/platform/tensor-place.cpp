#include "platform/tensor-place.h"

#include "platform/error.h"

namespace corrsteer {

tensor_view view_of(const tensor_place & place, const mapped_file & file) {
    const auto fail = [&](const std::string & reason) {
        throw error("ERR_FILE_FORMAT", place.path + ": tensor " + place.name + " " + reason,
                    {{"path", place.path}, {"tensor", place.name}, {"reason", reason}});
    };
    const size_t element_bytes = dtype_bytes(place.dtype);
    if (element_bytes == 0) fail("has the unknown dtype \"" + place.dtype + "\"");
    if (place.offset > file.size()) fail("begins after the end of the file");
    const uint64_t room = (file.size() - place.offset) / element_bytes;
    uint64_t n_elements = 1;
    for (const uint64_t extent : place.shape) {
        if (extent != 0 && n_elements > room / extent) fail("does not end within the file");
        n_elements *= extent;
    }
    if (n_elements > room) fail("does not end within the file");
    const auto n = static_cast<size_t>(n_elements);
    return {place.name, place.dtype, place.shape, n, file.data() + place.offset, n * element_bytes};
}

} // namespace corrsteer

#pragma once

#include <string>

#include "grammar/grammar.h"

namespace corrsteer {

/// A grammar in llama.cpp's GBNF (grammars/README.md), whose start is the rule `root`: all but its tokens (`<think>`).
/// Throws ERR_GRAMMAR with the line at fault.
grammar parse_gbnf(const std::string & text);

} // namespace corrsteer

#pragma once

#include "engine/model.h"
#include "engine/residual-hook.h"
#include "engine/sequence.h"

namespace corrsteer {

struct run_spec {
    std::vector<llama_token> prompt;
    std::vector<branch_spec> branches;
};

/// All that the caller of a run may get wrong, before llama.cpp sees it; `max_tokens` is cut to what fits the
/// context, and what forced tokens leave no meaning is settled.
/// Throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE, ERR_CONTEXT_FULL, ERR_SHAPE_MISMATCH, ERR_HOOK_POINT, ERR_GRAMMAR.
void check_run(run_spec & spec, const model & model, const residual_hook & hook, int n_cells);

/// Positions whose rows a run wants for themselves: its trunk can't be shared then.
bool wants_prompt(const branch_spec & spec);

/// Whether it wants more than rows of the residual stream, to which the logits say nothing.
bool wants_logits(const branch_spec & spec);

/// Of the prompt's last tokens, those that a branch decodes for itself: from the first on that it may steer.
int own_prompt_tokens(const branch_spec & spec, int n_prompt);

} // namespace corrsteer

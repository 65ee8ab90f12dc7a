import { z } from "zod";
import { listOf, shapeOf, text } from "../arguments/kinds";
import { callback } from "../options/kinds";
import { integer, oneOf, yesOrNo } from "../options/kinds";
import { PROMPT_STYLES } from "../prompt/prompting";

const scorer = shapeOf(
  {
    name: text(),
    model: text().optional(),
    score: callback(),
    weigh: callback().optional(),
    check: callback().optional(),
    prepare: callback().optional(),
  },
  "a scorer",
);

/** What `Task` is, to a caller without types. */
export function task() {
  return shapeOf(
    {
      name: text(),
      kind: oneOf(["choice", "generation"]),
      maxTokens: integer(1),
      stop: listOf(text(), "a list of strings"),
      constrained: yesOrNo().optional(),
      scorers: listOf(scorer, "at least one scorer").min(1, "at least one scorer"),
      pooling: oneOf(["max", "mean"]),
      load: callback(),
      reasonsIn: listOf(z.enum(PROMPT_STYLES), "prompt styles").optional(),
      under: callback().optional(),
    },
    "a task",
  );
}

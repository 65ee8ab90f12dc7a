import { listOf, shapeOf, text } from "../arguments/kinds";
import { oneOf, yesOrNo } from "../options/kinds";

/** What `Sample` is, to a caller without types. */
const sample = shapeOf(
  {
    id: text(),
    prompt: text(),
    question: text().optional(),
    expected: text(),
    choices: listOf(text(), "a list of strings").optional(),
    options: listOf(text(), "a list of strings").optional(),
    group: text().optional(),
    cluster: text().optional(),
    split: oneOf(["train", "validation", "test"]).optional(),
    preamble: text().optional(),
    example: shapeOf({ question: text(), answer: text() }, "a worked example").optional(),
    isChat: yesOrNo().optional(),
  },
  "a sample",
);

export function samples() {
  return listOf(sample, "a list of samples");
}

import { z } from "zod";
import { text } from "../options/kinds";
import { option } from "../options/option";

export const neutralOptions = z.object({
  neutralText: option(
    "texts to measure side effects on, and to keep a KL budget on",
    text("the path of a file").exactOptional(),
    {
      value: "file",
      reads: "path",
      otherwise: "built in",
      more:
        "A JSON Lines file with `text`, or a text file with blank lines between texts. A budget is kept on every other one, " +
        "from the second on; side effects are those on the others.",
    },
  ),
});

import { expectRefusals } from "./expect-refusals";
import { PUBLISHERS_FILES } from "./kinds";

test.each(PUBLISHERS_FILES)(
  "a damaged %s file is opened or refused by name",
  (kind) => expectRefusals(kind, 5000),
  600_000,
);

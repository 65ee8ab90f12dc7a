import { emptyResidualSums, residualSumsFromArrow, residualSumsToArrow } from "../../../lib/run/residual-sums";

const asked = [emptyResidualSums(1, 3), emptyResidualSums(2, 3)];

it.each([
  ["fewer SAEs", asked.slice(1), "layer"],
  ["another layer", [asked[0]!, emptyResidualSums(3, 3)], "layer"],
  ["rows of another width", [emptyResidualSums(1, 4), emptyResidualSums(2, 4)], "sumCorrect"],
  ["a norm that is not finite", [asked[0]!, { ...asked[1]!, normSum: Infinity }], "normSum"],
])("refuses residual sums of %s", (_, found, name) => {
  expect(() => residualSumsFromArrow(residualSumsToArrow(found), "residual.arrow", asked)).toThrow(
    expect.objectContaining({ code: "ERR_FILE_FORMAT", details: expect.objectContaining({ name }) }),
  );
});

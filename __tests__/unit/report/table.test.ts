import { table, type Column } from "../../../lib/report/sections/table";

const column = (heading: string, more: Partial<Column<number>> = {}): Column<number> => ({
  ...{ heading, cell: (row) => row },
  ...more,
});

it("says on a phone that it scrolls where it has more columns than fit", () => {
  const columns = ["a", "b", "c", "d"].map((heading) => column(heading));

  expect(table("T", columns, [1]).text).not.toContain("cue");
  expect(table("T", [...columns, column("e")], [1]).text).toMatch(/class="cue"[^>]*>5 columns: scroll →/);
});

it("names columns and rows, and marks what is text and what stays in sight", () => {
  const { text } = table("T", [column("a"), column("b", { text: true, keep: true }), column("c")], [7]);

  expect(text).toMatch(/<th scope="col" >a<\/th><th scope="col" class="text keep">b<\/th><th scope="col" >c<\/th>/);
  expect(text).toMatch(/<th scope="row">7<\/th><td class="text keep">7<\/td><td >7<\/td>/);
});

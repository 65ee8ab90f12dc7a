import { cells, Columns } from "../../../lib/cli/chat/columns";

it("gives a row once both columns have it whole", () => {
  const columns = new Columns(2, 22);
  expect(columns.push(0, "one\ntwo\nth")).toEqual([]);
  expect(columns.push(1, "un")).toEqual([]);
  expect(columns.push(1, "o\ndos")).toEqual(["one         uno"]);
  expect(columns.push(1, "\n")).toEqual(["two         dos"]);
  expect(columns.end()).toEqual(["th"]);
});

it("breaks lines at spaces, and words that are longer than a column", () => {
  const columns = new Columns(1, 10);
  expect([...columns.push(0, "a word and abcdefghijklm"), ...columns.end()]).toEqual([
    "a word and",
    "abcdefghij",
    "klm",
  ]);
});

it("breaks a text in the same places however it comes", () => {
  const text = "Steering is an immutable value,\ngiven to one branch of one run; nothing is set and later unset.";
  const rows = (size: number) => {
    const columns = new Columns(1, 12);
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
      text.slice(i * size, (i + 1) * size),
    );
    return [...pieces.flatMap((piece) => columns.push(0, piece)), ...columns.end()];
  };
  for (const size of [1, 2, 3, 7]) expect(rows(size)).toEqual(rows(text.length));
});

it("goes on with one column after the other has ended", () => {
  const columns = new Columns(2, 22);
  columns.push(0, "one");
  expect([...columns.push(1, "uno\ndos\ntres"), ...columns.end()]).toEqual([
    "one         uno",
    "            dos",
    "            tres",
  ]);
});

it("counts the cells that characters take", () => {
  expect(["abc", "日本", "e\u0301", "👍", ""].map(cells)).toEqual([3, 4, 1, 2, 0]);
});

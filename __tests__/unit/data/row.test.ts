import { Row } from "../../../lib/data/row";

const row = new Row("questions.jsonl", 12, {
  text: " kept as it is ",
  blank: " ",
  empty: "",
  nothing: null,
  number: 3,
  fraction: 0.5,
  huge: 2n ** 63n,
  digits: "3",
  list: ["a", "b"],
  mixed: ["a", 1],
  long: "x".repeat(1000),
  none: [],
  inner: { name: "n", deeper: { name: 1 } },
  inners: [{ name: "first" }, { name: "" }],
});

describe("Row", () => {
  it("gives the values of the kinds that are asked for", () => {
    expect(row.text("text")).toBe(" kept as it is ");
    expect(row.integer("number", 0, 3)).toBe(3);
    expect(row.oneOf("digits", ["3", "4"])).toBe("3");
    expect(row.optionalTexts("list")).toEqual(["a", "b"]);
    expect(row.texts("list")).toEqual(["a", "b"]);
    expect(row.record("inner").text("name")).toBe("n");
    expect(row.records("inners")[0]!.text("name")).toBe("first");
  });

  it.each(["absent", "nothing", "empty"])("takes an optional field that is %s for not given", (field) => {
    expect(row.optionalText(field)).toBeUndefined();
    expect(row.optionalTexts(field)).toBeUndefined();
  });

  it.each<[string, string, () => unknown]>([
    ["no text", "absent", () => row.text("absent")],
    ["blank text", "blank", () => row.text("blank")],
    ["a number for text", "number", () => row.text("number")],
    ["a number for optional text", "number", () => row.optionalText("number")],
    ["digits for a number", "digits", () => row.integer("digits", 0, 9)],
    ["a fraction", "fraction", () => row.integer("fraction", 0, 9)],
    ["a number beyond its range", "number", () => row.integer("number", 0, 2)],
    ["a number of more digits than a number has", "huge", () => row.integer("huge", 0, 9)],
    ["text outside a list", "text", () => row.oneOf("text", ["a"])],
    ["a list of mixed kinds", "mixed", () => row.optionalTexts("mixed")],
    ["text for a list", "text", () => row.optionalTexts("text")],
    ["no list", "absent", () => row.texts("absent")],
    ["an empty list", "none", () => row.texts("none")],
    ["text for a record", "text", () => row.record("text")],
    ["a list for a record", "list", () => row.record("list")],
    ["a record for records", "inner", () => row.records("inner")],
    ["no records", "none", () => row.records("none")],
    ["texts for records", "list[0]", () => row.records("list")],
    ["what a record within has", "inner.deeper.name", () => row.record("inner").record("deeper").text("name")],
    ["what one of many has", "inners[1].name", () => row.records("inners").map((inner) => inner.text("name"))],
  ])("refuses %s, naming file, line and field", (_, field, read) => {
    expect(read).toThrow(
      expect.objectContaining({ code: "ERR_DATASET_FORMAT", details: { path: "questions.jsonl", row: 12, field } }),
    );
  });

  it("says what was expected and found, at bearable length", () => {
    expect(() => row.integer("long", 0, 2)).toThrow(
      /^questions\.jsonl:12: field "long": expected an integer in \[0, 2\], found "x{76}\.\.\.$/,
    );
  });
});

import { join } from "node:path";
import { parseTextSource, readTexts, splitSamples } from "../../../lib";
import { jsonlChoice } from "../../../lib/tasks/jsonl";
import { collectAll } from "../collect-all";
import { temporaryFiles } from "../temporary-files";

const rows = (...texts: unknown[]) => texts.map((text) => JSON.stringify({ text })).join("\n");

describe("readTexts", () => {
  it("parts a plain file at lines <|endoftext|>, whatever the line ends", async () => {
    const folder = temporaryFiles({ "a.txt": "\none\r\nmore\r\n<|endoftext|>\r\n\r\n<|endoftext|>\r\ntwo" });
    expect(await collectAll(readTexts([join(folder, "a.txt")]))).toEqual(["one\nmore", "two"]);
  });

  it("parts a book at the first blank line from 8,192 characters on, without losing a word", async () => {
    const paragraph = (i: number) => `${`word${i} `.repeat(100).trim()}.`;
    const book = Array.from({ length: 60 }, (_, i) => paragraph(i)).join("\n\n");
    const folder = temporaryFiles({ "book.txt": book });
    const texts = await collectAll(readTexts([join(folder, "book.txt")]));
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.join("\n\n")).toBe(book);
    for (const text of texts.slice(0, -1)) expect(text.length).toBeGreaterThanOrEqual(8190);
  });

  it("cuts a line that never ends, though not within a character", async () => {
    const endless = `x${"😀".repeat(2 ** 15)}`;
    const texts = await collectAll(readTexts([join(temporaryFiles({ "a.txt": endless }), "a.txt")]));
    expect(texts).toHaveLength(3);
    expect(texts.join("")).toBe(endless);
    expect(() => texts.map(encodeURIComponent)).not.toThrow(); // as halves of a character would
  });

  it("reads the named field of rows, and passes over rows without text", async () => {
    const path = join(temporaryFiles({ "a.jsonl": '{"body":"one"}\n{"body":" "}\n{}\n{"body":"two"}' }), "a.jsonl");
    expect(await collectAll(readTexts([`${path}:body`]))).toEqual(["one", "two"]);
    expect(await collectAll(readTexts([path], { field: "body" }))).toEqual(["one", "two"]);
    await expect(collectAll(readTexts([path]))).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details: { path, row: 1, field: "text" },
    });
  });

  it("reads the texts of a folder in the order of their names", async () => {
    const folder = temporaryFiles({ "b.txt": "two", "a.jsonl": rows("one"), "c.bin": "three" });
    expect(await collectAll(readTexts([folder]))).toEqual(["one", "two"]);
  });

  it("mixes sources by their weights in characters, the same for the same seed", async () => {
    const long = rows(...Array.from({ length: 90 }, (_, i) => `a${i}`.padEnd(20)));
    const short = rows(...Array.from({ length: 90 }, (_, i) => `b${i}`.padEnd(10)));
    const folder = temporaryFiles({ "a.jsonl": long, "b.jsonl": short });
    const sources = [join(folder, "a.jsonl"), `0.5=${join(folder, "b.jsonl")}`];
    const read = (seed: number) => collectAll(readTexts(sources, { seed }));
    const texts = await read(1);
    expect(texts).toHaveLength(180);
    for (let n = 10; n < 180; n += 10) {
      const from = (letter: string) => texts.slice(0, n).filter((text) => text.startsWith(letter)).length;
      expect(Math.abs(from("a") - from("b"))).toBeLessThanOrEqual(1);
    }
    expect(await read(1)).toEqual(texts);
    const begins = new Set(await Promise.all([2, 3, 4, 5, 6].map(async (seed) => (await read(seed))[0]!.trim())));
    expect([...begins].sort()).toEqual(["a0", "b0"]);
  });

  it("reads a task's questions with their answers, of the part to select on alone", async () => {
    const questions = Array.from({ length: 40 }, (_, i) => ({
      ...{ prompt: `Where does road ${i} lead to?\nAnswer:`, choices: [" A", " B"], expected: i % 2 ? " A" : " B" },
    }));
    const file = join(temporaryFiles({ "q.jsonl": questions.map((row) => JSON.stringify(row)).join("\n") }), "q.jsonl");
    const pool = await collectAll(jsonlChoice.load(file));
    const { train, test, validation } = splitSamples(pool, { seed: 5 });
    const texts = await collectAll(readTexts([`task:jsonl-choice:${file}`]));
    expect([...texts].sort()).toEqual(train.map(({ example }) => (example!.question + example!.answer).trim()).sort());
    for (const { prompt } of [...test, ...validation])
      expect(texts.some((text) => text.startsWith(prompt.trim()))).toBe(false);
    await expect(collectAll(readTexts(["task:nothing"]))).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  });

  it("gives what comes before an error", async () => {
    const folder = temporaryFiles({ "a.jsonl": `${rows("one", "two")}\n{"text":` });
    const texts: string[] = [];
    const reading = (async () => {
      for await (const text of readTexts([folder])) texts.push(text);
    })();
    await expect(reading).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT", details: { row: 3 } });
    expect(texts).toEqual(["one", "two"]);
  });

  it("ends with the signal's reason", async () => {
    const folder = temporaryFiles({ "a.jsonl": rows("one", "two") });
    const controller = new AbortController();
    const reading = readTexts([folder], { signal: controller.signal });
    await reading.next();
    controller.abort(new Error("enough"));
    await expect(reading.next()).rejects.toThrow("enough");
  });

  it.each([
    ["no sources", [], "ERR_INVALID_ARGUMENT"],
    ["a weight of nothing", [{ from: "a.txt", weight: 0 }], "ERR_OUT_OF_RANGE"],
    ["a file that is not there", ["/nowhere.txt"], "ERR_DATASET_FORMAT"],
    ["a reference that is none", ["https://nowhere.invalid/a.txt"], "ERR_INVALID_ARGUMENT"],
  ])("refuses %s", async (_, sources, code) => {
    await expect(collectAll(readTexts(sources))).rejects.toMatchObject({ code });
  });

  it.each([
    ["a file without text", { "a.txt": "\n \n" }],
    ["a folder without files of text", { "a.bin": "x" }],
    ["text that is not UTF-8", { "a.txt": Uint8Array.of(0x61, 0xff) }],
  ])("refuses %s", async (_, files) => {
    await expect(collectAll(readTexts([temporaryFiles(files as Record<string, string>)]))).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
    });
  });
});

describe("parseTextSource", () => {
  it.each([
    ["books.txt.xz", { from: "books.txt.xz" }],
    ["a:b.txt", { from: "a:b.txt" }],
    ["C:\\rows.jsonl:body", { from: "C:\\rows.jsonl", field: "body" }],
    ["2.5=rows.jsonl.zst:content", { from: "rows.jsonl.zst", field: "content", weight: 2.5 }],
    ["0.5=task:mmlu:data/rows.jsonl", { from: "task:mmlu:data/rows.jsonl", weight: 0.5 }],
    ["hf:datasets/user/set", { from: "hf:datasets/user/set" }],
    ["hf:datasets/user/set/a.parquet@main:body", { from: "hf:datasets/user/set/a.parquet@main", field: "body" }],
  ])("reads %s", (text, source) => {
    expect(parseTextSource(text)).toEqual(source);
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProgram, start, MAIN } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";
import { TINY_MODEL } from "../support/tiny-task";

const folder = temporaryFolder();
const text = join(folder, "text.jsonl");
const out = join(folder, "saes");
const words = ["train", "--model", TINY_MODEL, "--text", text, "--threads", "1", "--layers", "0,1"];
const how = ["--width", "1x", "--k", "4", "--tokens", "1k", "--batch-rows", "100"];

interface Trained {
  readonly layers: readonly { readonly layer: number; readonly folder: string; readonly explainedVariance: number }[];
  readonly page: string;
}

beforeAll(() => {
  const rows = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({ text: `${i} ${"the cat sat ".repeat(3)}${i * i}` }),
  );
  writeFileSync(text, rows.join("\n"));
});

test("train says what it will do, and leaves SAEs and a page that draws how they came to be", async () => {
  const { code, stdout, stderr } = await startProgram(process.execPath, [
    MAIN,
    ...words,
    ...how,
    "--out",
    out,
    "--json",
  ]).ended;
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/2 SAEs of 64 features, 10 steps, in one reading; about \d\.\d GB/) as string,
  });
  const { layers, page } = JSON.parse(stdout) as Trained;
  const html = readFileSync(page, "utf8");
  expect(html.match(/<svg /g)).toHaveLength(4); // two figures, each wide and narrow
  for (const { layer, explainedVariance } of layers) {
    expect(html).toContain(`layer ${layer}`);
    expect(html).toContain(explainedVariance.toFixed(4));
  }
  expect((await start("sae", "inspect", out).ended).stdout).toContain("jumprelu");
});

test("train refuses too little text before it begins", async () => {
  const { code, stderr } = await start(...words, ...how, "--tokens", "1M", "--out", join(folder, "none")).ended;
  expect(code).not.toBe(0);
  expect(stderr).toContain("expected texts of 1,000,000 tokens");
});

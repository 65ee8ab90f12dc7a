import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { neutralPart, sourceOf } from "../../../lib/neutral/part";
import { NEUTRAL_TEXTS } from "../../../lib/neutral/texts";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

function fileOf(...texts: string[]): string {
  const path = join(folder, `${texts.length}.txt`);
  writeFileSync(path, texts.join("\n\n"));
  return path;
}

/** What both parts have, and all that they have. */
async function parts(path?: string) {
  const [tuning, reporting] = [await neutralPart(path, "tuning"), await neutralPart(path, "reporting")];
  return { tuning, reporting, shared: tuning.texts.filter((text) => reporting.texts.includes(text)) };
}

describe("parts of neutral text", () => {
  it("have half of the passages built in each, and none in common", async () => {
    const { tuning, reporting, shared } = await parts();
    expect(shared).toEqual([]);
    expect([...tuning.texts, ...reporting.texts].sort()).toEqual([...NEUTRAL_TEXTS].sort());
    expect(sourceOf(tuning)).toEqual({ text: "built in", part: "tuning", nTexts: 20 });
    expect(sourceOf(reporting)).toEqual({ text: "built in", part: "reporting", nTexts: 20 });
  });

  it("are every other text of a file, the first to report on", async () => {
    const path = fileOf("a", "b", "c");
    const { tuning, reporting } = await parts(path);
    expect([tuning.texts, reporting.texts]).toEqual([["b"], ["a", "c"]]);
    expect([tuning.name, reporting.name]).toEqual([path, path]);
  });

  it("share nothing where a file repeats a text", async () => {
    const { tuning, reporting } = await parts(fileOf("a", "a", "a", "b"));
    expect([tuning.texts, reporting.texts]).toEqual([["b"], ["a"]]);
  });

  it("leave nothing to tune on of one text, which can be reported on", async () => {
    const path = fileOf("a");
    expect((await neutralPart(path, "reporting")).texts).toEqual(["a"]);
    await expect(neutralPart(path, "tuning")).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details: { path, expected: 2, actual: 1 },
    });
  });
});

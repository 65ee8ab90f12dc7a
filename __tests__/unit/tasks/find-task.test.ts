import { join } from "node:path";
import { findTask, taskNames } from "../../../lib/tasks/find-task";
import { temporaryFiles } from "../temporary-files";

describe("findTask", () => {
  it.each([...taskNames])("finds %s by its name", async (name) => {
    expect((await findTask(name)).name).toBe(name);
  });

  it("has the benchmarks and the user's own questions", () => {
    expect(taskNames).toEqual(
      expect.arrayContaining(["mmlu", "bbq", "bbq-ambig", "bbq-disambig", "gsm8k", "xstest", "jsonl"]),
    );
  });

  it("runs a file", async () => {
    const source = `export default { name: "mine", kind: "choice", maxTokens: 1, stop: [], scorer: "s", pooling: "max",
      load: async function* () {}, score: () => 1 };`;
    expect((await findTask(join(temporaryFiles({ "mine.ts": source }), "mine.ts"))).name).toBe("mine");
  });

  it("lists the names when there is none like it", async () => {
    await expect(findTask("mlmu")).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      message: expect.stringContaining(taskNames.join(", ")),
    });
  });
});

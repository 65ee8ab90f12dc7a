import { createProgram } from "../../../lib/cli/program";
import { taskNames } from "../../../lib/tasks/find-task";

/** What a command prints. */
async function printed(...args: string[]): Promise<string> {
  const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await createProgram().parseAsync(args, { from: "user" });
    return write.mock.calls.map(([text]) => String(text)).join("");
  } finally {
    write.mockRestore();
  }
}

test("lists every task with where its questions are from", async () => {
  const lines = (await printed("tasks")).trimEnd().split("\n");
  expect(lines.slice(1).map((line) => line.split(" ")[0])).toEqual(taskNames);
  expect(lines).toContainEqual(expect.stringMatching(/^gsm8k +openai\/gsm8k +MIT +2\.7 MB +number, gsm8k-official$/));
  expect(lines).toContainEqual(expect.stringMatching(/^jsonl +none: --data names a file/));
  const [mmlu] = JSON.parse(await printed("tasks", "--json")) as object[];
  expect(mmlu).toMatchObject({ name: "mmlu", data: { repository: "cais/mmlu", licence: "MIT" } });
});

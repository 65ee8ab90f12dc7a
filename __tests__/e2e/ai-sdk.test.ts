import { join } from "node:path";
import { exportControlVector } from "../../lib/steering/control-vector/export";
import { client, describeWith, NEW_NODE } from "../support/clients";
import { corrsteerJson, fixtures } from "../support/command-line";
import { vectorsProfile } from "../support/control-vector";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const model = join(fixtures, "qwen3.gguf"); // it has a chat template
const profile = join(folder, "sines.steer.json");

beforeAll(async () => {
  const vector = join(folder, "sines.gguf");
  await exportControlVector(vectorsProfile([1, 2, 3]), vector);
  corrsteerJson("control-vector", "import", vector, profile, "--model", model);
});

describeWith(["ai", "ai-6"], "the AI SDK", () => {
  it.each([
    ["6, on this Node.js", "ai-6", process.execPath],
    ["7, on a newer Node.js", "ai", NEW_NODE],
  ])("%s: answers plain and steered, whole and streamed, and objects of a schema", async (_, name, node) => {
    const answers = await client(node, "ai-sdk.cjs", name, model, profile);

    const { plain, steered, penalised } = answers as Record<"plain" | "steered" | "penalised", { text: string }>;
    expect(answers).toMatchObject({
      plain: { finishReason: "length", outputTokens: 12, rows: [] },
      steered: { finishReason: "length", outputTokens: 12, rows: [12, 12, 12] },
      streamed: steered.text,
      unscaled: { text: plain.text, rows: [12, 12, 12] },
      aborted: "abort",
      refused: "ERR_INVALID_ARGUMENT",
      object: { flat: expect.any(Boolean) as boolean, code: expect.stringMatching(/^[A-F]{3}$/) as string },
      unknown: "ERR_SCHEMA",
    });
    expect((answers as { streamedObject: unknown }).streamedObject).toEqual((answers as { object: unknown }).object);
    expect(steered.text).not.toBe(plain.text);
    expect(penalised.text).not.toBe(plain.text);
    expect((answers as { nDeltas: number }).nDeltas).toBeGreaterThan(3);
  });
});

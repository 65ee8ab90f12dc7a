import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportControlVector } from "../../lib/steering/control-vector/export";
import { CLIENTS, describeWith, linkPackage, NEW_NODE } from "../support/clients";
import { corrsteerJson, fixtures } from "../support/command-line";
import { vectorsProfile } from "../support/control-vector";
import { startProgram } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

interface Result {
  readonly provider: { readonly label: string };
  readonly success: boolean;
  readonly vars: { readonly question: string };
  readonly response: {
    readonly output: string;
    readonly error?: string;
    readonly tokenUsage: { readonly prompt: number; readonly completion: number };
    readonly metadata: { readonly receipt: readonly { readonly rows: number }[] };
  };
}

const folder = temporaryFolder();
const model = join(folder, "qwen3.gguf"); // it has a chat template

/** What promptfoo makes of a configuration. */
async function evaluate(config: object): Promise<Result[]> {
  writeFileSync(join(folder, "promptfooconfig.json"), JSON.stringify(config));
  const out = join(folder, "out.json");
  const program = join(CLIENTS, "promptfoo", "dist", "src", "main.js");
  const options = ["--config", join(folder, "promptfooconfig.json"), "--no-cache", "--no-table", "--no-write"];
  const environment = {
    ...{ PROMPTFOO_DISABLE_TELEMETRY: "1", PROMPTFOO_DISABLE_UPDATE: "1" },
    PROMPTFOO_CONFIG_DIR: join(folder, "promptfoo"),
  };
  await startProgram(NEW_NODE, [program, "eval", ...options, "--output", out], environment, folder).ended;
  return (JSON.parse(readFileSync(out, "utf8")) as { results: { results: Result[] } }).results.results;
}

function provider(label: string, config: object): object {
  return { id: "package:corrsteer/promptfoo:CorrsteerProvider", label, config: { model: "qwen3.gguf", ...config } };
}

beforeAll(async () => {
  copyFileSync(join(fixtures, "qwen3.gguf"), model);
  await exportControlVector(vectorsProfile([1, 2, 3]), join(folder, "sines.gguf"));
  const profile = join(folder, "sines.steer.json");
  corrsteerJson("control-vector", "import", join(folder, "sines.gguf"), profile, "--model", model);
  linkPackage(folder);
});

describeWith(["promptfoo"], "promptfoo", () => {
  it("compares plain and steered answers, whose receipts it has", async () => {
    const results = await evaluate({
      prompts: ["{{question}}"],
      providers: [
        provider("plain", { maxTokens: 8 }),
        provider("steered", { maxTokens: 8, steer: "sines.steer.json", scale: 2 }),
        provider("raw", { maxTokens: 3, raw: true }),
        provider("nowhere", { model: "none.gguf" }),
      ],
      tests: [{ vars: { question: "Is the Earth flat?" } }, { vars: { question: "Is the Moon?" } }],
    });

    expect(results).toHaveLength(8);
    const of = (label: string) => results.filter((result) => result.provider.label === label);
    for (const { success, response } of [...of("plain"), ...of("steered")]) {
      expect(success).toBe(true);
      expect(response.tokenUsage.completion).toBe(8);
    }
    expect(of("plain").map(({ response }) => response.metadata.receipt)).toEqual([[], []]);
    for (const { response } of of("steered"))
      expect(response.metadata.receipt.map(({ rows }) => rows)).toEqual([8, 8, 8]);
    expect(of("plain").map(outputs)).not.toEqual(of("steered").map(outputs));
    const [plain, raw] = ["plain", "raw"].map((label) => of(label)[0]!.response.tokenUsage.prompt);
    expect(raw).toBeLessThan(plain!); // no template around it
    for (const { response } of of("nowhere")) expect(response.error).toMatch(/none\.gguf: no such file/);
  });
});

function outputs({ response }: Result): string {
  return response.output;
}

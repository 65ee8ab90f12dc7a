import { differencesOf, runMismatch } from "../../../lib/run/mismatch";
import { manifest } from "../../support/manifest";

const sha256 = (digit: string) => digit.repeat(64);
const setup = { seed: 41, model: "/a/m.gguf", data: "/a/q.jsonl", layers: "all", threads: 1, contextTokens: 256 };
const samples = { n: 7, sha256: sha256("e") };

function messageOf(found: Parameters<typeof manifest>[0], asked: Parameters<typeof manifest>[0]): string {
  return runMismatch("run", differencesOf(manifest(found), manifest(asked))).message;
}

describe("the refusal of another run", () => {
  it("names options that bear on what differs, and no two hashes", () => {
    const asked = { samples, environment: { ...setup, seed: 42, threads: 8, contextTokens: 9, model: "/b/m.gguf" } };
    expect(messageOf({ environment: setup }, asked)).toBe(
      "run holds another run (seed: found 41, asked for 42; in run.json samples.sha256 differs). " +
        "Use another directory, or the options that this run was started with.",
    );
  });

  it("names adapters that were given, and their files where those alone differ", () => {
    const of = (digit: string) => ({ ...manifest().model, adapters: [{ sha256: sha256(digit), scale: 0.5 }] });
    const environment = { ...setup, adapters: ["/a/lora.gguf:0.5"] };
    expect(messageOf({ environment: setup }, { model: of("a"), environment })).toContain(
      '(adapters: found nothing, asked for ["/a/lora.gguf:0.5"]; in run.json model.adapters: found nothing',
    );
    expect(messageOf({ model: of("a"), environment }, { model: of("b"), environment })).toContain(
      "(in run.json model.adapters.0.sha256 differs)",
    );
  });

  it("names what of run.json differs where no option does", () => {
    expect(messageOf({ environment: setup }, { samples, environment: setup })).toContain(
      "(in run.json samples.sha256 differs)",
    );
  });

  it("names options that run.json has by themselves, and those that are new", () => {
    const task = { ...manifest().task, maxTokens: 9 };
    const asked = { saeWeightType: "bf16", chunkSamples: 5, task, environment: { maxTokens: 9 } } as const;
    expect(messageOf({}, asked)).toContain(
      '(maxTokens: found nothing, asked for 9; weightType: found "f32", asked for "bf16"; ' +
        "chunkSamples: found 3, asked for 5; in run.json task.maxTokens: found 8, asked for 9)",
    );
  });

  it("tells of some fields, and of long values the beginning", () => {
    const saes = Array.from({ length: 9 }, (_, layer) => ({ ...manifest().saes[0]!, id: `sae-${layer}`, layer }));
    const message = messageOf({ saes }, { saes: saes.slice(0, 1) });
    expect(message).toContain('in run.json saes.1: found {"id":"sae-1","layer":1,');
    expect(message).toContain("\u2026, asked for nothing; saes.2:");
    expect(message).toContain("; 2 more)");
  });

  it("is none where the environments alone differ", () => {
    expect(differencesOf(manifest({ environment: setup }), manifest({ environment: { seed: 1 } }))).toEqual([]);
  });
});

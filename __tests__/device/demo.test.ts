import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO } from "../../lib/demo";
import { isSoftware } from "../../lib/native/devices";
import { runPipeline } from "../../lib/pipeline/pipeline";
import type { SteeringProfile } from "../../lib/steering/profile";
import { temporaryFolder } from "../support/temporary-folder";
import { chosen, describeOnDevice } from "./chosen-device";
import { expectAtMost } from "./figures";

/** All of the demo's questions where the device is fast. */
const QUESTIONS = chosen && isSoftware(chosen) ? { samples: 128, validationSamples: 32, testSamples: 96 } : {};
/** Of a hundred answers; a feature near its threshold fires on one device and not on the other. */
const POINTS = 3;

describeOnDevice(`the demo on ${chosen?.name ?? "a device"}`, () => {
  const folder = temporaryFolder();

  async function demo(device: string) {
    const directory = join(folder, device);
    const evaluation = await runPipeline({
      ...DEMO,
      ...QUESTIONS,
      device,
      directory,
      variants: ["A"],
      controls: [],
      threads: 1,
      verify: "never",
    });
    const profile = JSON.parse(readFileSync(join(directory, "profiles", "A.steer.json"), "utf8")) as SteeringProfile;
    const arm = (name: string) => evaluation.arms.find((arm) => arm.name === name)!;
    return { baseline: arm("baseline"), steered: arm("A"), features: profile.features };
  }

  test("finds the features that it finds on the CPU, and steers as many answers right with them", async () => {
    const [here, cpu] = [await demo(chosen!.name), await demo("cpu")];
    const places = (run: typeof here) => run.features.map(({ layer, feature }) => [layer, feature]);
    expect(places(here)).toEqual(places(cpu));
    expect(here.steered.receipt.map(({ rows }) => rows)).toEqual(places(here).map(() => here.steered.n));
    expect(here.steered.comparison!.difference).toBeGreaterThan(0.1);
    for (const name of ["baseline", "steered"] as const) {
      const points = 100 * Math.abs(here[name].accuracy - cpu[name].accuracy);
      expectAtMost(`the demo's accuracy, ${name}, to the CPU's: points`, points, POINTS);
    }
  });
});

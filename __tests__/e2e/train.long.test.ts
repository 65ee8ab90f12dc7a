import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { start } from "../support/corrsteer";
import { directoryContents } from "../support/directory-contents";
import { temporaryFolder } from "../support/temporary-folder";
import { TINY_MODEL } from "../support/tiny-task";

const KILLS = 30;

const folder = temporaryFolder();
const text = join(folder, "text.txt");

beforeAll(() => {
  writeFileSync(
    text,
    Array.from({ length: 400 }, (_, i) => `${i} ${"the cat sat ".repeat(i % 7)}on ${i * i}.`).join("\n\n"),
  );
});

const train = (name: string) =>
  start(
    ...["train", "--model", TINY_MODEL, "--text", text, "--out", join(folder, name), "--threads", "1"],
    ...["--layers", "0,1", "--width", "512", "--k", "8", "--tokens", "20k", "--batch-rows", "200"],
    ...["--buffer-rows", "1000", "--checkpoint-seconds", "0", "--epochs", "2"],
  );

it(`a training that is killed ${KILLS} times goes on each time, and ends with the same bytes`, async () => {
  expect(await train("whole").ended).toMatchObject({ code: 0 });
  const checkpoint = join(folder, "killed", "checkpoint.json");
  const stepOf = () =>
    existsSync(checkpoint) ? (JSON.parse(readFileSync(checkpoint, "utf8")) as { step: number }).step : 0;
  const steps: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const before = stepOf();
    const running = train("killed");
    while (stepOf() === before && running.process.exitCode === null) await sleep(1); // it goes on
    await sleep(Math.random() * 30);
    running.process.kill("SIGKILL");
    await running.ended;
    steps.push(stepOf());
  }
  expect(await train("killed").ended).toMatchObject({ code: 0 });
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(new Set(steps).size).toBeGreaterThan(KILLS / 2);
  expect(directoryContents(join(folder, "killed"))).toEqual(directoryContents(join(folder, "whole")));
}, 600_000);

import { join } from "node:path";
import { startProgram } from "../support/corrsteer";
import { SIMULATIONS } from "./simulations";

const jiti = join(__dirname, "..", "..", "node_modules", ".bin", "jiti");

jest.setTimeout(300_000);

// In a process of its own: what is drawn is ten times slower among jest's globals.
test.each(SIMULATIONS)("$claim: $truth", async ({ claim, truth }) => {
  const drawn = await startProgram(jiti, [join(__dirname, "main.ts"), "--only", `${claim}: ${truth}`]).ended;
  expect(drawn).toMatchObject({ code: 0, stderr: "" });
  expect(drawn.stdout).toContain(`| ${claim} | ${truth} |`);
});

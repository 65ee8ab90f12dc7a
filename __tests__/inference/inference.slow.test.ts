import { join } from "node:path";
import { startProgram, type Outcome } from "../support/corrsteer";
import { SIMULATIONS } from "./simulations";

const jiti = join(__dirname, "..", "..", "node_modules", ".bin", "jiti");
let drawn: Outcome;

// In a process of its own: what is drawn is ten times slower among jest's globals.
beforeAll(async () => {
  drawn = await startProgram(jiti, [join(__dirname, "main.ts"), "--early"]).ended;
}, 900_000);

test("all are drawn, and none is beyond its bound by more than chance", () => {
  expect(drawn).toMatchObject({ code: 0, signal: null, stderr: "" });
});

test.each(SIMULATIONS)("$claim: $truth", ({ claim, truth }) => {
  const rates = drawn.stdout.split("\n").filter((line) => line.startsWith(`| ${claim} | ${truth} |`));
  expect(rates).not.toEqual([]);
  expect(rates.filter((rate) => rate.includes("**missed**"))).toEqual([]);
});

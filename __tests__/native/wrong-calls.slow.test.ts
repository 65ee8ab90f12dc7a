import { seededRandom } from "../../lib/statistics/random";
import { errorCode } from "../../lib/errors";
import { temporaryFolder } from "../support/temporary-folder";
import { openWorld, type World } from "./wrong-calls/valid-calls";
import { wrongCalls } from "./wrong-calls/wrong-calls";

/** A caller's mistake is a TypeError or RangeError with a code; all else is not. */
const CLASSES: Readonly<Record<string, string>> = { ERR_INVALID_ARGUMENT: "TypeError", ERR_OUT_OF_RANGE: "RangeError" };
const JAVASCRIPT_ERRORS = ["TypeError", "RangeError", "ReferenceError", "SyntaxError"];
const MOST_MS = 20_000;

/** `WRONG_CALLS=100` makes all of them, some 12,000. */
const PERCENT = Number(process.env["WRONG_CALLS"] ?? 20);
const SEED = 1;

const folder = temporaryFolder();
const home = process.cwd();
let world: World;

beforeAll(async () => {
  process.chdir(folder); // where a relative path that is accepted may be written to
  world = await openWorld(folder);
});
afterAll(async () => {
  await world.dispose();
  process.chdir(home);
});

async function outcomeOf(call: () => unknown): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => (timer = setTimeout(() => resolve("hangs"), MOST_MS)));
  try {
    return await Promise.race([late, Promise.resolve(call()).then(() => undefined)]);
  } catch (error) {
    const { name, message } = error as Error;
    const code = errorCode(error);
    if (!code?.startsWith("ERR_") || code === "ERR_INTERNAL") return `${name} ${code} ${message}`;
    const expected = CLASSES[code];
    const isRight = expected === undefined ? !JAVASCRIPT_ERRORS.includes(name) : name === expected;
    return isRight ? undefined : `${code} is a ${name}: ${message}`;
  } finally {
    clearTimeout(timer);
  }
}

test("every function does what it is asked, with every option", async () => {
  const failed: unknown[] = [];
  for (const { name, call, values } of world.calls) {
    await Promise.resolve()
      .then(() => call(...(values as never[])))
      .catch((error: unknown) => failed.push([name, error]));
  }
  expect(failed).toEqual([]);
});

test(
  "a wrong call works or says what is wrong with it, whatever is wrong and wherever",
  async () => {
    const findings: string[] = [];
    let n = 0;
    for (const { name, call } of wrongCalls(world.calls, { random: seededRandom(SEED), percent: PERCENT })) {
      n++;
      const finding = await outcomeOf(call);
      if (finding !== undefined) findings.push(`${name}: ${finding}`);
    }
    expect(n).toBeGreaterThan(80 * PERCENT);
    expect(findings).toEqual([]);
  },
  15 * 60_000,
);

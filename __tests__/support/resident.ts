import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Outcome, printedBy, quietly } from "./corrsteer";

/** `corrsteer`'s functions of the same names, but for where the commands run. */
export interface Resident {
  readonly corrsteer: (...args: readonly string[]) => Promise<Outcome>;
  readonly succeed: (...args: readonly string[]) => Promise<string>;
}

/**
 * `corrsteer` as it was built, in one process for all of a file's commands: for files of many short ones, where starting
 * would be most of their time.
 */
export function residentCorrsteer(): Resident {
  let resident: ChildProcess;
  beforeAll(() => {
    resident = fork(join(__dirname, "resident-process.mjs"), { execArgv: [] });
  });
  afterAll(() => resident.kill());
  const corrsteer = async (...args: readonly string[]) => {
    resident.send(quietly(args));
    const [outcome] = (await once(resident, "message")) as [Outcome];
    return outcome;
  };
  return { corrsteer, succeed: async (...args) => printedBy(await corrsteer(...args)) };
}

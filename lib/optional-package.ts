import { createRequire } from "node:module";
import { SteeringError } from "./errors";

/**
 * A package that is no dependency of this one: whoever needs it installs it.
 *
 * @param needed what needs it, with its verb: "PNG figures need"
 * @throws ERR_MISSING_PACKAGE that says how
 */
export function requireOptional(name: string, needed: string): unknown {
  try {
    return createRequire(__filename)(name);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND";
    const reason = missing
      ? `it is not installed, and ${needed} it: npm install ${name}, where corrsteer is installed`
      : `it is installed but cannot be loaded: ${(cause as Error).message}`;
    throw new SteeringError("ERR_MISSING_PACKAGE", `${name}: ${reason}`, { package: name }, { cause });
  }
}

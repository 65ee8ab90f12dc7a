import { join } from "node:path";
import { builtAddon } from "../native/addon-places";
import { runToEnd } from "./run-to-end";

/** This package's own folder, whether this file runs from lib/ or from dist/. */
const PACKAGE = join(__dirname, "..", "..");

/**
 * Compiles the addon from the source in this package, where it is looked for before a prebuilt one; what that takes
 * beside a compiler is fetched by npm. It says on stderr what it does.
 *
 * @returns the addon's file
 * @throws ERR_NATIVE_LOAD when something is missing, which was said, or does not compile
 */
export async function buildAddon(): Promise<string> {
  await runToEnd(process.execPath, [join(PACKAGE, "scripts", "build-native.mjs")], PACKAGE);
  return builtAddon(PACKAGE);
}

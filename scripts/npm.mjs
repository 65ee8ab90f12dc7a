// Runs npm in a folder and gives what it prints.
import { execFileSync } from "node:child_process";

/** @param words none with a space in it: npm is a script on Windows, which a shell alone runs */
export function npm(words, cwd) {
  const shell = process.platform === "win32";
  return execFileSync("npm", words, { cwd, encoding: "utf8", shell, stdio: ["ignore", "pipe", "inherit"] });
}

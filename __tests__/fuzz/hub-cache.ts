import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { RandomBelow } from "../../lib/statistics/random";
import { pick } from "./bytes";
import { mutateFile } from "./mutate-file";

/** Damages the cache of the hub, or lets something in it lead to one of these. @returns what was done */
export function changeHubCache(cache: string, elsewhere: readonly string[], random: RandomBelow): string {
  const paths = readdirSync(cache, { recursive: true, encoding: "utf8" }).map((path) => join(cache, path));
  const path = pick(random, paths.sort());
  const isFile = lstatSync(path).isFile();
  const what = pick(random, [
    () => (isFile ? mutateFile(path, random) : linkTo(path, pick(random, elsewhere))),
    () => linkTo(path, pick(random, elsewhere)),
    () => linkTo(path, relative(join(path, ".."), pick(random, elsewhere))),
    () => linkTo(path, pick(random, ["nowhere", ".", path])),
    () => unfinished(path, isFile, pick(random, elsewhere), random),
  ])();
  return `${relative(cache, path)}: ${what}`;
}

function linkTo(path: string, target: string): string {
  rmSync(path, { recursive: true });
  symlinkSync(target, path);
  return `a link to ${target}`;
}

/** As a download that was cut leaves it, or somebody who would have it written elsewhere. */
function unfinished(path: string, isFile: boolean, target: string, random: RandomBelow): string {
  if (!isFile) return linkTo(path, target);
  const partial = `${path}.incomplete`;
  if (random(2) === 0) {
    rmSync(path);
    symlinkSync(target, partial);
    return `unfinished, a link to ${target}`;
  }
  const bytes = readFileSync(path);
  renameSync(path, partial);
  writeFileSync(partial, random(2) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes.fill(7));
  return "unfinished";
}

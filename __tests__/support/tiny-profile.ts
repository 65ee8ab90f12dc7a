import { join } from "node:path";
import { saveProfile } from "../../lib/steering/profile";
import { vectorsProfile } from "./control-vector";

/** Writes a profile for the tiny models into a folder, which steers layer 1; gives its path. */
export async function writeTinyProfile(folder: string, name = "tiny"): Promise<string> {
  const path = join(folder, `${name}.steer.json`);
  await saveProfile(path, vectorsProfile([1]));
  return path;
}

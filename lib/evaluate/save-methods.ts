import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, remove } from "../files/folder";
import { profileFile, PROFILES_FOLDER } from "../run/directory";
import { saveProfile } from "../steering/profile";
import { steeringContent } from "../steering/save-steering";
import type { PlannedArm } from "./arms";
import { BASELINE_METHODS, isBaselineMethod, type ControlArm } from "./controls/control-arm";

/**
 * Leaves what needs no SAE as profiles beside those of the run, as strong as it was evaluated: where it gains more, it is what to
 * steer with. Those of an earlier evaluation go.
 *
 * @param controls of which `arms` are some
 * @throws ERR_FILE_WRITE
 */
export async function saveMethods(
  directory: string,
  arms: readonly PlannedArm[],
  controls: readonly ControlArm[],
): Promise<void> {
  const folder = join(directory, PROFILES_FOLDER);
  const methods = arms.filter(({ role }) => isBaselineMethod(role));
  await removeOthers(folder, methods);
  if (methods.length > 0) await makeFolder(folder);
  for (const { name, steering } of methods) {
    const {
      operations: _,
      probes: __,
      ...steered
    } = controls.find((control) => control.steered.name === name)!.steered;
    const content = steeringContent(steering!.operations, steered.vectors.nEmbd);
    await saveProfile(join(directory, profileFile(name)), { ...steered, ...content });
  }
}

async function removeOthers(folder: string, methods: readonly PlannedArm[]): Promise<void> {
  const files = await readdir(folder).catch((): string[] => []);
  const isOfMethod = (file: string) => BASELINE_METHODS.some((method) => file.startsWith(`${method}-`));
  const isWritten = (file: string) => methods.some(({ name }) => file.startsWith(`${name}.`));
  for (const file of files) if (isOfMethod(file) && !isWritten(file)) await remove(join(folder, file));
}

import { openInputs, type Inputs } from "../pipeline/inputs";
import { readSetupToGoOn } from "../pipeline/setup";
import { setupOptions } from "../pipeline/setup-options";
import type { StageOptions } from "../pipeline/stages";
import { lockExistingRun } from "../run/lock";
import { declared } from "./declared-options";
import { tellOfDownload } from "./fetched";
import { showProgress, type CommandProgress, type ProgressFlags } from "./progress";

/** Works on a run directory, which is held meanwhile, with the model and questions that it and the flags say. */
export async function onRun<T>(
  stage: string,
  directory: string,
  { signal, flags }: { readonly signal: AbortSignal; readonly flags: ProgressFlags },
  work: (inputs: Inputs, options: StageOptions, progress: CommandProgress) => Promise<T>,
): Promise<T> {
  const setup = await readSetupToGoOn(directory, declared(setupOptions, flags));
  using lock = await lockExistingRun(directory); // before the model is loaded
  return await showProgress(signal, flags, async (progress) => {
    const onProgress = progress.of(stage);
    await using inputs = await openInputs(setup, { onProgress, onDownload: tellOfDownload(progress, flags), signal });
    return await work(inputs, { onProgress, lock, signal }, progress);
  });
}

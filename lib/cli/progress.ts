import { SingleBar } from "cli-progress";

export interface Progress extends Disposable {
  (progress: { stage: string; done: number; total: number }): void;
}

/** Bars on stderr, one for each stage after the other; nothing where stderr is not a terminal. */
export function progressBars(): Progress {
  let bar: SingleBar | undefined;
  let current: string | undefined;
  const report = ({ stage, done, total }: { stage: string; done: number; total: number }) => {
    if (!process.stderr.isTTY) return;
    if (!bar || stage !== current) {
      bar?.stop();
      current = stage;
      bar = new SingleBar({
        stream: process.stderr,
        format: `${stage.padEnd(8)} {bar} {value}/{total} {eta_formatted}`,
      });
      bar.start(total, done);
    } else {
      bar.setTotal(total);
      bar.update(done);
    }
  };
  return Object.assign(report, { [Symbol.dispose]: () => bar?.stop() });
}

/** The bar of one stage. */
export function stageBar(progress: Progress, stage: string): (progress: { done: number; total: number }) => void {
  return ({ done, total }) => progress({ stage, done, total });
}

import { writeSafetensors } from "../files/safetensors";
import type { NativeStepReports } from "../native/addon";
import { loadAddon } from "../native/load";
import { mean } from "../statistics/mean";

const SERIES = ["loss", "auxiliaryLoss", "variance", "active", "threshold", "dead"] as const;
type Series = (typeof SERIES)[number];

/** Of some steps in the mean. */
export interface Latest {
  /** Of rows whose mean norm is sqrt(d_model): squared norm of what the reconstruction leaves. */
  readonly loss: number;
  /** 1 - loss / variance */
  readonly explainedVariance: number;
  /** Features on a token. */
  readonly active: number;
  /** Features that were not active for long. */
  readonly dead: number;
}

/** What each step did at each of some layers, in float32, so that one that was read back goes on as it was. */
export class History {
  private constructor(
    private readonly nLayers: number,
    private readonly series: Record<Series, number[]>,
  ) {}

  static empty(nLayers: number): History {
    return new History(nLayers, { loss: [], auxiliaryLoss: [], variance: [], active: [], threshold: [], dead: [] });
  }

  /** @throws ERR_FILE_FORMAT */
  static async read(path: string): Promise<History> {
    const file = await loadAddon().openSafetensors(path);
    try {
      const nLayers = file.tensors[0]?.shape[1] ?? 0;
      const history = History.empty(nLayers);
      for (const name of SERIES) history.series[name] = Array.from(await file.readFloat32(name));
      return history;
    } finally {
      file.close();
    }
  }

  get steps(): number {
    return this.series.loss.length / this.nLayers;
  }

  add(reports: NativeStepReports): void {
    for (const name of SERIES) this.series[name].push(...Float32Array.from(reports[name]));
  }

  /** By step, of the layer that is the `index`th, from a step on. */
  private of(index: number, name: Series, from = 0): Float32Array {
    const at = (step: number) => this.series[name][step * this.nLayers + index]!;
    return Float32Array.from({ length: this.steps - from }, (_, i) => at(from + i));
  }

  /** Of one layer's last steps. */
  latest(index: number, steps: number): Latest {
    const from = Math.max(0, this.steps - steps);
    const recent = (name: Series) => mean(Float64Array.from(this.of(index, name, from)));
    const [loss, variance] = [recent("loss"), recent("variance")];
    return {
      loss,
      explainedVariance: variance > 0 ? 1 - loss / variance : 0,
      active: recent("active"),
      dead: recent("dead"),
    };
  }

  /** The same in the mean of all layers. */
  latestOfAll(steps: number): Latest {
    const each = Array.from({ length: this.nLayers }, (_, index) => this.latest(index, steps));
    const over = (name: keyof Latest) => mean(each.map((latest) => latest[name]));
    return {
      loss: over("loss"),
      explainedVariance: over("explainedVariance"),
      active: over("active"),
      dead: over("dead"),
    };
  }

  /** A tensor [steps] a series, of one layer. @throws ERR_FILE_WRITE */
  async writeOf(index: number, path: string): Promise<void> {
    const tensors = SERIES.map((name) => {
      const data = this.of(index, name);
      return { name, dtype: "F32", shape: [data.length], data } as const;
    });
    await writeSafetensors(path, tensors);
  }

  /** A tensor [steps, layers] a series. @throws ERR_FILE_WRITE */
  async write(path: string): Promise<void> {
    const shape = [this.steps, this.nLayers];
    const tensors = SERIES.map(
      (name) => ({ name, dtype: "F32", shape, data: Float32Array.from(this.series[name]) }) as const,
    );
    await writeSafetensors(path, tensors);
  }
}

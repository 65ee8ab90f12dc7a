import type { SaeFolder } from "../sae/folder";
import type { SaeOptions } from "../sae/options";
import { Sae } from "../sae/sae";

/** What is done with one SAE in memory. */
interface Turn {
  readonly folder: SaeFolder;
  readonly sae: Promise<Sae>;
  readonly works: Set<Promise<unknown>>;
}

/** SAEs in memory, one at a time: the last one stays, and another waits until nobody works with it. */
export class LoadedSaes {
  #turn: Turn | undefined;

  constructor(private readonly options: Pick<SaeOptions, "threads">) {}

  /** @throws what `Sae.load` and `work` throw */
  async use<T>(folder: SaeFolder, work: (sae: Sae) => Promise<T>): Promise<T> {
    const turn = this.#turn?.folder === folder ? this.#turn : this.#next(folder);
    const done = turn.sae.then(work);
    turn.works.add(done);
    try {
      return await done;
    } finally {
      turn.works.delete(done);
    }
  }

  async dispose(): Promise<void> {
    await ended(this.#turn);
  }

  #next(folder: SaeFolder): Turn {
    const sae = ended(this.#turn).then(() => Sae.load(folder, this.options));
    const turn: Turn = { folder, sae, works: new Set() };
    this.#turn = turn;
    sae.catch(() => {
      if (this.#turn === turn) this.#turn = undefined; // the next request tries again
    });
    return turn;
  }
}

/** When its SAE is no longer in memory. */
async function ended(turn: Turn | undefined): Promise<void> {
  if (!turn) return;
  await Promise.allSettled(turn.works);
  await turn.sae.then(
    (sae) => sae.dispose(),
    () => undefined, // it never was
  );
}
